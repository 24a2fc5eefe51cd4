namespace SnnDsl;

/// <summary>A convolution over channels x height x width: y = W * x + b.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class Conv2dAttribute : LayerAttribute
{
    /// <summary>A convolution on the layer before it.</summary>
    /// <param name="channels">The number of output channels, at least 1.</param>
    public Conv2dAttribute(int channels) => Channels = channels;

    /// <summary>A convolution whose number of input channels is stated, and checked against the layer before it.</summary>
    /// <param name="inputChannels">The number of input channels that the layer before must give.</param>
    /// <param name="channels">The number of output channels, at least 1.</param>
    public Conv2dAttribute(int inputChannels, int channels)
    {
        InputChannels = inputChannels;
        Channels = channels;
    }

    /// <summary>The number of input channels, or null where it follows from the layer before.</summary>
    public int? InputChannels { get; }

    /// <summary>The number of output channels.</summary>
    public int Channels { get; }

    /// <summary>The side of the square kernel, at least 1 and not larger than the padded input. Default: 3.</summary>
    public int Kernel { get; set; } = 3;

    /// <summary>The step of the kernel, at least 1. Default: 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeros added on every side, at least 0. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>Whether there is a bias b, one a channel. Default: true.</summary>
    public bool Bias { get; set; } = true;
}
