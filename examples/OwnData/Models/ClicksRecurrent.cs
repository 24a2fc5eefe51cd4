using SnnDsl;

namespace OwnData;

/// <summary>
/// Recorded spikes of 16 channels: <c>Clicks</c>. Who clicked before is remembered by neurons whose spikes come back to all of them one step later, and by
/// spikes that come two steps late, beside those of now.
/// </summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(16)]
[Linear(24, Name = "fc1")]
[Lif(Decay = 0.5, Recurrent = true, Name = "ears")]
[Delay(2)]
[Concat("ears")]
[Linear(2, Name = "fc2")]
[Lif]
[MeanReadout]
public sealed partial class ClicksRecurrent;
