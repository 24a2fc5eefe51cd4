using SnnDsl;

namespace NMnist;

/// <summary>A latch for each 2 x 2 pixels and polarity: it fires from the step on by which so many events have come.</summary>
[SpikingNetwork(TimeSteps = 5, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[SumPool2d(2)]
[Lif(Threshold = 1.5, Decay = 1, Reset = Reset.None, Name = "latch")]
[Flatten]
[Linear(512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0)]
[Linear(10, Name = "fc2")]
[MembraneReadout(Decay = 0.25)]
public sealed partial class NmnistLatched;
