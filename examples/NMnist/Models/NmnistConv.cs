using SnnDsl;

namespace NMnist;

/// <summary>Two convolutions and two fully connected layers on event recordings; <see cref="NmnistFc"/> says what those are.</summary>
/// <remarks>A convolution with stride 2 halves the frame: 34x34 becomes 17x17, then 9x9.</remarks>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[Conv2d(64, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Conv2d(128, Kernel = 3, Stride = 2, Padding = 1, Name = "conv2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Flatten]
[Linear(10368, 256, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, 10, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class NmnistConv;
