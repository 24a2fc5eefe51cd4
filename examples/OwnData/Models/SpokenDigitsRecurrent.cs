using SnnDsl;

namespace OwnData;

/// <summary>The spoken digits of SHD, five channels of the cochlea to a cell: two layers of adaptive neurons whose spikes come back, and an integrator.</summary>
[SpikingNetwork(TimeSteps = 100, Encoding = Encoding.Spikes)]
[Input(140)]
[Linear(128, Name = "fc1")]
[Alif(Threshold = 1, Decay = 0.9, Adaptation = 0.2, AdaptationDecay = 0.95, Recurrent = true, Surrogate = Surrogate.Arctan)]
[Linear(128, Name = "fc2")]
[Alif(Threshold = 1, Decay = 0.9, Adaptation = 0.2, AdaptationDecay = 0.95, Recurrent = true, Surrogate = Surrogate.Arctan)]
[Linear(20, Name = "fc3")]
[Li(Decay = 0.95, Mean = true)]
public sealed partial class SpokenDigitsRecurrent;
