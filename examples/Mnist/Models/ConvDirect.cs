using SnnDsl;

namespace Mnist;

/// <summary>Two convolutions and two fully connected layers on an image that is fed in unchanged at each of the 10 steps.</summary>
/// <remarks>
/// A convolution with stride 2 halves the image: 28x28 becomes 14x14, then 7x7. A Lif after a convolution has one neuron for every
/// channel and place; <see cref="FcDirect"/> says what a neuron computes. The first convolution sees the same image at all steps,
/// so that the emitted code computes it once. Sizes that are not stated follow from the layer before; those that are stated are
/// checked while you type: write 6271 below and see.
/// </remarks>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Conv2d(64, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Conv2d(128, Kernel = 3, Stride = 2, Padding = 1, Name = "conv2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Flatten]
[Linear(6272, 256, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, 10, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class ConvDirect;
