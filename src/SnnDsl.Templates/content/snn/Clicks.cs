using SnnDsl;

namespace SpikingApp;

/// <summary>Tells in which direction a click passes 16 microphones: the compiler writes the other half of this class (F12 shows it).</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(16)]
[Linear(32, Name = "fc1")]
[Lif(Decay = 0.75)]
[Linear(2, Name = "fc2")]
[Lif]
public sealed partial class Clicks;
