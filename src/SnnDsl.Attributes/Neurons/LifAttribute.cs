namespace SnnDsl;

/// <summary>
/// Leaky integrate-and-fire neurons, one for each value of the affine layer before them:
/// <code>
/// u[t] = decay * r[t-1] + I[t]                  r[-1] = 0;  DecayInput: (1 - decay) I[t]
/// s[t] = 1 if u[t] > threshold, else 0          strictly greater
/// hard reset:  r = u (1 - s) + resetValue s     soft reset:  r = u - threshold s
/// </code>
/// </summary>
/// <remarks>Liang et al., NeurIPS 2022, section 2. The constants' defaults are the paper's.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LifAttribute : MembraneAttribute
{
    /// <summary>The membrane above which a neuron fires, greater than 0. Default: 0.25. Rounded to float32.</summary>
    public double Threshold { get; set; } = 0.25;

    /// <summary>The share of the membrane that is left one step later, in [0, 1]. Default: 0.25. Rounded to float32.</summary>
    public double Decay { get; set; } = 0.25;

    /// <summary>
    /// The time constant in steps, at least 1, in place of <see cref="Decay"/>: a decay of 1 - 1/Tau. Default (0): <see cref="Decay"/> says it.
    /// </summary>
    public double Tau { get; set; }

    /// <summary>
    /// Whether the current is scaled by 1 - decay, that is 1/Tau, so that a constant current I brings a silent membrane to I (<c>decay_input</c> in
    /// SpikingJelly). Default: false. Membranes are then kept in units of 1 - decay: threshold, reset value and the surrogate's width are divided by it instead.
    /// </summary>
    public bool DecayInput { get; set; }

    /// <summary>The membrane after a spike under a hard reset. Default: 0. Rounded to float32.</summary>
    public double ResetValue { get; set; }
}
