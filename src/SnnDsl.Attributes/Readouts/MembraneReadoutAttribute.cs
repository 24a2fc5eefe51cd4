namespace SnnDsl;

/// <summary>
/// logits = the last membrane of neurons that integrate the last affine layer and do not fire:
/// v[t] = decay * v[t-1] + I[t], v[-1] = 0, logits = v[T-1].
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MembraneReadoutAttribute : ReadoutAttribute
{
    /// <summary>The share of the membrane that is left one step later, in [0, 1]. Default: 0.25. Rounded to float32.</summary>
    public double Decay { get; set; } = 0.25;
}
