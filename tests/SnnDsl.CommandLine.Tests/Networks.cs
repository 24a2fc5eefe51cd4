namespace SnnDsl.CommandLine.Tests;

/// <summary>Tells 4x4 images apart that are bright on the left or on the right.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 4, 4)]
[Flatten]
[Linear(8, Name = "fc1")]
[Lif]
[Linear(2, Name = "fc2")]
[Lif]
public sealed partial class TinyImages;

/// <summary>As <see cref="TinyImages"/>, with random spikes.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Poisson)]
[Input(1, 4, 4)]
[Flatten]
[Linear(8, Name = "fc1")]
[Lif]
[Linear(2, Name = "fc2")]
[Lif]
public sealed partial class TinyPoisson;

/// <summary>Event recordings of the size of N-MNIST.</summary>
[SpikingNetwork(TimeSteps = 2, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[AvgPool2d(17)]
[Flatten]
[Linear(10, Name = "fc1")]
[Lif]
public sealed partial class TinyEvents;

/// <summary>Vectors of seven features; a layer's name is that of a box beside the layers.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(7)]
[Linear(8, Name = "fc1")]
[Lif]
[Linear(2, Name = "readout")]
[Lif]
public sealed partial class TinyVector;

/// <summary>Features, behind neurons that learn their decay: bounds are derived from their equations.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(7)]
[Linear(12)]
[Plif]
[Linear(2)]
[Lif]
public sealed partial class TinyLearned;

/// <summary>Recorded spikes of seven channels.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(7)]
[Linear(8, Name = "fc1")]
[Lif]
[Linear(20, Name = "fc2")]
[Lif]
public sealed partial class TinyChannels;

/// <summary>Coloured images of 3 x 4 pixels.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(3, 3, 4)]
[Flatten]
[Linear(2, Name = "fc1")]
[Lif]
public sealed partial class TinyColours;

/// <summary>The network of the newcomer's five tasks (docs/start.md), under the name that docs/interchange.md gives to anybody's.</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(4)]
[Linear(16, Name = "fc1")]
[Lif(Threshold = 0.5, Decay = 0.75)]
[Linear(2, Name = "fc2")]
[Lif(Threshold = 0.5, Decay = 0.75)]
public sealed partial class Classifier;
