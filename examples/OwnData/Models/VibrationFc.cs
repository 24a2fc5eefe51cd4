using SnnDsl;

namespace OwnData;

/// <summary>Two layers on a vector: the 64 bands of <c>Vibration</c>.</summary>
[SpikingNetwork(TimeSteps = 8, Encoding = Encoding.Direct)]
[Input(64)]
[Linear(48, Name = "fc1")]
[Lif]
[Linear(3, Name = "fc2")]
[Lif]
[MeanReadout]
public sealed partial class VibrationFc;
