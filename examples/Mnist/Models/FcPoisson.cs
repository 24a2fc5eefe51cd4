using SnnDsl;

namespace Mnist;

/// <summary>The layers of <see cref="FcDirect"/>, fed with spikes: at each step a pixel fires with a probability of its brightness.</summary>
/// <remarks>
/// s[t] = 1 where pixel > noise[t]. The noise is a function of seed, sample, step and pixel, so that the same input always gives the
/// same spikes, and a certificate holds for the draw that it names. What a perturbation can change is small: a pixel's spikes only
/// turn on, one after the other, as the pixel grows.
/// </remarks>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Poisson)]
[Input(1, 28, 28)]
[Flatten]
[Linear(784, 512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(512, 256, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, 10, Name = "fc3")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class FcPoisson;
