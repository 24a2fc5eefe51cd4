namespace SnnDsl;

/// <summary>A layer of neurons that fire: what all kinds of them can be told.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class NeuronAttribute : LayerAttribute
{
    private protected NeuronAttribute()
    {
    }

    /// <summary>What a spike does to the membrane. Default: <see cref="Reset.Hard"/>.</summary>
    public Reset Reset { get; set; } = Reset.Hard;

    /// <summary>What stands for the derivative of the spike in the backward pass. Default: <see cref="Surrogate.Rectangular"/>.</summary>
    public Surrogate Surrogate { get; set; } = Surrogate.Rectangular;

    /// <summary>
    /// The surrogate's width w, greater than 0, in units of the membrane; see <see cref="SnnDsl.Surrogate"/> for what it means.
    /// Default (0): the surrogate's own, which makes its peak 1.
    /// </summary>
    public double SurrogateWidth { get; set; }
}
