namespace SnnDsl.Benchmarks.Certificates.Networks;

/// <summary>The layers of <see cref="Mnist.ConvDirect"/>, told that the input may differ from step to step: bounds then make each step's input concrete by itself, as the paper's do.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
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
public sealed partial class ConvPerStep;
