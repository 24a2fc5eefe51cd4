namespace SnnDsl.Model;

/// <summary>When neurons fire, and what stands for the derivative of that.</summary>
/// <remarks>Equality: all five values.</remarks>
/// <param name="Threshold">th: a neuron fires where w . y is above it, greater than 0.</param>
/// <param name="Surrogate">What stands for ds/dv.</param>
/// <param name="Width">The surrogate's width in units of v, greater than 0.</param>
/// <param name="FiresAtThreshold">Whether w . y = th is a spike, too; some libraries count it as one.</param>
/// <param name="Detached">Whether the successor's dependence on the spike is left out of the backward pass.</param>
public readonly record struct SpikeRule(
    float Threshold, SurrogateFunction Surrogate = SurrogateFunction.Rectangular, float Width = 1, bool FiresAtThreshold = false, bool Detached = false);
