using SnnDsl;

namespace OwnData;

/// <summary>Two convolutions on the eleven gestures of DVS128 Gesture, four pixels across to a cell.</summary>
[SpikingNetwork(TimeSteps = 16, Encoding = Encoding.Spikes)]
[Input(2, 32, 32)]
[Conv2d(16, Kernel = 3, Stride = 2, Padding = 1, Name = "conv1")]
[Lif]
[Conv2d(32, Kernel = 3, Stride = 2, Padding = 1, Name = "conv2")]
[Lif]
[Flatten]
[Linear(11, Name = "fc1")]
[Lif]
[MeanReadout]
public sealed partial class GestureConv;
