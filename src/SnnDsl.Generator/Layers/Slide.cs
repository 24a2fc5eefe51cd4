using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>How a kernel slides along one side of an image: down its rows, or across its columns.</summary>
/// <remarks>Equality: all five numbers.</remarks>
/// <param name="Kernel">How many taps it has.</param>
/// <param name="Stride">Its step from place to place.</param>
/// <param name="Before">Zeros before the image.</param>
/// <param name="After">Zeros behind it.</param>
/// <param name="Dilation">Its step from tap to tap.</param>
internal sealed record Slide(int Kernel, int Stride, int Before, int After, int Dilation)
{
    /// <summary>A kernel with as many zeros on either end.</summary>
    public static Slide Even(int kernel, int stride, int padding, int dilation = 1) => new(kernel, stride, padding, padding, dilation);

    /// <summary>A kernel that keeps the size of a side: one zero more behind the image than before it where their number is odd.</summary>
    public static Slide Same(int kernel, int dilation)
    {
        // More zeros than there are integers are refused by the size of the image.
        int zeros = (int)Math.Min(int.MaxValue, (long)dilation * (kernel - 1));
        return new(kernel, 1, zeros / 2, zeros - (zeros / 2), dilation);
    }

    /// <summary>From its first tap to its last, both counted.</summary>
    public long Extent => ((long)Dilation * (Kernel - 1)) + 1;

    /// <summary>"1", or "0:1" where the ends have different numbers of zeros.</summary>
    public string Padding => Before == After ? Numbers.Plain(Before) : $"{Numbers.Plain(Before)}:{Numbers.Plain(After)}";

    /// <summary>The arguments of the runtime's type.</summary>
    public string Arguments =>
        $"new(Kernel: {Numbers.Plain(Kernel)}, Stride: {Numbers.Plain(Stride)}, Before: {Numbers.Plain(Before)}, After: {Numbers.Plain(After)}, Dilation: {Numbers.Plain(Dilation)})";

    /// <summary>The size of an image's side with its zeros.</summary>
    public long Padded(int size) => size + (long)Before + After;

    /// <summary>How often a tap meets a value of the image, and no zero beside it, over all places.</summary>
    /// <param name="size">The size of the image's side.</param>
    /// <param name="places">How many places the kernel has.</param>
    public long Meets(int size, int places)
    {
        if (Before == 0 && After == 0)
        {
            return Saturating.Multiply(Kernel, places);
        }

        long meets = 0;
        for (int tap = 0; tap < Kernel; tap++)
        {
            // At place p it stands on p stride - ahead.
            long ahead = Before - ((long)tap * Dilation);
            meets += Math.Max(0, Below(size + ahead, places) - Below(ahead, places));
        }

        return meets;
    }

    // How many of the places lie before a position: p stride < end.
    private long Below(long end, int places) => Math.Min(places, end <= 0 ? 0 : ((end - 1) / Stride) + 1);
}
