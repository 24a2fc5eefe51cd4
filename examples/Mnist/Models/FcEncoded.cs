using SnnDsl;

namespace Mnist;

/// <summary>A fully connected network behind a spiking encoder: a neuron for every pixel fires where the pixel is brighter than a half.</summary>
/// <remarks>
/// Built to be certified. The pixels of a digit are nearly black or nearly white: an epsilon of 0.1 carries 16 of 784 over a half at most, on average, and what
/// it does not carry over a threshold is gone before the first weight. Where an image's pixels are fed into weights instead, every one of them moves every membrane.
/// Two steps are enough, for what is spiking here is a decision, not a rate; the last membrane is read out.
/// </remarks>
[SpikingNetwork(TimeSteps = 2, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Lif(Threshold = 0.5, Decay = 0, Name = "encoder")]
[Flatten]
[Linear(1024, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(512, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(10, Name = "fc3")]
[MembraneReadout]
public sealed partial class FcEncoded;
