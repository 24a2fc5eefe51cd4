namespace SnnDsl;

/// <summary>Sums over squares of channels x height x width: <see cref="AvgPool2dAttribute"/> without the division.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SumPool2dAttribute : LayerAttribute
{
    /// <summary>Sums over squares of the layer before it.</summary>
    /// <param name="kernel">The side of the square, at least 1 and not larger than the padded input.</param>
    public SumPool2dAttribute(int kernel) => Kernel = kernel;

    /// <summary>The side of the square.</summary>
    public int Kernel { get; }

    /// <summary>The step of the square, at least 1. Default (0): the kernel's side, so that squares do not overlap.</summary>
    public int Stride { get; set; }

    /// <summary>Zeros on every side, at most half of the kernel's side. Default: 0.</summary>
    public int Padding { get; set; }
}
