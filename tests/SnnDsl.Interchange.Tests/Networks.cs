[assembly: CollectionBehavior(DisableTestParallelization = true)]

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

/// <summary>A synapse before the membrane that is read out.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Name = "fc1")]
[Lif(Threshold = 0.5, Decay = 0.75)]
[Linear(2, Name = "fc2")]
[Li(SynapticDecay = 0.5, Decay = 0.75)]
public sealed partial class SynapseLi;

/// <summary>Spikes that come back, by a matrix and by one weight for each neuron.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Name = "fc1")]
[Lif(Threshold = 0.5, Decay = 0.75, Recurrent = true, Name = "lif1")]
[Linear(2, Name = "fc2")]
[Synaptic(Threshold = 0.5, SynapticDecay = 0.5, Decay = 0.75, Recurrent = true, RecurrentDiagonal = true, Name = "syn2")]
public sealed partial class BackLeaky;

/// <summary>SpikingJelly's neurons whose decays are not learned.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(3, Name = "fc1")]
[Lif(Threshold = 0.5, Tau = 2, DecayInput = true, AtOrAbove = true, Name = "lif1")]
[Linear(2, Name = "fc2")]
[If(Threshold = 0.5, AtOrAbove = true, Reset = Reset.Soft, Name = "if2")]
public sealed partial class FixedJelly;

/// <summary>Every pool, a voting layer and event frames.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(2, 12, 12)]
[SumPool2d(3, Stride = 1, Padding = 1)]
[Conv2d(4, Padding = 1, Bias = false, Name = "conv1")]
[BatchNorm2d]
[Lif(Decay = 0.5)]
[MaxPool2d(3, Stride = 2, Padding = 1)]
[AvgPool2d(3)]
[Flatten]
[Linear(12, Name = "fc1")]
[Lif(ResetValue = 0.125)]
[Voting(4)]
public sealed partial class Pools;

/// <summary>Neurons of several kinds, one that fires at the threshold, one without reset, one that comes back.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(8)]
[Linear(12, Name = "fc1")]
[Lif(AtOrAbove = true, Threshold = 0.5)]
[Linear(12, Name = "fc2")]
[Alif(Decay = 0.5, Adaptation = 0.25, AdaptationDecay = 0.5)]
[Linear(12, Name = "fc3")]
[If(Reset = Reset.None)]
[Linear(10, Name = "fc4")]
[ResonateAndFire]
[Linear(8, Name = "fc5")]
[Lif(Recurrent = true)]
[Linear(8, Name = "fc6")]
[Synaptic(Recurrent = true, RecurrentDiagonal = true)]
[Linear(3, Name = "fc7")]
[Li(Decay = 0.5, Mean = true)]
public sealed partial class Kinds;

/// <summary>Normalised pixels, branches of currents and of spikes, and a delay.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(3, 6, 6)]
[Normalize(new[] { 0.5, 0.25, 0.5 }, new[] { 0.5, 0.25, 1 })]
[Conv2d(3, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1")]
[Delay(2, Name = "late")]
[Concat("lif1", Name = "both")]
[Conv2d(3, Padding = 1, Name = "conv2")]
[Residual("conv1")]
[Lif]
[Flatten]
[Linear(4, Name = "fc1")]
[Lif]
public sealed partial class Joins;

/// <summary>One step.</summary>
[SpikingNetwork(TimeSteps = 1)]
[Input(6)]
[Linear(8, Name = "fc1")]
[If(Threshold = 0.5)]
[Linear(5, Name = "fc2")]
public sealed partial class OneStep;

/// <summary>Kernels that are no squares, with gaps, in groups, and turned around.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(3, 9, 9)]
[Conv2d(6, KernelHeight = 3, KernelWidth = 2, Same = true, Dilation = 2, Groups = 3, Name = "conv1")]
[Lif]
[ConvTranspose2d(2, Kernel = 3, Stride = 2, Name = "up1")]
[Lif]
[Flatten]
[Linear(5, Name = "fc1")]
[Lif]
public sealed partial class Windows;
