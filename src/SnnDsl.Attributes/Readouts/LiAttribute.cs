namespace SnnDsl;

/// <summary>
/// An integrator as the last layer: neurons that integrate the last affine layer and do not fire,
/// <code>
/// v[t] = decay * v[t-1] + I[t]                  v[-1] = 0;  SynapticDecay: + i[t] with i[t] = synapticDecay * i[t-1] + I[t]
/// logits = v[T-1], or the mean of v[t] over t
/// </code>
/// By the last membrane it is <see cref="MembraneReadoutAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LiAttribute : ReadoutAttribute
{
    /// <summary>The share of the membrane that is left one step later, in [0, 1]. Default: 0.25. Rounded to float32.</summary>
    public double Decay { get; set; } = 0.25;

    /// <summary>The time constant in steps, at least 1, in place of <see cref="Decay"/>: a decay of 1 - 1/Tau. Default (0): <see cref="Decay"/> says it.</summary>
    public double Tau { get; set; }

    /// <summary>
    /// The share of the synaptic current i that is left one step later, in [0, 1]: the membrane integrates i, which integrates I, as in <see cref="SynapticAttribute"/>.
    /// Default: 0, the membrane integrates I. Rounded to float32.
    /// </summary>
    public double SynapticDecay { get; set; }

    /// <summary>Whether logits are the mean of the membrane over time, rather than the last one. Default: false.</summary>
    public bool Mean { get; set; }
}
