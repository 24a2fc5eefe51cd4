namespace SnnDsl.Soundness.Tests.Networks;

/// <summary>Along a length: zeros on one end, overlapping maxima, a depthwise step with gaps, normalised channels, means.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 9)]
[Conv1d(4, Kernel = 2, Same = true, Name = "conv1")]
[BatchNorm1d(Name = "bn1")]
[Lif(Name = "lif1", Decay = 0.9)]
[MaxPool1d(3, Stride = 2, Padding = 1, Name = "pool1")]
[Conv1d(4, Stride = 2, Padding = 1, Dilation = 2, Groups = 4, Name = "conv2")]
[Lif(Name = "lif2", Reset = Reset.Soft)]
[AvgPool1d(2, Stride = 1, Name = "pool2")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "lif3")]
internal sealed partial class Lengths;
