using SnnDsl.Bounds;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>The float64 box that holds a box's ends as float32 arithmetic gives them and the exact ones, whichever reach further.</summary>
internal static unsafe class OuterBox
{
    // An end x - eps that is not cut rounds by at most 2^-53 (|x| + eps), and |x| and both ends add up to no less than that; the rest of
    // 2^-50 pays for a decimal epsilon's own conversion.
    private const double Share = 8 * Rounding.Double;

    /// <summary>The box.</summary>
    /// <param name="pixels">What it lies around, in float64.</param>
    /// <param name="single">Its ends in float32.</param>
    /// <param name="exact">Its ends in float64.</param>
    public static Interval Of(Tensor pixels, Interval single, Interval exact)
    {
        if (pixels.device_type != TorchSharp.DeviceType.CPU)
        {
            var slack = pixels.abs().Plus(exact.Lower.abs()).Plus(exact.Upper.abs()).Times(Share);
            return new(
                minimum(single.Lower.to(ScalarType.Float64), exact.Lower - slack), maximum(single.Upper.to(ScalarType.Float64), exact.Upper.Plus(slack)));
        }

        Tensor[] read = [.. new[] { pixels, single.Lower, single.Upper, exact.Lower, exact.Upper }.Select(values => values.expand_as(pixels).contiguous())];
        var (lower, upper) = (empty_like(read[0]), empty_like(read[0]));
        nint[] at = [.. read.Append(lower).Append(upper).Select(TensorMemory.Address)];
        long count = pixels.numel();
        Cores.Share(count, 8 * count, (from, to) =>
        {
            double* x = (double*)at[0], low = (double*)at[3], high = (double*)at[4], below = (double*)at[5], above = (double*)at[6];
            float* least = (float*)at[1], most = (float*)at[2];
            for (long i = from; i < to; i++)
            {
                double slack = (Math.Abs(x[i]) + Math.Abs(low[i]) + Math.Abs(high[i])) * Share;
                below[i] = Math.Min(least[i], low[i] - slack);
                above[i] = Math.Max(most[i], high[i] + slack);
            }
        }, Cores.Line);
        GC.KeepAlive(read);
        return new(lower, upper);
    }
}
