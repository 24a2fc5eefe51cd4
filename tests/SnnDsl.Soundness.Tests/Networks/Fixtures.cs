namespace SnnDsl.Soundness.Tests.Networks;

// The networks under test: together they hold every layer kind, reset, surrogate, encoding and readout. Small, so that the naive
// reference, which works on dense matrices, stays quick. A file of declarations, since only together do they say what is covered.

/// <summary>The paper's neuron.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(6)]
[Linear(7, Name = "fc1")]
[Lif(Name = "lif1")]
[Linear(4, Name = "fc2")]
[Lif(Name = "lif2")]
internal sealed partial class HardRectangular;

/// <summary>The paper's T, an image that is flattened.</summary>
[SpikingNetwork(TimeSteps = 10)]
[Input(1, 3, 4)]
[Flatten(Name = "flat")]
[Linear(8, Name = "fc1")]
[Lif(Name = "lif1", Surrogate = Surrogate.Triangular, SurrogateWidth = 0.75)]
[Linear(6, Name = "fc2")]
[Lif(Name = "lif2", Surrogate = Surrogate.Triangular)]
[Linear(3, Name = "fc3")]
[Lif(Name = "lif3", Surrogate = Surrogate.Triangular)]
internal sealed partial class DeepTriangular;

/// <summary>Soft reset, no leak.</summary>
[SpikingNetwork(TimeSteps = 10)]
[Input(5)]
[Linear(6, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.5, Decay = 1, Reset = Reset.Soft, Surrogate = Surrogate.Arctan, SurrogateWidth = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.5, Decay = 0.9, Reset = Reset.Soft, Surrogate = Surrogate.Arctan)]
internal sealed partial class SoftArctan;

/// <summary>A reset to a value above 0.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(6)]
[Linear(6, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.3, Decay = 0.9, ResetValue = 0.125, Surrogate = Surrogate.FastSigmoid)]
[Linear(4, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.3, Decay = 1, ResetValue = 0.5, Surrogate = Surrogate.FastSigmoid, SurrogateWidth = 0.2)]
internal sealed partial class ResetAbove;

/// <summary>A reset to a value below 0.</summary>
[SpikingNetwork(TimeSteps = 10)]
[Input(6)]
[Linear(6, Name = "fc1")]
[Lif(Name = "lif1", Decay = 0.9, ResetValue = -0.5, SurrogateWidth = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Decay = 0.25, ResetValue = -0.125, Surrogate = Surrogate.Triangular, SurrogateWidth = 2)]
internal sealed partial class ResetBelow;

/// <summary>No memory at all: decay 0.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(5)]
[Linear(6, Name = "fc1", Bias = false)]
[Lif(Name = "lif1", Decay = 0)]
[Linear(3, Name = "fc2", Bias = false)]
[Lif(Name = "lif2", Decay = 0, Reset = Reset.Soft)]
internal sealed partial class Memoryless;

/// <summary>A single step.</summary>
[SpikingNetwork(TimeSteps = 1)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Lif(Name = "lif1", ResetValue = 0.125)]
[Linear(4, Name = "fc2")]
[Lif(Name = "lif2", Reset = Reset.Soft)]
internal sealed partial class OneStep;

/// <summary>A strided, padded convolution on an image that is not square, whose last row and column no kernel reaches evenly.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 5, 8)]
[Conv2d(2, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1", Decay = 0.9)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class ConvStrided;

/// <summary>Convolutions one after the other, with kernels of side 2 and 1 and channels in and out.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 4, 3)]
[Conv2d(2, Kernel = 2, Padding = 1, Name = "conv1", Bias = false)]
[Lif(Name = "lif1", Reset = Reset.Soft, Decay = 0.9, Surrogate = Surrogate.FastSigmoid)]
[Conv2d(2, Kernel = 1, Stride = 2, Name = "conv2")]
[Lif(Name = "lif2", Surrogate = Surrogate.Arctan)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3")]
internal sealed partial class ConvConv;

/// <summary>Pooling before the first convolution and, overlapping, between spiking layers.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 7, 8)]
[AvgPool2d(2, Name = "pool1")]
[Conv2d(2, Kernel = 2, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 0.2)]
[AvgPool2d(2, Stride = 1, Name = "pool2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2", Threshold = 0.2)]
internal sealed partial class Pooled;

/// <summary>A pool that skips: its step is larger than its square.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 5, 6)]
[AvgPool2d(2, Stride = 3, Name = "pool1")]
[Lif(Name = "lif1", Threshold = 0.4, Decay = 0.9)]
[Conv2d(3, Kernel = 1, Name = "conv1")]
[AvgPool2d(1, Stride = 2, Name = "pool2")]
[Lif(Name = "lif2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3")]
internal sealed partial class PoolFirst;

/// <summary>Two affine layers without neurons between them, twice.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(5)]
[Linear(6, Name = "fc1")]
[Linear(5, Name = "fc2")]
[Lif(Name = "lif1")]
[Linear(4, Name = "fc3")]
[Linear(3, Name = "fc4")]
[Lif(Name = "lif2", Decay = 1)]
internal sealed partial class TwoAffine;

/// <summary>Poisson spikes into a fully connected network.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Poisson)]
[Input(6)]
[Linear(6, Name = "fc1")]
[Lif(Name = "lif1")]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", ResetValue = -0.25)]
internal sealed partial class PoissonFc;

/// <summary>Poisson spikes into a convolution.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Poisson)]
[Input(1, 4, 5)]
[Conv2d(2, Kernel = 3, Stride = 1, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1", Reset = Reset.Soft, Decay = 0.9)]
[AvgPool2d(2, Name = "pool1")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class PoissonConv;

/// <summary>Recorded spikes into a fully connected network.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(2, 2, 2)]
[Flatten(Name = "flat")]
[Linear(7, Name = "fc1")]
[Lif(Name = "lif1", Decay = 0.9)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Reset = Reset.Soft)]
internal sealed partial class EventsFc;

/// <summary>Recorded spikes of two polarities into a strided convolution.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(2, 4, 4)]
[Conv2d(2, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class EventsConv;

/// <summary>Recorded spikes that are pooled before the first convolution.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[AvgPool2d(2, Stride = 1, Name = "pool1")]
[Conv2d(2, Kernel = 2, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 0.2)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class EventsPooled;

/// <summary>So few entries that all flips can be tried.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(3)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Decay = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Decay = 0.5)]
internal sealed partial class EventsTiny;

/// <summary>So few entries that all flips can be tried; a soft reset and logits that are membranes.</summary>
[SpikingNetwork(TimeSteps = 2, Encoding = Encoding.Spikes)]
[Input(1, 2, 3)]
[Conv2d(2, Kernel = 2, Name = "conv1")]
[Lif(Name = "lif1", Decay = 0.9, Reset = Reset.Soft)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class EventsTinyConv;

/// <summary>A last layer that does not fire, read out by its mean.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(6)]
[Linear(7, Name = "fc1")]
[Lif(Name = "lif1", Decay = 0.9)]
[Linear(4, Name = "fc2")]
[MeanReadout]
internal sealed partial class MeanOfValues;

/// <summary>A last layer that does not fire, read out by its last membrane.</summary>
[SpikingNetwork(TimeSteps = 10)]
[Input(6)]
[Linear(7, Name = "fc1")]
[Lif(Name = "lif1", ResetValue = 0.125, Surrogate = Surrogate.Arctan)]
[Linear(6, Name = "fc2")]
[Linear(3, Name = "fc3")]
[MembraneReadout(Decay = 0.9)]
internal sealed partial class LastMembrane;

/// <summary>A last layer that does not fire, read out by the mean of its membrane, which integrates a synaptic current.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(6)]
[Linear(7, Name = "fc1")]
[Lif(Name = "lif1", Decay = 0.5, Surrogate = Surrogate.Arctan)]
[Linear(3, Name = "fc2")]
[Li(Tau = 4, SynapticDecay = 0.5, Mean = true)]
internal sealed partial class MeanMembrane;

/// <summary>The last membrane of a convolution's values after Poisson spikes; nothing leaks.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Poisson)]
[Input(1, 3, 3)]
[Conv2d(2, Kernel = 2, Name = "conv1")]
[Lif(Name = "lif1")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1", Bias = false)]
[MembraneReadout(Decay = 1)]
internal sealed partial class PoissonMembrane;

/// <summary>One spiking layer: its bounds are smooth in the weights, so finite differences tell their gradients.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(5)]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif1", Decay = 0.9)]
internal sealed partial class SingleLayer;

/// <summary>Integrate and fire, and the maximum of its spikes.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 5, 6)]
[Conv2d(2, Kernel = 2, Name = "conv1")]
[If(Name = "if1", Threshold = 1.25)]
[MaxPool2d(2, Name = "pool1")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[If(Name = "if2", Threshold = 0.5)]
internal sealed partial class SpikePooled;

/// <summary>Recorded spikes; maxima and sums over windows that overlap, are padded, and skip.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[SumPool2d(2, Stride = 1, Name = "sum1")]
[Conv2d(2, Kernel = 2, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 1, Decay = 0.5)]
[MaxPool2d(3, Stride = 2, Padding = 1, Name = "pool1")]
[SumPool2d(2, Stride = 1, Padding = 1, Name = "sum2")]
[Conv2d(2, Kernel = 1, Name = "conv2")]
[If(Name = "if1", Threshold = 0.75, Reset = Reset.Soft, Surrogate = Surrogate.Triangular)]
[MaxPool2d(2, Stride = 1, Name = "pool2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class EventsSpikePooled;

/// <summary>Normalisations of a convolution and of a fully connected layer, dropout that is not there, and a vote.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 4, 4)]
[Conv2d(3, Kernel = 2, Bias = false, Name = "conv1")]
[BatchNorm2d(Name = "bn1", Epsilon = 1e-3)]
[If(Name = "if1", Threshold = 0.75)]
[Flatten(Name = "flat")]
[Dropout(0.3, Name = "drop1")]
[Linear(6, Name = "fc1")]
[BatchNorm1d(Name = "bn2", Affine = false)]
[Lif(Name = "lif1", Decay = 0.5)]
[Linear(6, Name = "fc2")]
[Lif(Name = "lif2")]
[Voting(2, Name = "vote")]
internal sealed partial class Normalised;

/// <summary>A normalisation of a layer with a bias, and a normalisation whose values are read out.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 5, 5)]
[Conv2d(2, Kernel = 2, Stride = 2, Name = "conv1")]
[BatchNorm2d(Name = "bn1")]
[Lif(Name = "lif1", Decay = 0.9)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1", Bias = false)]
[BatchNorm1d(Name = "bn2")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class NormalisedTail;

/// <summary>Pixels that are normalised by channels before a padded convolution, whose zeros are not.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 4, 4)]
[Normalize(new[] { 0.4914, 0.4822, 0.4465 }, new[] { 0.247, 0.2435, 0.2616 }, Name = "pixels")]
[Conv2d(2, Kernel = 3, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 0.5, Decay = 0.5)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class NormalisedPixels;

/// <summary>Neurons that see normalised pixels themselves.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(5)]
[Normalize(0.5, 0.25, Name = "pixels")]
[Lif(Name = "lif1", Threshold = 0.75, Decay = 0.75)]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class PixelNeurons;
