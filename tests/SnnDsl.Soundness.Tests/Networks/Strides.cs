namespace SnnDsl.Soundness.Tests.Networks;

// Strides that no image is long enough for.

/// <summary>Steps far beyond the image: one place, at its first rows and columns, before and behind neurons.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 5, 4)]
[Conv2d(6, Kernel = 3, Stride = 65536, Padding = 1, Name = "conv1")]
[Lif(Name = "lif1", Decay = 0.9)]
[AvgPool2d(1, Stride = int.MaxValue, Name = "pool1")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif2")]
internal sealed partial class StridesBeyond;

/// <summary>The longest step that there is, over spikes and over means of pixels.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 6, 5)]
[AvgPool2d(2, Stride = 1, Name = "pool1")]
[Conv2d(2, Kernel = 2, Name = "conv1")]
[Lif(Name = "lif1")]
[Conv2d(5, Kernel = 4, Stride = int.MaxValue, Padding = 1, Name = "conv2")]
[Lif(Name = "lif2", Reset = Reset.Soft)]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3")]
internal sealed partial class LongestStrides;
