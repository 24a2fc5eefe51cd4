namespace SnnDsl;

/// <summary>
/// Average pooling to an image of a stated size, as PyTorch's: of H rows the mean i of h is over those from floor(i H / h) up to, and without,
/// ceil((i + 1) H / h), and so for columns. Neighbouring windows overlap where h does not divide H.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AdaptiveAvgPool2dAttribute : LayerAttribute
{
    /// <summary>Averages to a square.</summary>
    /// <param name="side">The rows and the columns of what it gives, at least 1.</param>
    public AdaptiveAvgPool2dAttribute(int side)
        : this(side, side)
    {
    }

    /// <summary>Averages to an image.</summary>
    /// <param name="height">The rows of what it gives, at least 1.</param>
    /// <param name="width">The columns of what it gives, at least 1.</param>
    public AdaptiveAvgPool2dAttribute(int height, int width)
    {
        Height = height;
        Width = width;
    }

    /// <summary>The rows of what it gives.</summary>
    public int Height { get; }

    /// <summary>The columns of what it gives.</summary>
    public int Width { get; }
}
