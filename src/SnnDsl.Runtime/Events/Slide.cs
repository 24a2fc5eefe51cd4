namespace SnnDsl.Affine;

/// <summary>How a kernel slides along one side of an image: down its rows, or across its columns.</summary>
/// <param name="Kernel">How many taps it has.</param>
/// <param name="Stride">Its step from place to place.</param>
/// <param name="Before">Zeros before the image.</param>
/// <param name="After">Zeros behind it.</param>
/// <param name="Dilation">Its step from tap to tap.</param>
public readonly record struct Slide(long Kernel, long Stride, long Before, long After, long Dilation = 1)
{
    /// <summary>A kernel with as many zeros on either end.</summary>
    /// <param name="kernel">How many taps it has.</param>
    /// <param name="stride">Its step.</param>
    /// <param name="padding">Zeros on either end.</param>
    public Slide(long kernel, long stride, long padding = 0)
        : this(kernel, stride, padding, padding)
    {
    }

    /// <summary>From its first tap to its last, both counted.</summary>
    internal long Extent => (Dilation * (Kernel - 1)) + 1;

    /// <summary>The zeros of either end, where both have as many.</summary>
    internal long? Padding => Before == After ? Before : null;

    /// <summary>The size of an image's side with its zeros.</summary>
    /// <param name="size">Without them.</param>
    internal long Padded(long size) => size + Before + After;

    /// <summary>How many places it has.</summary>
    /// <param name="size">The image's side.</param>
    internal long Places(long size) => ((Padded(size) - Extent) / Stride) + 1;

    /// <summary>What lies behind its last place: what the transpose must be told. It is less than the step.</summary>
    /// <param name="size">The image's side.</param>
    internal long Unreached(long size) => Padded(size) - (((Places(size) - 1) * Stride) + Extent);

    /// <summary>What a tap reads at a place: outside of the image, zeros.</summary>
    /// <param name="place">The place.</param>
    /// <param name="tap">The tap.</param>
    internal long Source(long place, long tap) => (place * Stride) - Before + (tap * Dilation);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Kernel} taps, step {Stride}, {(Padding is { } both ? $"padding {both}" : $"padding {Before} and {After}")}{(Dilation == 1 ? "" : $", dilation {Dilation}")}";
}
