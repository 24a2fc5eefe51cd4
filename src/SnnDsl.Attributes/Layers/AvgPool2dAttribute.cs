namespace SnnDsl;

/// <summary>Average pooling over channels x height x width, without padding.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AvgPool2dAttribute : LayerAttribute
{
    /// <summary>Averages over squares of the layer before it.</summary>
    /// <param name="kernel">The side of the square, at least 1 and not larger than the input.</param>
    public AvgPool2dAttribute(int kernel) => Kernel = kernel;

    /// <summary>The side of the square.</summary>
    public int Kernel { get; }

    /// <summary>The step of the square, at least 1. Default (0): the kernel's side, so that squares do not overlap.</summary>
    public int Stride { get; set; }
}
