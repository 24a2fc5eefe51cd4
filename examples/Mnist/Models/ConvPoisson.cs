using SnnDsl;

namespace Mnist;

/// <summary>The layers of <see cref="ConvDirect"/>, fed with the random spikes of <see cref="FcPoisson"/>.</summary>
/// <remarks>
/// The input now differs from step to step, so that no layer can be computed once for all of them; but convolutions know nothing of
/// time, and the emitted code runs each once over all steps and samples together.
/// </remarks>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Poisson)]
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
public sealed partial class ConvPoisson;
