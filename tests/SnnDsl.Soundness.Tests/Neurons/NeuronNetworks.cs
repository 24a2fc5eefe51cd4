namespace SnnDsl.Soundness.Tests.Neurons;

// Networks whose neurons are walked by their equations. A file of declarations, since only together do they say what is covered.

/// <summary>Other neurons first, behind and before LIF; a current that is the same at every step.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Synaptic(Name = "n1", SynapticDecay = 0.5, Decay = 0.75, Threshold = 0.5, Surrogate = Surrogate.Arctan)]
[Linear(7, Name = "fc2")]
[Lif(Name = "n2", Decay = 0.5)]
[Linear(3, Name = "fc3")]
[Alif(Name = "n3", Decay = 0.5, Adaptation = 0.25, AdaptationDecay = 0.75, ResetValue = -0.125, Surrogate = Surrogate.FastSigmoid)]
internal sealed partial class Mixed;

/// <summary>LIF first, then an adaptive threshold with a soft reset; recorded spikes, a convolution, a membrane that is read out.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[Conv2d(3, Stride = 2, Name = "conv1")]
[Alif(Name = "n1", Decay = 0.9, Adaptation = 0.2, AdaptationDecay = 0.5, Reset = Reset.Soft, Surrogate = Surrogate.Triangular)]
[Flatten(Name = "flat")]
[Linear(5, Name = "fc1")]
[Lif(Name = "n2", Reset = Reset.Soft)]
[Linear(3, Name = "fc2")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class AdaptiveEvents;

/// <summary>Maxima of spikes behind an adaptive threshold.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 4, 4)]
[Conv2d(3, Padding = 1, Name = "conv1")]
[Alif(Name = "n1", Decay = 0.5)]
[MaxPool2d(2, Name = "pool1")]
[Flatten(Name = "flat")]
[Linear(3, Name = "fc1")]
[Lif(Name = "n2", Surrogate = Surrogate.Arctan)]
internal sealed partial class Pooled;

/// <summary>Neurons that turn, and a synapse with a soft reset behind them; Poisson spikes.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Poisson)]
[Input(5)]
[Linear(7, Name = "fc1")]
[ResonateAndFire(Name = "n1", Decay = 0.9, Angle = 0.7, Threshold = 0.4)]
[Linear(6, Name = "fc2")]
[Synaptic(Name = "n2", SynapticDecay = 0.75, Reset = Reset.Soft, Threshold = 0.5)]
[Linear(3, Name = "fc3")]
[ResonateAndFire(Name = "n3", Decay = 0.75, Angle = 0.3, Reset = Reset.Soft)]
internal sealed partial class Turning;

/// <summary>Options that the fused kernels know (a gain of 1/4, a detached reset), and others.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Lif(Name = "n1", Tau = 4, DecayInput = true, DetachReset = true, ResetValue = -0.03125, Surrogate = Surrogate.Gaussian)]
[Linear(7, Name = "fc2")]
[If(Name = "n2", AtOrAbove = true, Reset = Reset.Soft, Surrogate = Surrogate.PiecewiseExponential)]
[Linear(7, Name = "fc3")]
[Lif(Name = "n3", Decay = 0.75, DecayInput = true, AtOrAbove = true, DetachReset = true, Surrogate = Surrogate.Erf)]
[Linear(3, Name = "fc4")]
[Alif(Name = "n4", Tau = 2, DecayInput = true, Reset = Reset.None, Surrogate = Surrogate.Sigmoid)]
internal sealed partial class Options;

/// <summary>Others, behind recorded spikes: no reset, spikes on the threshold, resets that are detached.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[Conv2d(3, Stride = 2, Name = "conv1")]
[Lif(Name = "n1", Tau = 1.5, Reset = Reset.None, Surrogate = Surrogate.Sigmoid, SurrogateWidth = 0.5)]
[Flatten(Name = "flat")]
[Linear(6, Name = "fc1")]
[Synaptic(Name = "n2", SynapticDecay = 0.5, Tau = 2, AtOrAbove = true, DetachReset = true, Surrogate = Surrogate.Gaussian)]
[Linear(6, Name = "fc2")]
[ResonateAndFire(Name = "n3", Reset = Reset.None, AtOrAbove = true, Surrogate = Surrogate.Erf)]
[Linear(3, Name = "fc3")]
[Lif(Name = "n4", Reset = Reset.Soft, DetachReset = true, Surrogate = Surrogate.PiecewiseExponential)]
internal sealed partial class MoreOptions;

/// <summary>Counts of events that latch, and membranes that are sums over all steps.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[SumPool2d(2, Name = "pool1")]
[If(Name = "n1", Threshold = 1.5, Reset = Reset.None)]
[Flatten(Name = "flat")]
[Linear(6, Name = "fc1")]
[Lif(Name = "n2", Decay = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "n3", Reset = Reset.Soft)]
internal sealed partial class Latching;

/// <summary>Sums in which what came one step ago weighs more than what comes now.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[Flatten(Name = "flat")]
[Linear(8, Name = "fc1")]
[Synaptic(Name = "n1", SynapticDecay = 0.75, Decay = 0.875, Threshold = 0.5, Reset = Reset.None)]
[Linear(3, Name = "fc2")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class Summing;

/// <summary>Sums in a graph.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[Conv2d(2, Kernel = 3, Stride = 1, Name = "conv1")]
[Lif(Name = "n1", Decay = 0.75, Threshold = 0.5, Reset = Reset.None)]
[Flatten(Name = "flat")]
[Linear(8, Name = "fc1")]
[Lif(Name = "n2", Threshold = 0.5)]
[Concat("flat", Name = "both")]
[Linear(3, Name = "fc2")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class SummingGraph;

/// <summary>Weights and pixels that are quarters put membranes exactly on thresholds.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(4)]
[Linear(6, Name = "fc1")]
[If(Name = "n1", AtOrAbove = true)]
[Linear(6, Name = "fc2")]
[Lif(Name = "n2", Threshold = 0.5, Decay = 0.5, AtOrAbove = true, Reset = Reset.Soft)]
[Linear(3, Name = "fc3")]
[Alif(Name = "n3", Threshold = 0.25, Decay = 0.5, Adaptation = 0.25, AdaptationDecay = 0.5, AtOrAbove = true)]
internal sealed partial class OnTheThreshold;

/// <summary>Decays that are learned, one a layer and one a neuron, with a scaled current and without.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Plif(Name = "n1", Decay = 0.75, DecayInput = true, Surrogate = Surrogate.Arctan)]
[Linear(7, Name = "fc2")]
[Plif(Name = "n2", PerNeuron = true, Reset = Reset.Soft, Threshold = 0.5, Surrogate = Surrogate.Sigmoid)]
[Linear(3, Name = "fc3")]
[Plif(Name = "n3", Tau = 3, ResetValue = -0.125, AtOrAbove = true, Surrogate = Surrogate.FastSigmoid)]
internal sealed partial class Learning;

/// <summary>One decay for each neuron of an image, behind recorded spikes.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[Conv2d(3, Stride = 2, Name = "conv1")]
[Plif(Name = "n1", PerNeuron = true, DecayInput = true, Surrogate = Surrogate.Triangular)]
[Flatten(Name = "flat")]
[Linear(5, Name = "fc1")]
[Lif(Name = "n2", Reset = Reset.Soft)]
[Linear(3, Name = "fc2")]
[MembraneReadout(Decay = 0.5)]
internal sealed partial class LearningEach;

/// <summary>Neurons that no library has.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Neuron(typeof(Tired), Name = "n1", Surrogate = Surrogate.Arctan)]
[Linear(7, Name = "fc2")]
[Neuron(typeof(Driven), Name = "n2", Surrogate = Surrogate.Sigmoid, SurrogateWidth = 0.5)]
[Linear(3, Name = "fc3")]
[Neuron(typeof(Tired), Name = "n3", Surrogate = Surrogate.FastSigmoid, DetachReset = true)]
internal sealed partial class Own;

/// <summary>An integrator that is read out by the mean of its membrane; fused neurons before it.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Lif(Name = "n1", Decay = 0.75, Surrogate = Surrogate.Arctan)]
[Linear(7, Name = "fc2")]
[Lif(Name = "n2", Tau = 2, Reset = Reset.Soft, Surrogate = Surrogate.Gaussian)]
[Linear(3, Name = "fc3")]
[Li(Tau = 4, Mean = true)]
internal sealed partial class Integrating;

/// <summary>Spikes that come back: through all of a layer's weights, and each to its own neuron; behind a current that is the same at every step, too.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Alif(Name = "n1", Decay = 0.5, Adaptation = 0.25, AdaptationDecay = 0.75, Recurrent = true, Surrogate = Surrogate.Arctan)]
[Linear(7, Name = "fc2")]
[Lif(Name = "n2", Decay = 0.75, DecayInput = true, Reset = Reset.Soft, Recurrent = true, RecurrentDiagonal = true, Surrogate = Surrogate.Sigmoid)]
[Linear(3, Name = "fc3")]
[Synaptic(Name = "n3", SynapticDecay = 0.5, Threshold = 0.5, Recurrent = true, Surrogate = Surrogate.FastSigmoid)]
internal sealed partial class Recurring;

/// <summary>The other neurons, behind recorded spikes, and an integrator that is read out.</summary>
[SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)]
[Input(1, 4, 4)]
[Flatten(Name = "flat")]
[Linear(6, Name = "fc1")]
[Plif(Name = "n1", PerNeuron = true, DecayInput = true, Recurrent = true, Surrogate = Surrogate.Triangular)]
[Linear(6, Name = "fc2")]
[Neuron(typeof(Driven), Name = "n2", Recurrent = true, RecurrentDiagonal = true, Surrogate = Surrogate.Arctan)]
[Linear(5, Name = "fc3")]
[ResonateAndFire(Name = "n3", Reset = Reset.Soft, Recurrent = true, DetachReset = true, Surrogate = Surrogate.Gaussian)]
[Linear(3, Name = "fc4")]
[Li(Decay = 0.5, SynapticDecay = 0.25)]
internal sealed partial class RecurringEvents;

/// <summary>Neurons that encode pixels, and others behind them.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Alif(Name = "n1", Decay = 0.75, Threshold = 0.5, Adaptation = 0.25, Surrogate = Surrogate.Arctan)]
[Linear(7, Name = "fc1")]
[Lif(Name = "n2", Decay = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "n3")]
internal sealed partial class EncodedPixels;

/// <summary>Thresholds that are learned, one a layer and one a neuron.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(6)]
[Linear(8, Name = "fc1")]
[Plif(Name = "n1", LearnThreshold = true, Threshold = 0.5, DecayInput = true, Surrogate = Surrogate.Arctan)]
[Linear(7, Name = "fc2")]
[Plif(Name = "n2", LearnThreshold = true, PerNeuron = true, Reset = Reset.Soft, Surrogate = Surrogate.Sigmoid)]
[Linear(3, Name = "fc3")]
[Plif(Name = "n3", LearnThreshold = true, AtOrAbove = true, Surrogate = Surrogate.FastSigmoid)]
internal sealed partial class LearningThresholds;
