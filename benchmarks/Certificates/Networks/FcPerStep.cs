namespace SnnDsl.Benchmarks.Certificates.Networks;

/// <summary>The layers of <see cref="Mnist.FcDirect"/>, told that the input may differ from step to step: bounds then make each step's input concrete by itself, as the paper's do.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(1, 28, 28)]
[Flatten]
[Linear(784, 512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(512, 256, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, 10, Name = "fc3")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class FcPerStep;
