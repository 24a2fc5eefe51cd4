using SnnDsl;

namespace OwnData;

/// <summary>Three layers on the spoken digits of SHD, five channels of the cochlea to a cell.</summary>
[SpikingNetwork(TimeSteps = 20, Encoding = Encoding.Spikes)]
[Input(140)]
[Linear(128, Name = "fc1")]
[Lif(Decay = 0.9)]
[Linear(128, Name = "fc2")]
[Lif(Decay = 0.9)]
[Linear(20, Name = "fc3")]
[Lif(Decay = 0.9)]
[MeanReadout]
public sealed partial class SpokenDigitsFc;
