using SnnDsl;

namespace OwnData;

/// <summary>Two convolutions on coloured images: CIFAR-10, or a folder of 32 x 32 pictures with up to ten classes.</summary>
[SpikingNetwork(TimeSteps = 6, Encoding = Encoding.Direct)]
[Input(3, 32, 32)]
[Conv2d(32, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif]
[Conv2d(64, Kernel = 3, Stride = 2, Padding = 1, Name = "conv2")]
[Lif]
[Flatten]
[Linear(10, Name = "fc1")]
[Lif]
[MeanReadout]
public sealed partial class CifarConv;
