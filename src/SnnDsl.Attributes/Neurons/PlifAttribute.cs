namespace SnnDsl;

/// <summary>
/// Leaky integrate-and-fire neurons whose decay is learned, and with LearnThreshold their threshold, one for each value of the affine layer before them:
/// <code>
/// d = sigmoid(a)                                a: one for the layer, or one for each neuron
/// u[t] = d * r[t-1] + I[t]                      r[-1] = 0;  DecayInput: (1 - d) I[t]
/// s[t] = 1 if u[t] > threshold, else 0          strictly greater
/// hard reset:  r = u (1 - s) + resetValue s     soft reset:  r = u - threshold s
/// </code>
/// The parameter a is saved as <c>decay_logit</c> of the layer. Bounds take the decay that it gives for a constant. With LearnThreshold the threshold is
/// th = exp(b), of the parameter <c>threshold_log</c>, and the membrane is kept in units of it: u = d r + I / th fires above 1.
/// </summary>
/// <remarks>
/// After Fang et al., ICCV 2021; SpikingJelly's <c>ParametricLIFNode</c> keeps w = -a. What can be certified of such a network: docs/neurons.md.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PlifAttribute : MembraneAttribute
{
    /// <summary>The membrane above which a neuron fires, greater than 0. Default: 0.25. Rounded to float32.</summary>
    public double Threshold { get; set; } = 0.25;

    /// <summary>Where the share of the membrane that is left one step later begins, strictly between 0 and 1. Default: 0.5.</summary>
    public double Decay { get; set; } = 0.5;

    /// <summary>The time constant in steps with which it begins, above 1, in place of <see cref="Decay"/>: a decay of 1 - 1/Tau. Default (0): <see cref="Decay"/> says it.</summary>
    public double Tau { get; set; }

    /// <summary>
    /// Whether the threshold is learned, too, and begins at <see cref="Threshold"/>. Membranes, resets and the surrogate's width are then in units of it.
    /// Default: false.
    /// </summary>
    public bool LearnThreshold { get; set; }

    /// <summary>Whether each neuron learns a decay (and a threshold) of its own, rather than all of the layer one. Default: false.</summary>
    public bool PerNeuron { get; set; }

    /// <summary>Whether the current is scaled by 1 - d (<c>decay_input</c> in SpikingJelly). Default: false.</summary>
    public bool DecayInput { get; set; }

    /// <summary>The membrane after a spike under a hard reset. Default: 0. Rounded to float32.</summary>
    public double ResetValue { get; set; }
}
