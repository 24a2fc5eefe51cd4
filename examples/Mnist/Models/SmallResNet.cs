using SnnDsl;

namespace Mnist;

/// <summary>A small residual network in the style of SEW-ResNets: spikes are added to spikes, 4 steps.</summary>
/// <remarks>
/// [Residual] adds the spikes of the layer that it names to those that arrive; From starts a branch at another layer, here a shortcut of 1x1
/// convolutions where the image shrinks. See docs/graph.md.
/// </remarks>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Conv2d(16, Padding = 1, Bias = false)]
[BatchNorm2d]
[Lif(Name = "stem")]
[Conv2d(16, Padding = 1, Bias = false)]
[BatchNorm2d]
[Lif]
[Conv2d(16, Padding = 1, Bias = false)]
[BatchNorm2d]
[Lif]
[Residual("stem", Name = "block1")]
[Conv2d(32, Stride = 2, Padding = 1, Bias = false)]
[BatchNorm2d]
[Lif]
[Conv2d(32, Padding = 1, Bias = false)]
[BatchNorm2d]
[Lif(Name = "main")]
[Conv2d(32, Kernel = 1, Stride = 2, Bias = false, From = "block1")]
[BatchNorm2d]
[Lif]
[Residual("main", Name = "block2")]
[AvgPool2d(2)]
[Flatten]
[Linear(10, Name = "fc1")]
[Lif]
[MeanReadout]
public sealed partial class SmallResNet;
