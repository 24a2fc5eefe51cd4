namespace SnnDsl.Interchange.Tests.Nir;

// What TestData/snntorch.nir imports as, line for line, and so are the others.
[SpikingNetwork(TimeSteps = 8, Encoding = Encoding.Direct)]
[Input(4)]
[Linear(6, Name = "n0")]
[Lif(Threshold = 0.5, Decay = 0.9, Name = "n1")]
[Linear(3, Name = "n2")]
[Lif(Threshold = 0.53, Decay = 0.7, Name = "n3")]
public sealed partial class SnnTorchNir;

[SpikingNetwork(TimeSteps = 8, Encoding = Encoding.Direct)]
[Input(3, 8, 8)]
[Conv2d(3, Kernel = 3, Padding = 1, Name = "conv")]
[Lif(Threshold = 1, Decay = 0.75, Name = "lif")]
[SumPool2d(2, Name = "pool")]
[Conv2d(2, Kernel = 2, Stride = 2, Bias = false, Name = "conv2")]
[Lif(Threshold = 0.25, ResetValue = 0.125, Decay = 0.5, Name = "lif2")]
[Flatten(Name = "flatten")]
[Linear(3, Bias = false, Name = "fc")]
[Li(Decay = 0.5)]
public sealed partial class NorseNir;

[SpikingNetwork(TimeSteps = 8, Encoding = Encoding.Direct)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Synaptic(Threshold = 1, SynapticDecay = 0.5, Decay = 0.75, Recurrent = true, Name = "rec_lif")]
[Delay(2, Name = "delay")]
[Linear(2, Name = "fc2")]
[If(Threshold = 0.75, Name = "if2")]
public sealed partial class RecurrentNir;

// What stands beside no weights has some of its own.
[SpikingNetwork(TimeSteps = 8, Encoding = Encoding.Direct)]
[Input(3, 6, 8)]
[Normalize(new double[] { 0, 0, 0 }, new double[] { 2, 1, 0.5 }, Name = "gain")]
[Lif(Threshold = 0.5, Decay = 0.5, Name = "lif")]
[Conv2d(3, Kernel = 1, Groups = 3, Bias = false, Name = "mid")]
[Conv2d(3, KernelHeight = 2, KernelWidth = 1, StrideHeight = 2, StrideWidth = 1, Groups = 3, Bias = false, Name = "rows")]
[Conv2d(3, KernelHeight = 1, KernelWidth = 2, StrideHeight = 1, StrideWidth = 2, Groups = 3, Bias = false, Name = "columns")]
[Flatten(Name = "flatten")]
[Linear(5, Bias = false, Name = "fc")]
[Plif(Threshold = 0.5, PerNeuron = true, Name = "own")]
[Linear(5, Bias = false, Name = "gain2")]
[Plif(Threshold = 0.25, PerNeuron = true, DecayInput = true, Name = "own2")]
public sealed partial class ApartNir;

// Membranes that rest at other values than 0, and a synapse before the readout.
[SpikingNetwork(TimeSteps = 8, Encoding = Encoding.Direct)]
[Input(4)]
[Normalize(0, 0.5, Name = "pixels")]
[Linear(5, Name = "fc1")]
[Lif(Threshold = 0.25, ResetValue = -0.125, Decay = 0.5, Name = "lif")]
[Linear(4, Name = "fc2")]
[Synaptic(Threshold = 0.75, ResetValue = 0.25, SynapticDecay = 0.5, Decay = 0.75, Name = "cuba")]
[Linear(3, Bias = false, Name = "fc3")]
[Li(SynapticDecay = 0.75, Decay = 0.5)]
public sealed partial class RestNir;

// Every layer that NIR has: exported and imported it is itself.
[SpikingNetwork(TimeSteps = 6, Encoding = Encoding.Spikes)]
[Input(2, 8, 8)]
[Conv2d(4, Kernel = 3, Padding = 2, Dilation = 2, Name = "conv1")]
[Lif(Threshold = 0.3, ResetValue = 0.1, Decay = 0.12345679, Name = "lif1")]
[AvgPool2d(2, Name = "avg1")]
[Conv2d(4, KernelHeight = 1, KernelWidth = 3, PaddingHeight = 0, PaddingWidth = 1, Groups = 2, Bias = false, Name = "conv2")]
[If(Threshold = 1, Name = "if1")]
[Delay(3, Name = "delay1")]
[SumPool2d(3, Stride = 1, Padding = 1, Name = "sum1")]
[Flatten(Name = "flatten1")]
[Linear(6, Name = "fc1")]
[Synaptic(Threshold = 0.7, SynapticDecay = 0.3, Decay = 0.6, Recurrent = true, RecurrentDiagonal = true, Name = "cuba1")]
[Linear(6, Bias = false, Name = "fc2")]
[Lif(Threshold = 0.4, Decay = 0.9, Recurrent = true, Name = "lif2")]
[Linear(5, Name = "fc3")]
[Lif(Threshold = 0.2, Decay = 0, Name = "threshold1")]
[Linear(3, Name = "fc4")]
[Li(Decay = 0.8, Mean = true)]
public sealed partial class AllNir;

[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Poisson)]
[Input(6)]
[Linear(5, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.5, Name = "lif1")]
[Linear(5, Name = "fc2")]
[Residual("fc1", Name = "lif2_sum")]
[Lif(Threshold = 0.25, Decay = 0.5, Name = "lif2")]
[Residual("lif1", Name = "fc3_sum")]
[Linear(3, Name = "fc3")]
[Li(Decay = 1)]
public sealed partial class ShortcutNir;

[SpikingNetwork(TimeSteps = 5, Encoding = Encoding.Spikes)]
[Input(2, 12)]
[Conv1d(3, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif(Threshold = 0.25, Decay = 0.5, Name = "lif1")]
[Flatten(Name = "flatten1")]
[Linear(3, Name = "fc1")]
[If(Threshold = 1, Name = "if1")]
public sealed partial class SequenceNir;
