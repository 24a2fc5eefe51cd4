namespace SnnDsl.Benchmarks.Networks;

/// <summary>The network of the Fashion-MNIST tutorials, as examples/Mnist declares it: batch normalisation, integrate-and-fire neurons, maxima of spikes.</summary>
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
internal sealed partial class Csnn;
