using SnnDsl;

namespace SpikingApp;

/// <summary>Tells bars from crosses and dots: the compiler writes the other half of this class (F12 shows it).</summary>
[SpikingNetwork(TimeSteps = 6)]
[Input(1, 8, 8)]
[Flatten]
[Linear(64, Name = "fc1")]
[Lif]
[Linear(4, Name = "fc2")]
[Lif]
public sealed partial class Shapes;
