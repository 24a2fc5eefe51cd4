using SnnDsl;

namespace Consumer;

/// <summary>Tells horizontal from vertical stripes.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(1, 8, 8)]
[Conv2d(8, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif]
[Flatten]
[Linear(2, Name = "fc1")]
[Lif]
public sealed partial class Stripes;
