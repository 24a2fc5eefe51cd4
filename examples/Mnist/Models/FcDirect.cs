using SnnDsl;

namespace Mnist;

/// <summary>Three fully connected layers on an image that is fed in unchanged at each of the 10 steps.</summary>
/// <remarks>
/// Read the attributes as an architecture table, from the input down. Every Linear gives a current I; the Lif below it turns the
/// current into spikes, one neuron for each of its values:
/// <code>
/// u[t] = 0.25 r[t-1] + I[t]       the membrane: a quarter of what was left, plus the current
/// s[t] = 1 if u[t] > 0.25         the spike
/// r[t] = u[t] (1 - s[t])          what is left: nothing after a spike
/// </code>
/// A class's logit is how often its output neuron fired, over T. Names are those of saved weights: fc1.weight, fc1.bias, ...
/// The constants are those of Liang et al., NeurIPS 2022; all of them are also the attributes' defaults.
/// </remarks>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Flatten]
[Linear(784, 512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(512, 256, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, 10, Name = "fc3")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class FcDirect;
