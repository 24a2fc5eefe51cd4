namespace SnnDsl;

/// <summary>The maximum over windows of spikes, channels x length: 1 where any of a window's neurons fires. It stands behind neurons.</summary>
/// <remarks>To bounds and records it is what <see cref="MaxPool2dAttribute"/> is: sums, and neurons without memory.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class MaxPool1dAttribute : LayerAttribute
{
    /// <summary>Takes the maximum over windows of the spikes before it.</summary>
    /// <param name="kernel">The length of the window, at least 1 and not larger than the padded input.</param>
    public MaxPool1dAttribute(int kernel) => Kernel = kernel;

    /// <summary>The length of the window.</summary>
    public int Kernel { get; }

    /// <summary>The step of the window, at least 1. Default (0): its length, so that windows do not overlap.</summary>
    public int Stride { get; set; }

    /// <summary>Places without a spike on either end, at most half of the window's length. Default: 0.</summary>
    public int Padding { get; set; }
}
