using SnnDsl;

namespace NMnist;

/// <summary>Three fully connected layers on event recordings: digits that an event camera saw move.</summary>
/// <remarks>
/// An event camera does not take pictures; each of its 34x34 pixels reports when it becomes brighter or darker. A recording is cut
/// into T = 10 equal time bins, and a cell [t, polarity, y, x] is 1 if there was any such event. Here an adversary does not shift
/// pixels but flips cells: at most k of them, anywhere. What a neuron computes:
/// <code>
/// u[t] = 0.25 r[t-1] + I[t]       the membrane: a quarter of what was left, plus the current of the layer above
/// s[t] = 1 if u[t] > 0.25         the spike
/// r[t] = u[t] (1 - s[t])          what is left: nothing after a spike
/// </code>
/// A class's logit is how often its output neuron fired, over T.
/// </remarks>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[Flatten]
[Linear(2312, 512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(512, 256, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, 10, Name = "fc3")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class NmnistFc;
