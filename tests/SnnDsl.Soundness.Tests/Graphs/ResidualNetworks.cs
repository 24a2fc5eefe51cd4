namespace SnnDsl.Soundness.Tests.Graphs;

// Residual networks as they are trained on CIFAR-10, a block a line, but narrow: a test has seconds.

/// <summary>SEW-ResNet18: two blocks a width, spikes are added to spikes.</summary>
[SpikingNetwork(TimeSteps = 2)]
[Input(3, 32, 32)]
[Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "b0")]
[Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b0", Name = "b1")]
[Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b1", Name = "b2")]
[Conv2d(6, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(6, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m3")]
[Conv2d(6, Kernel = 1, Stride = 2, Bias = false, From = "b2")] [BatchNorm2d] [Lif] [Residual("m3", Name = "b3")]
[Conv2d(6, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(6, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b3", Name = "b4")]
[Conv2d(8, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(8, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m5")]
[Conv2d(8, Kernel = 1, Stride = 2, Bias = false, From = "b4")] [BatchNorm2d] [Lif] [Residual("m5", Name = "b5")]
[Conv2d(8, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(8, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b5", Name = "b6")]
[Conv2d(12, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(12, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m7")]
[Conv2d(12, Kernel = 1, Stride = 2, Bias = false, From = "b6")] [BatchNorm2d] [Lif] [Residual("m7", Name = "b7")]
[Conv2d(12, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(12, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b7", Name = "b8")]
[AvgPool2d(4)] [Flatten] [Linear(10, Name = "fc")] [Lif]
internal sealed partial class SewResNet18;

/// <summary>An MS-ResNet: a block a width, currents are added to currents.</summary>
[SpikingNetwork(TimeSteps = 2)]
[Input(3, 32, 32)]
[Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d(Name = "b0")]
[Lif] [Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(4, Padding = 1, Bias = false)] [BatchNorm2d] [Residual("b0", Name = "b1")]
[Lif] [Conv2d(6, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(6, Padding = 1, Bias = false)] [BatchNorm2d(Name = "m2")]
[Conv2d(6, Kernel = 1, Stride = 2, Bias = false, From = "b1")] [BatchNorm2d] [Residual("m2", Name = "b2")]
[Lif] [Conv2d(8, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(8, Padding = 1, Bias = false)] [BatchNorm2d(Name = "m3")]
[Conv2d(8, Kernel = 1, Stride = 2, Bias = false, From = "b2")] [BatchNorm2d] [Residual("m3", Name = "b3")]
[Lif] [Conv2d(12, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(12, Padding = 1, Bias = false)] [BatchNorm2d(Name = "m4")]
[Conv2d(12, Kernel = 1, Stride = 2, Bias = false, From = "b3")] [BatchNorm2d] [Residual("m4", Name = "b4")]
[Lif] [AvgPool2d(4)] [Flatten] [Linear(10, Name = "fc")] [Lif]
internal sealed partial class MsResNet;
