namespace SnnDsl;

/// <summary>
/// A transposed convolution over channels x height x width, y = W' * x + b, which makes images larger: each value spreads the kernel over the places
/// that a convolution of that stride and padding would see it from. Of H rows it makes (H - 1) Stride - 2 Padding + Kernel + OutputPadding, as in PyTorch.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ConvTranspose2dAttribute : LayerAttribute
{
    /// <summary>A transposed convolution on the layer before it.</summary>
    /// <param name="channels">The number of output channels, at least 1.</param>
    public ConvTranspose2dAttribute(int channels) => Channels = channels;

    /// <summary>A transposed convolution whose number of input channels is stated, and checked against the layer before it.</summary>
    /// <param name="inputChannels">The number of input channels that the layer before must give.</param>
    /// <param name="channels">The number of output channels, at least 1.</param>
    public ConvTranspose2dAttribute(int inputChannels, int channels)
    {
        InputChannels = inputChannels;
        Channels = channels;
    }

    /// <summary>The number of input channels, or null where it follows from the layer before.</summary>
    public int? InputChannels { get; }

    /// <summary>The number of output channels.</summary>
    public int Channels { get; }

    /// <summary>The side of the square kernel, at least 1. The weight is [inputChannels, channels, Kernel, Kernel]. Default: 3.</summary>
    public int Kernel { get; set; } = 3;

    /// <summary>How far apart neighbouring values spread their kernels, at least 1. Default: 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Rows and columns that are taken away on every side, at least 0. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>Rows and columns that are added below and on the right, less than the stride. Default: 0.</summary>
    public int OutputPadding { get; set; }

    /// <summary>Whether there is a bias b, one a channel. Default: true.</summary>
    public bool Bias { get; set; } = true;
}
