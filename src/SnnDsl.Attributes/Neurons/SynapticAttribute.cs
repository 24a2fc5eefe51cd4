namespace SnnDsl;

/// <summary>
/// Current-based neurons: a synapse that leaks before a membrane that leaks, one pair for each value of the affine layer before them:
/// <code>
/// i[t] = synapticDecay * i[t-1] + I[t]          i[-1] = 0
/// u[t] = decay * r[t-1] + i[t]                  r[-1] = 0
/// s[t] = 1 if u[t] > threshold, else 0          strictly greater
/// hard reset:  r = u (1 - s) + resetValue s     soft reset:  r = u - threshold s
/// </code>
/// A spike leaves i as it is.
/// </summary>
/// <remarks>What can be certified of such a network: docs/neurons.md.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SynapticAttribute : MembraneAttribute
{
    /// <summary>The membrane above which a neuron fires, greater than 0. Default: 0.25. Rounded to float32.</summary>
    public double Threshold { get; set; } = 0.25;

    /// <summary>The share of the synaptic current i that is left one step later, in [0, 1]. Default: 0.25. Rounded to float32.</summary>
    public double SynapticDecay { get; set; } = 0.25;

    /// <summary>The share of the membrane that is left one step later, in [0, 1]. Default: 0.25. Rounded to float32.</summary>
    public double Decay { get; set; } = 0.25;

    /// <summary>
    /// The time constant in steps, at least 1, in place of <see cref="Decay"/>: a decay of 1 - 1/Tau. Default (0): <see cref="Decay"/> says it.
    /// </summary>
    public double Tau { get; set; }

    /// <summary>The membrane after a spike under a hard reset. Default: 0. Rounded to float32.</summary>
    public double ResetValue { get; set; }
}
