namespace SnnDsl.Model;

/// <summary>
/// The constants of equations that are those of a leaky integrate-and-fire neuron: u = decay r + I, a spike where u &gt; threshold, then
/// r = resetValue, or r = u - threshold. Fused kernels, whole trains and exact counts know this neuron.
/// </summary>
/// <remarks>Equality: all three values.</remarks>
/// <param name="Threshold">The membrane above which a neuron fires, greater than 0.</param>
/// <param name="Decay">The share of the membrane that is left one step later, in [0, 1].</param>
/// <param name="ResetValue">The membrane after a spike; null where the threshold is subtracted.</param>
public readonly record struct LifPattern(float Threshold, float Decay, float? ResetValue);
