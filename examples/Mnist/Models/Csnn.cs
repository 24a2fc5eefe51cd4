using SnnDsl;

namespace Mnist;

/// <summary>The convolutional network of the Fashion-MNIST tutorials: batch normalisation, integrate-and-fire neurons, maxima of spikes, 4 steps.</summary>
/// <remarks>
/// [BatchNorm2d] normalises the currents over all steps and samples while the network trains, and is part of the convolution's weights
/// afterwards. [If] is [Lif] that forgets nothing; its arctan surrogate has a gradient far from the threshold, too: with the rectangular one
/// this network learns next to nothing, because in its last layer hardly a membrane comes near the threshold. [MaxPool2d] fires where any
/// neuron of its square does. To bounds and records all three are convolutions, sums and threshold neurons; hover over the class and see.
/// </remarks>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Conv2d(128, Kernel = 3, Padding = 1, Bias = false, Name = "conv1")]
[BatchNorm2d]
[If(Surrogate = Surrogate.Arctan)]
[MaxPool2d(2)]
[Conv2d(128, Kernel = 3, Padding = 1, Bias = false, Name = "conv2")]
[BatchNorm2d]
[If(Surrogate = Surrogate.Arctan)]
[MaxPool2d(2)]
[Flatten]
[Linear(2048, Bias = false, Name = "fc1")]
[If(Surrogate = Surrogate.Arctan)]
[Linear(10, Bias = false, Name = "fc2")]
[If(Surrogate = Surrogate.Arctan)]
[MeanReadout]
public sealed partial class Csnn;
