namespace SnnDsl;

/// <summary>
/// Leaky integrate-and-fire neurons with an adaptive threshold, one for each value of the affine layer before them: every spike lifts the
/// threshold, and the lift decays:
/// <code>
/// u[t] = decay * r[t-1] + I[t]                          r[-1] = 0
/// s[t] = 1 if u[t] > threshold + adaptation * b[t], else 0   strictly greater, b[0] = 0
/// b[t+1] = adaptationDecay * b[t] + s[t]
/// hard reset:  r = u (1 - s) + resetValue s             soft reset:  r = u - threshold s
/// </code>
/// A soft reset subtracts the threshold itself, without what adaptation adds to it.
/// </summary>
/// <remarks>What can be certified of such a network: docs/neurons.md.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AlifAttribute : NeuronAttribute
{
    /// <summary>The threshold of a neuron that has not fired, greater than 0. Default: 0.25. Rounded to float32.</summary>
    public double Threshold { get; set; } = 0.25;

    /// <summary>The share of the membrane that is left one step later, in [0, 1]. Default: 0.25. Rounded to float32.</summary>
    public double Decay { get; set; } = 0.25;

    /// <summary>What a spike adds to the threshold, in units of the membrane; a finite number. Default: 0.1. Rounded to float32.</summary>
    public double Adaptation { get; set; } = 0.1;

    /// <summary>The share of the adaptation that is left one step later, in [0, 1]. Default: 0.9. Rounded to float32.</summary>
    public double AdaptationDecay { get; set; } = 0.9;

    /// <summary>The membrane after a spike under a hard reset. Default: 0. Rounded to float32.</summary>
    public double ResetValue { get; set; }
}
