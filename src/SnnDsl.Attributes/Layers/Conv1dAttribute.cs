namespace SnnDsl;

/// <summary>A convolution over channels x length: y = W * x + b, with PyTorch's weight [channels, inputChannels / Groups, kernel].</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class Conv1dAttribute : LayerAttribute
{
    /// <summary>A convolution on the layer before it.</summary>
    /// <param name="channels">The number of output channels, at least 1.</param>
    public Conv1dAttribute(int channels) => Channels = channels;

    /// <summary>A convolution whose number of input channels is stated, and checked against the layer before it.</summary>
    /// <param name="inputChannels">The number of input channels that the layer before must give.</param>
    /// <param name="channels">The number of output channels, at least 1.</param>
    public Conv1dAttribute(int inputChannels, int channels)
    {
        InputChannels = inputChannels;
        Channels = channels;
    }

    /// <summary>The number of input channels, or null where it follows from the layer before.</summary>
    public int? InputChannels { get; }

    /// <summary>The number of output channels.</summary>
    public int Channels { get; }

    /// <summary>The length of the kernel, at least 1; with its dilation not larger than the padded input. Default: 3.</summary>
    public int Kernel { get; set; } = 3;

    /// <summary>The step of the kernel, at least 1. Default: 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeros added on either end, at least 0. Default: 0.</summary>
    public int Padding { get; set; }

    /// <summary>
    /// In place of a padding, with a stride of 1: as many zeros as keep the length, Dilation (Kernel - 1) in all. Where that is odd, one more stands behind
    /// the input, as in PyTorch. Default: false.
    /// </summary>
    public bool Same { get; set; }

    /// <summary>The step from one weight of the kernel to the next, at least 1. Default: 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Into how many groups the channels are divided, which see nothing of each other; it divides input and output channels. Default: 1.</summary>
    public int Groups { get; set; } = 1;

    /// <summary>Whether there is a bias b, one a channel. Default: true.</summary>
    public bool Bias { get; set; } = true;
}
