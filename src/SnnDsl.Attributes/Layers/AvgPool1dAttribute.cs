namespace SnnDsl;

/// <summary>Average pooling over channels x length, without padding.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AvgPool1dAttribute : LayerAttribute
{
    /// <summary>Averages over windows of the layer before it.</summary>
    /// <param name="kernel">The length of the window, at least 1 and not larger than the input.</param>
    public AvgPool1dAttribute(int kernel) => Kernel = kernel;

    /// <summary>The length of the window.</summary>
    public int Kernel { get; }

    /// <summary>The step of the window, at least 1. Default (0): its length, so that windows do not overlap.</summary>
    public int Stride { get; set; }
}
