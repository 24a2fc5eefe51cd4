using SnnDsl;

namespace NMnist;

/// <summary>Two fully connected layers on event recordings (<see cref="NmnistFc"/> says what those are), the first of neurons of our own: <see cref="Tired"/>.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[Flatten]
[Linear(2312, 128, Name = "fc1")]
[Neuron(typeof(Tired))]
[Linear(128, 10, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[MeanReadout]
public sealed partial class NmnistTired;
