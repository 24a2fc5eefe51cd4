using SnnDsl;

namespace NMnist;

/// <summary>
/// The kind of network that people train on event cameras: convolutions with batch normalisation, maxima of spikes, dropout and ten neurons a class that vote. A narrow
/// one, for 1,000 recordings.
/// </summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[Conv2d(32, Kernel = 3, Padding = 1, Bias = false, Name = "conv1")]
[BatchNorm2d]
[Lif(Decay = 0.5, Surrogate = Surrogate.Arctan)]
[MaxPool2d(2)]
[Conv2d(64, Kernel = 3, Padding = 1, Bias = false, Name = "conv2")]
[BatchNorm2d]
[Lif(Decay = 0.5, Surrogate = Surrogate.Arctan)]
[MaxPool2d(2)]
[Conv2d(64, Kernel = 3, Padding = 1, Bias = false, Name = "conv3")]
[BatchNorm2d]
[Lif(Decay = 0.5, Surrogate = Surrogate.Arctan)]
[MaxPool2d(2)]
[Flatten]
[Dropout(0.25)]
[Linear(100, Name = "fc1")]
[BatchNorm1d]
[Lif(Decay = 0.5, Surrogate = Surrogate.Arctan)]
[Voting(10)]
[MeanReadout]
public sealed partial class NmnistPooled;
