using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>What meets at a neuron with a constant current when a linear form is carried backwards; in float64, for a hint.</summary>
/// <param name="Neuron">The neuron.</param>
/// <param name="OnSpikes">Coefficients on its spikes, by step.</param>
/// <param name="OnLast">The coefficient on its membrane at the last step.</param>
/// <param name="Lower">The least current.</param>
/// <param name="Upper">The greatest.</param>
/// <param name="Neurons">The layer's constants.</param>
internal readonly record struct TrainMeeting(
    int Neuron, double[] OnSpikes, double OnLast, double Lower, double Upper, Neurons Neurons);
