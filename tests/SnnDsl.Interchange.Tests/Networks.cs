namespace SnnDsl.Interchange.Tests;

/// <summary>Two layers of leaky neurons, as in the snnTorch file under TestData.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Name = "fc1")]
[Lif(Threshold = 0.5, Decay = 0.75)]
[Linear(2, Name = "fc2")]
[Lif(Threshold = 0.5, Decay = 0.75)]
public sealed partial class Leaky;

/// <summary>The same with resets that subtract.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Name = "fc1")]
[Lif(Threshold = 0.5, Decay = 0.75, Reset = Reset.Soft)]
[Linear(2, Name = "fc2")]
[Lif(Threshold = 0.5, Decay = 0.75, Reset = Reset.Soft)]
public sealed partial class SoftLeaky;

/// <summary>Learned decays with SpikingJelly's conventions.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Bias = false, Name = "fc1")]
[Plif(Threshold = 1, Tau = 2, DecayInput = true, AtOrAbove = true, Name = "plif1")]
[Linear(2, Bias = false, Name = "fc2")]
[Plif(Threshold = 1, Tau = 2, DecayInput = true, AtOrAbove = true, Name = "plif2")]
public sealed partial class Jelly;

/// <summary>The same, but for neurons that fire above the threshold alone.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Bias = false, Name = "fc1")]
[Plif(Threshold = 1, Tau = 2, DecayInput = true)]
[Linear(2, Bias = false, Name = "fc2")]
[Plif(Threshold = 1, Tau = 2, DecayInput = true)]
public sealed partial class StrictJelly;

/// <summary>Synaptic neurons, and a readout by the membrane.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Name = "fc1")]
[Synaptic(Threshold = 0.5, SynapticDecay = 0.5, Decay = 0.75)]
[Linear(2, Name = "fc2")]
[Li(Decay = 0.75)]
public sealed partial class SynapticLi;
