namespace SnnDsl.Soundness.Tests.Graphs;

// Networks whose layers are a graph. A file of declarations, since only together do they say what is covered.

/// <summary>Sums of spikes (SEW), one of them of three, and dropout in between.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Lif(Name = "n1", Decay = 0.5)]
[Linear(8, Name = "fc2")]
[Lif(Name = "n2", Decay = 0.75, Reset = Reset.Soft, Threshold = 0.5, Surrogate = Surrogate.FastSigmoid)]
[Residual("n1", Name = "sum1")]
[Dropout(0.25)]
[Linear(8, Name = "fc3")]
[Lif(Name = "n3", Surrogate = Surrogate.Triangular)]
[Residual("sum1", "n1", Name = "sum2")]
[Linear(3, Name = "fc4")]
[Lif(Name = "n4", Surrogate = Surrogate.Arctan)]
internal sealed partial class Summed;

/// <summary>Sums of currents (MS), the first of one that is the same at all steps and one that is not; a projection; a membrane that is read out.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(1, 4, 4)]
[Conv2d(3, Padding = 1, Bias = false, Name = "conv1")]
[BatchNorm2d(Name = "bn1")]
[Lif(Name = "n1", Decay = 0.5)]
[Conv2d(3, Padding = 1, Name = "conv2")]
[BatchNorm2d(Name = "bn2")]
[Residual("bn1", Name = "add1")]
[Lif(Name = "n2", Decay = 0.75, ResetValue = -0.125)]
[Conv2d(4, Stride = 2, Padding = 1, Name = "conv3")]
[Conv2d(4, Kernel = 1, Stride = 2, From = "add1", Name = "down")]
[Residual("conv3", Name = "add2")]
[Lif(Name = "n3", Surrogate = Surrogate.Arctan)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class Currents;

/// <summary>Two branches from the input, whose spikes are put side by side; neurons of another kind; recorded spikes; the mean of currents is read out.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[Flatten(Name = "x")]
[Linear(5, Name = "fc1")]
[Lif(Name = "n1", Decay = 0.5)]
[Linear(4, From = "x", Name = "fc2")]
[Alif(Name = "n2", Decay = 0.5, Adaptation = 0.25, AdaptationDecay = 0.75)]
[Concat("n1", Name = "both")]
[Linear(6, Name = "fc3")]
[Lif(Name = "n3", Reset = Reset.Soft)]
[Concat("n2", "n1", Name = "all")]
[Linear(3, Name = "fc4")]
internal sealed partial class Branched;

/// <summary>Maxima of spikes that two convolutions read, whose currents are put side by side; Poisson spikes.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Poisson)]
[Input(1, 6, 6)]
[Conv2d(2, Padding = 1, Name = "conv1")]
[Lif(Name = "n1", Decay = 0.5, Surrogate = Surrogate.Arctan)]
[MaxPool2d(2, Name = "pool")]
[Conv2d(2, Padding = 1, Name = "conv2")]
[Conv2d(3, Kernel = 1, From = "pool", Name = "conv3")]
[Concat("conv2", Name = "both")]
[Lif(Name = "n2", Decay = 0.75, Surrogate = Surrogate.FastSigmoid)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "n3", Surrogate = Surrogate.Arctan, SurrogateWidth = 3)]
internal sealed partial class Pooled;

/// <summary>Spikes that come later, and currents that do: those that are the same at every step, and others; neurons of which spikes come back.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(7, Name = "fc1")]
[Delay(1, Name = "first")]
[Lif(Name = "n1", Decay = 0.5, From = "fc1", Surrogate = Surrogate.Arctan)]
[Delay(2, Name = "late")]
[Linear(7, Name = "fc2")]
[Residual("first", Name = "sum")]
[Alif(Name = "n2", Decay = 0.75, Recurrent = true, Surrogate = Surrogate.Sigmoid)]
[Concat("n1", Name = "both")]
[Linear(3, Name = "fc3")]
[Delay(1, Name = "end")]
[Lif(Name = "n3", Decay = 0.5, Reset = Reset.Soft, Surrogate = Surrogate.Arctan)]
internal sealed partial class Delayed;
