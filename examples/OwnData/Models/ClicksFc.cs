using SnnDsl;

namespace OwnData;

/// <summary>Two layers on recorded spikes of 16 channels: <c>Clicks</c>. A slow decay lets a neuron remember who clicked before.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(16)]
[Linear(32, Name = "fc1")]
[Lif(Decay = 0.75)]
[Linear(2, Name = "fc2")]
[Lif]
[MeanReadout]
public sealed partial class ClicksFc;
