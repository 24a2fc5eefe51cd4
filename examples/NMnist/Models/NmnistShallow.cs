using SnnDsl;

namespace NMnist;

/// <summary>One hidden layer behind pooled pixels, five frames instead of ten, and membranes that are read out: built to be certified.</summary>
/// <remarks>
/// A flip adds one weight to each neuron of the first layer, in one frame. The mean over 2 x 2 pixels makes that a quarter; one hidden layer leaves no second one for
/// bounds to widen in; a membrane that is read out adds up what the steps say, where a rate of five steps could only tie.
/// </remarks>
[SpikingNetwork(TimeSteps = 5, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[AvgPool2d(2)]
[Flatten]
[Linear(512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(10, Name = "fc2")]
[MembraneReadout(Decay = 1)]
public sealed partial class NmnistShallow;
