using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>
/// Channels in whole blocks, for transposed convolutions in float32 on the CPU. Of a batch, libtorch 2.10's (oneDNN's, with AVX-512 in blocks of 16 channels, with
/// AVX2 of 8) reads memory behind the last channel that nothing wrote, so that outputs are arbitrary, for many shapes without groups. The gradient of a
/// convolution with respect to its input is one, too. Channels of zeros up to a whole block give what is right.
/// </summary>
internal static class WholeBlocks
{
    private const long Block = 16;

    /// <summary>How many channels of zeros a transposed convolution of these needs.</summary>
    /// <param name="x">What is convolved, [N, channels, height, width].</param>
    /// <param name="channels">How many channels the transposed convolution reads.</param>
    /// <param name="groups">In how many groups.</param>
    public static long Missing(Tensor x, long channels, long groups) =>
        groups == 1 && x.dtype == ScalarType.Float32 && x.device_type == DeviceType.CPU ? (Block - (channels % Block)) % Block : 0;

    /// <summary>The same with more zeros along a dimension.</summary>
    /// <param name="values">The values.</param>
    /// <param name="dimension">0 or 1.</param>
    /// <param name="missing">How many.</param>
    public static Tensor With(Tensor values, int dimension, long missing)
    {
        if (missing == 0)
        {
            return values;
        }

        // Before and behind, from the last dimension to this one. A concatenation would leave an array of handles to finalisers.
        long[] ends = new long[2 * ((int)values.dim() - dimension)];
        ends[^1] = missing;
        return nn.functional.pad(values, ends);
    }
}
