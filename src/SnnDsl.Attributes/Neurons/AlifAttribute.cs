namespace SnnDsl;

/// <summary>
/// Leaky integrate-and-fire neurons with an adaptive threshold, one for each value of the affine layer before them: every spike lifts the
/// threshold, and the lift decays:
/// <code>
/// u[t] = decay * r[t-1] + I[t]                          r[-1] = 0;  DecayInput: (1 - decay) I[t]
/// s[t] = 1 if u[t] > threshold + adaptation * b[t], else 0   strictly greater, b[0] = 0
/// b[t+1] = adaptationDecay * b[t] + s[t]
/// hard reset:  r = u (1 - s) + resetValue s             soft reset:  r = u - threshold s
/// </code>
/// A soft reset subtracts the threshold itself, without what adaptation adds to it.
/// </summary>
/// <remarks>What can be certified of such a network: docs/neurons.md.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AlifAttribute : MembraneAttribute
{
    /// <summary>The threshold of a neuron that has not fired, greater than 0. Default: 0.25. Rounded to float32.</summary>
    public double Threshold { get; set; } = 0.25;

    /// <summary>The share of the membrane that is left one step later, in [0, 1]. Default: 0.25. Rounded to float32.</summary>
    public double Decay { get; set; } = 0.25;

    /// <summary>
    /// The time constant in steps, at least 1, in place of <see cref="Decay"/>: a decay of 1 - 1/Tau. Default (0): <see cref="Decay"/> says it.
    /// </summary>
    public double Tau { get; set; }

    /// <summary>
    /// Whether the current is scaled by 1 - decay, that is 1/Tau, so that a constant current I brings a silent membrane to I (<c>decay_input</c> in
    /// SpikingJelly). Default: false. What adaptation adds to the threshold is not scaled.
    /// </summary>
    public bool DecayInput { get; set; }

    /// <summary>What a spike adds to the threshold, in units of the membrane; a finite number. Default: 0.1. Rounded to float32.</summary>
    public double Adaptation { get; set; } = 0.1;

    /// <summary>The share of the adaptation that is left one step later, in [0, 1]. Default: 0.9. Rounded to float32.</summary>
    public double AdaptationDecay { get; set; } = 0.9;

    /// <summary>The membrane after a spike under a hard reset. Default: 0. Rounded to float32.</summary>
    public double ResetValue { get; set; }
}
