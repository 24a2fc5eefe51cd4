namespace SnnDsl.Soundness.Tests.Networks;

// Kernels that are no squares, zeros on one side, gaps between taps, groups of channels.

/// <summary>Groups of pixels, zeros on one side and gaps over spikes, and a normalised depthwise convolution with a step.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(4, 5, 4)]
[Conv2d(4, KernelHeight = 2, KernelWidth = 3, StrideHeight = 2, PaddingWidth = 1, Groups = 2, Name = "conv1")]
[Lif(Name = "lif1", Decay = 0.9)]
[Conv2d(3, Kernel = 2, DilationWidth = 2, Same = true, Name = "conv2")]
[Lif(Name = "lif2", Reset = Reset.Soft)]
[Conv2d(6, KernelHeight = 1, StrideWidth = 2, Groups = 3, Bias = false, Name = "conv3")]
[BatchNorm2d(Name = "bn3")]
[Lif(Name = "lif3")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif4")]
internal sealed partial class Windows;

/// <summary>Events through groups with zeros below and on the right, overlapping maxima, and taps far apart.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(2, 4, 3)]
[Conv2d(4, Kernel = 2, Same = true, Groups = 2, Name = "conv1")]
[Lif(Name = "lif1")]
[MaxPool2d(3, Stride = 2, Padding = 1, Name = "pool1")]
[Conv2d(2, KernelHeight = 2, KernelWidth = 1, PaddingHeight = 1, DilationHeight = 2, Name = "conv2")]
[Lif(Name = "lif2", Decay = 0.5)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3")]
internal sealed partial class EventsWindows;

/// <summary>Means of different sizes over pixels and over spikes, and a transposed convolution, normalised.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 5, 7)]
[AdaptiveAvgPool2d(3, 5, Name = "pool1")]
[Conv2d(3, KernelHeight = 2, KernelWidth = 1, Name = "conv1")]
[Lif(Name = "lif1", Decay = 0.5)]
[AdaptiveAvgPool2d(2, 3, Name = "pool2")]
[ConvTranspose2d(2, Kernel = 3, Stride = 2, Padding = 1, Name = "conv2")]
[BatchNorm2d(Name = "bn2")]
[Lif(Name = "lif2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3")]
internal sealed partial class Sections;

/// <summary>Along a length: zeros on one end, overlapping maxima, a depthwise step with gaps, normalised channels, means.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 9)]
[Conv1d(4, Kernel = 2, Same = true, Name = "conv1")]
[BatchNorm1d(Name = "bn1")]
[Lif(Name = "lif1", Decay = 0.9)]
[MaxPool1d(3, Stride = 2, Padding = 1, Name = "pool1")]
[Conv1d(4, Stride = 2, Padding = 1, Dilation = 2, Groups = 4, Name = "conv2")]
[Lif(Name = "lif2", Reset = Reset.Soft)]
[AvgPool1d(2, Stride = 1, Name = "pool2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3")]
internal sealed partial class Lengths;
