using SnnDsl;

namespace NMnist;

/// <summary>Two fully connected layers on event recordings (<see cref="NmnistFc"/> says what those are), the first of neurons with an adaptive threshold.</summary>
/// <remarks>
/// A neuron that fires becomes harder to fire, and forgets that slowly:
/// <code>
/// u[t] = 0.5 r[t-1] + I[t]               the membrane
/// s[t] = 1 if u[t] > 0.25 + 0.1 b[t]     the spike: every one before it has lifted the threshold by 0.1
/// b[t+1] = 0.9 b[t] + s[t]               a tenth of that is forgotten at each step
/// </code>
/// Nothing here is known to the library by name: bounds and certificates follow from these equations (docs/neurons.md).
/// </remarks>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[Flatten]
[Linear(2312, 128, Name = "fc1")]
[Alif(Threshold = 0.25, Decay = 0.5, Adaptation = 0.1, AdaptationDecay = 0.9)]
[Linear(128, 10, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class NmnistAdaptive;
