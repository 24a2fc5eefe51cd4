namespace SnnDsl.Benchmarks.Certificates.Networks;

/// <summary>The example's network of that name.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Flatten]
[Linear(784, 512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(512, 256, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, 10, Name = "fc3")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class FcDirect;
