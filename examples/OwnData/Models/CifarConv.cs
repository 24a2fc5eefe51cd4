using SnnDsl;

namespace OwnData;

/// <summary>Two convolutions on coloured images, whose channels are normalised: CIFAR-10, or a folder of 32 x 32 pictures with up to ten classes.</summary>
[SpikingNetwork(TimeSteps = 6, Encoding = Encoding.Direct)]
[Input(3, 32, 32)]
[Normalize(new[] { 0.4914, 0.4822, 0.4465 }, new[] { 0.247, 0.2435, 0.2616 })]
[Conv2d(32, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif]
[Conv2d(64, Kernel = 3, Stride = 2, Padding = 1, Name = "conv2")]
[Lif]
[Flatten]
[Linear(10, Name = "fc1")]
[Lif]
[MeanReadout]
public sealed partial class CifarConv;
