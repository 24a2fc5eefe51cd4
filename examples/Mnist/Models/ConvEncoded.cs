using SnnDsl;

namespace Mnist;

/// <summary>A convolutional network behind a spiking encoder; see <see cref="FcEncoded"/>.</summary>
[SpikingNetwork(TimeSteps = 2, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Lif(Threshold = 0.5, Decay = 0, Name = "encoder")]
[Conv2d(32, Kernel = 5, Stride = 2, Padding = 2, Name = "conv1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Conv2d(64, Kernel = 5, Stride = 2, Padding = 2, Name = "conv2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Flatten]
[Linear(256, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(10, Name = "fc2")]
[MembraneReadout]
public sealed partial class ConvEncoded;
