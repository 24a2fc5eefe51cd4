namespace SnnDsl;

/// <summary>The maximum over squares of spikes, channels x height x width: 1 where any of a square's neurons fires. It stands behind neurons.</summary>
/// <remarks>
/// The maximum of bits is above 0 where their sum is: to bounds and records this is a [SumPool2d] and neurons without memory that fire above
/// 1/256. Gradients are those of the maximum: they go to the first spike of a square, or to its first value where none fires.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class MaxPool2dAttribute : LayerAttribute
{
    /// <summary>Takes the maximum over squares of the spikes before it.</summary>
    /// <param name="kernel">The side of the square, at least 1 and not larger than the padded input.</param>
    public MaxPool2dAttribute(int kernel) => Kernel = kernel;

    /// <summary>The side of the square.</summary>
    public int Kernel { get; }

    /// <summary>The step of the square, at least 1. Default (0): the kernel's side, so that squares do not overlap.</summary>
    public int Stride { get; set; }

    /// <summary>Places without a spike on every side, at most half of the kernel's side. Default: 0.</summary>
    public int Padding { get; set; }
}
