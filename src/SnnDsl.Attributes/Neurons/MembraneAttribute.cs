namespace SnnDsl;

/// <summary>A layer of neurons with a membrane and a threshold: what all kinds of them can be told.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class MembraneAttribute : SpikingAttribute
{
    private protected MembraneAttribute()
    {
    }

    /// <summary>What a spike does to the membrane. Default: <see cref="Reset.Hard"/>.</summary>
    public Reset Reset { get; set; } = Reset.Hard;

    /// <summary>
    /// Whether a membrane that is exactly on the threshold fires, too, as in SpikingJelly. Default: false, strictly greater, as in snnTorch. Such neurons
    /// have no fused kernels.
    /// </summary>
    public bool AtOrAbove { get; set; }
}
