namespace SnnDsl.Benchmarks.Networks;

/// <summary>The convolutional reference network for 28 x 28 images.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Conv2d(64, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Conv2d(128, Kernel = 3, Stride = 2, Padding = 1, Name = "conv2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Flatten]
[Linear(256, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(10, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
internal sealed partial class Conv;
