using SnnDsl.Affine;
using static TorchSharp.torch;

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
    public static Sliding Of(Conv2dMap map) => Of(map.Down, map.Across);

    /// <summary>That of a pool.</summary>
    public static Sliding Of(Pool2dMap map) => Of(map.Down, map.Across);

    /// <summary>The weight of a convolution with its kernel's rows, which one along a length leaves out.</summary>
    /// <param name="weight">The weight.</param>
    public static Tensor Kernels(Tensor weight) => weight.dim() == 3 ? weight.unsqueeze(2) : weight;

    private static Sliding Of(Slide down, Slide across) => new(
        [down.Kernel, across.Kernel], [down.Stride, across.Stride], [down.Before, across.Before], [down.After, across.After], [down.Dilation, across.Dilation]);
}
