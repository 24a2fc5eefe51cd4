using SnnDsl;

namespace NMnist;

/// <summary>Neurons that integrate and are never reset, read at the last step: built for spikes that come too early or too late.</summary>
/// <remarks>
/// A spike changes nothing that these neurons keep, so their membrane is a sum over all frames, and an event that moves from one frame to the next leaves the last sum as it
/// was. Bounds know it: they take the set of recordings as a whole where they would else add up what each step can lose.
/// </remarks>
[SpikingNetwork(TimeSteps = 5, Encoding = Encoding.Spikes)]
[Input(2, 34, 34)]
[AvgPool2d(2)]
[Flatten]
[Linear(512, Name = "fc1")]
[BatchNorm1d]
[If(Threshold = 0.25, Reset = Reset.None, SurrogateWidth = 4)]
[Linear(10, Name = "fc2")]
[MembraneReadout(Decay = 0)]
public sealed partial class NmnistIntegrated;
