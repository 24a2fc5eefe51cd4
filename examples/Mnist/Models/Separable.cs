using SnnDsl;

namespace Mnist;

/// <summary>A small network of separable convolutions, as on phones: 13,130 parameters, 4 steps, a global mean before the last layer.</summary>
/// <remarks>
/// A separable convolution is a depthwise one, in which each channel sees only itself (Groups = its channels), and then a pointwise one (Kernel = 1).
/// Between the two stand no neurons: their product is one affine map to the neurons behind it.
/// </remarks>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Conv2d(32, Kernel = 3, Stride = 2, Padding = 1, Bias = false, Name = "conv1")]
[BatchNorm2d(Name = "bn1")]
[If(Surrogate = Surrogate.Arctan)]
[Conv2d(32, Kernel = 3, Same = true, Groups = 32, Bias = false, Name = "depth2")]
[Conv2d(64, Kernel = 1, Bias = false, Name = "point2")]
[BatchNorm2d(Name = "bn2")]
[If(Surrogate = Surrogate.Arctan)]
[MaxPool2d(2)]
[Conv2d(64, Kernel = 3, Same = true, Groups = 64, Bias = false, Name = "depth3")]
[Conv2d(128, Kernel = 1, Bias = false, Name = "point3")]
[BatchNorm2d(Name = "bn3")]
[If(Surrogate = Surrogate.Arctan)]
[GlobalAvgPool2d]
[Flatten]
[Linear(10, Name = "fc1")]
[MeanReadout]
public sealed partial class Separable;
