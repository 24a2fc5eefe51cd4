using SnnDsl.Affine;

namespace SnnDsl.Interchange;

/// <summary>How the kernel of a convolution or a pool slides, as other formats state it: rows first, then columns.</summary>
/// <param name="Kernel">How many taps it has.</param>
/// <param name="Stride">Its steps from place to place.</param>
/// <param name="Before">Zeros above and to the left.</param>
/// <param name="After">Zeros below and to the right.</param>
/// <param name="Dilation">Its steps from tap to tap.</param>
internal sealed record Sliding(long[] Kernel, long[] Stride, long[] Before, long[] After, long[] Dilation)
{
    /// <summary>That of a convolution.</summary>
    public static Sliding Of(Conv2dMap map) => Square(map.Weight.size(2), map.Stride, map.Padding);

    /// <summary>That of a pool.</summary>
    public static Sliding Of(Pool2dMap map) => Square(map.Kernel, map.Stride, map.Padding);

    private static Sliding Square(long kernel, long stride, long padding) => new([kernel, kernel], [stride, stride], [padding, padding], [padding, padding], [1, 1]);
}
