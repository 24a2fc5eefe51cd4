namespace SnnDsl.KnifeEdge.Tests;

// Small networks of every reset, encoding, readout and layer kind, decay 0 to 1, T 1 to 20. A file of declarations, since only together do
// they say what is covered.

/// <summary>One pixel, and a layer of neurons that nothing reaches.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(1, 1, 1)]
[Flatten(Name = "flat")]
[Linear(2, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 1, Decay = 0.5)]
[Linear(6, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 1, Decay = 0.5)]
[Linear(2, Name = "fc3")]
[Lif(Name = "lif3", Threshold = 1, Decay = 0.5)]
internal sealed partial class OnePixel;

/// <summary>The paper's neuron and T.</summary>
[SpikingNetwork(TimeSteps = 10)]
[Input(5)]
[Linear(6, Name = "fc1")]
[Lif(Name = "lif1")]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2")]
internal sealed partial class HardPaper;

/// <summary>Three spiking layers, thresholds that are no short binary numbers.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.3, Decay = 0.7)]
[Linear(5, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.1, Decay = 0.3)]
[Linear(3, Name = "fc3")]
[Lif(Name = "lif3", Threshold = 0.6, Decay = 0.9)]
internal sealed partial class HardDeep;

/// <summary>Nothing leaks.</summary>
[SpikingNetwork(TimeSteps = 12)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 1, Decay = 1)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 1, Decay = 1)]
internal sealed partial class HardKeeping;

/// <summary>A soft reset that leaks.</summary>
[SpikingNetwork(TimeSteps = 8)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.5, Decay = 0.5, Reset = Reset.Soft)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.3, Decay = 0.9, Reset = Reset.Soft)]
internal sealed partial class SoftLeaking;

/// <summary>A soft reset, and nothing leaks.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 1, Decay = 1, Reset = Reset.Soft)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.25, Decay = 1, Reset = Reset.Soft)]
internal sealed partial class SoftKeeping;

/// <summary>Resets to values above the threshold: without new current such a neuron fires again, or not, as it leaks.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.3, Decay = 0.9, ResetValue = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.25, Decay = 0.5, ResetValue = 0.75)]
internal sealed partial class ResetAboveThreshold;

/// <summary>A reset to the threshold itself, from which nothing leaks.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.5, Decay = 1, ResetValue = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.3, Decay = 1, ResetValue = 0.3)]
internal sealed partial class ResetAtThreshold;

/// <summary>Resets below 0 and to a little above it.</summary>
[SpikingNetwork(TimeSteps = 10)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.25, Decay = 0.9, ResetValue = -0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.3, Decay = 0.25, ResetValue = 0.125)]
internal sealed partial class ResetBelowThreshold;

/// <summary>No memory.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(5)]
[Linear(6, Name = "fc1")]
[Lif(Name = "lif1", Decay = 0)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Decay = 0, Reset = Reset.Soft)]
internal sealed partial class Forgetful;

/// <summary>A single step.</summary>
[SpikingNetwork(TimeSteps = 1)]
[Input(8)]
[Linear(6, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 1)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 1, Reset = Reset.Soft)]
internal sealed partial class SingleStep;

/// <summary>Twenty steps.</summary>
[SpikingNetwork(TimeSteps = 20)]
[Input(3)]
[Linear(4, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.25, Decay = 0.9)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.5, Decay = 0.95)]
internal sealed partial class TwentySteps;

/// <summary>Two affine maps without neurons between them, twice.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Linear(4, Name = "fc2")]
[Lif(Name = "lif1")]
[Linear(4, Name = "fc3")]
[Linear(3, Name = "fc4")]
[Lif(Name = "lif2", Decay = 1)]
internal sealed partial class TwoMaps;

/// <summary>A ninth of nine pixels before a convolution, and pooled spikes.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(1, 6, 9)]
[AvgPool2d(3, Name = "pool1")]
[Conv2d(2, Kernel = 2, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 0.2)]
[AvgPool2d(3, Stride = 1, Name = "pool2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2", Threshold = 0.1, Decay = 0.5)]
internal sealed partial class ConvPooled;

/// <summary>Neurons that see pools alone.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(3, 3, 6)]
[AvgPool2d(3, Name = "pool1")]
[Lif(Name = "lif1", Threshold = 0.4, Decay = 0.9)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class PoolsAlone;

/// <summary>Strided and padded convolutions, a soft reset between them.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 4, 4)]
[Conv2d(2, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 0.5, Decay = 0.9, Reset = Reset.Soft)]
[Conv2d(2, Kernel = 2, Name = "conv2")]
[Lif(Name = "lif2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3", Threshold = 0.5, Decay = 0.5)]
internal sealed partial class ConvTwice;

/// <summary>Poisson spikes into a fully connected network.</summary>
[SpikingNetwork(TimeSteps = 6, Encoding = Encoding.Poisson)]
[Input(5)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.5, Decay = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", ResetValue = -0.25)]
internal sealed partial class PoissonHard;

/// <summary>Poisson spikes, pooled before a convolution.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Poisson)]
[Input(1, 4, 5)]
[AvgPool2d(3, Stride = 1, Name = "pool1")]
[Conv2d(2, Kernel = 2, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 0.2, Decay = 0.9, Reset = Reset.Soft)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class PoissonPooled;

/// <summary>Poisson spikes and membranes that do not leak as logits.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Poisson)]
[Input(5)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 1, Decay = 1)]
[Linear(3, Name = "fc2", Bias = false)]
[MembraneReadout(Decay = 1)]
internal sealed partial class PoissonMembranes;

/// <summary>Recorded spikes into a fully connected network.</summary>
[SpikingNetwork(TimeSteps = 6, Encoding = Encoding.Spikes)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.5, Decay = 0.9)]
[Linear(3, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 0.5, Decay = 0.5, Reset = Reset.Soft)]
internal sealed partial class EventsHard;

/// <summary>Recorded spikes of a single step, whose last layer's values are read out.</summary>
[SpikingNetwork(TimeSteps = 1, Encoding = Encoding.Spikes)]
[Input(6)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 1)]
[Linear(3, Name = "fc2")]
[MeanReadout]
internal sealed partial class EventsOnce;

/// <summary>Recorded spikes, pooled before a convolution, and resets above the threshold.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(2, 3, 4)]
[AvgPool2d(3, Stride = 1, Name = "pool1")]
[Conv2d(3, Kernel = 1, Name = "conv1")]
[Lif(Name = "lif1", Threshold = 0.2, Decay = 0.5, ResetValue = 0.25)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2", Threshold = 0.3, Decay = 1)]
internal sealed partial class EventsPooled;

/// <summary>Recorded spikes and leaking membranes as logits.</summary>
[SpikingNetwork(TimeSteps = 7, Encoding = Encoding.Spikes)]
[Input(3)]
[Linear(4, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.25, Decay = 1, Reset = Reset.Soft)]
[Linear(3, Name = "fc2")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class EventsMembranes;

/// <summary>The mean of the last layer's values.</summary>
[SpikingNetwork(TimeSteps = 7)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.3, Decay = 0.9)]
[Linear(3, Name = "fc2")]
[MeanReadout]
internal sealed partial class MeanOfLast;

/// <summary>The last membrane of two maps.</summary>
[SpikingNetwork(TimeSteps = 9)]
[Input(4)]
[Linear(5, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 0.25, Decay = 0.5, ResetValue = 0.125)]
[Linear(4, Name = "fc2")]
[Linear(3, Name = "fc3")]
[MembraneReadout(Decay = 0.9)]
internal sealed partial class MembraneOfLast;
