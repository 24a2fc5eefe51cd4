using System.Runtime.Intrinsics;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>Linear forms over boxes, float32 numbers in float64 arithmetic.</summary>
internal static unsafe class RoundedBox
{
    /// <summary>A float64 box with its ends rounded outward to float32.</summary>
    /// <param name="lower">The lower ends.</param>
    /// <param name="upper">The upper ends.</param>
    public static (Tensor Lower, Tensor Upper) Outward(Tensor lower, Tensor upper)
    {
        var (from, to) = (lower.contiguous(), upper.contiguous());
        var (below, above) = (TensorMemory.Empty(lower.Sizes()), TensorMemory.Empty(upper.Sizes()));
        nint[] at = [.. new[] { from, to, below, above }.Select(TensorMemory.Address)];
        long count = lower.numel();
        Cores.Share(count, 4 * count, (first, last) =>
        {
            double* exactLower = (double*)at[0], exactUpper = (double*)at[1];
            float* roundedLower = (float*)at[2], roundedUpper = (float*)at[3];
            for (long i = first; i < last; i++)
            {
                var (least, most) = ((float)exactLower[i], (float)exactUpper[i]);
                roundedLower[i] = least > exactLower[i] ? MathF.BitDecrement(least) : least;
                roundedUpper[i] = most < exactUpper[i] ? MathF.BitIncrement(most) : most;
            }
        }, Cores.Line);
        GC.KeepAlive(from);
        GC.KeepAlive(to);
        return (below, above);
    }

    /// <summary>The least value of a . x over lower &lt;= x &lt;= upper.</summary>
    /// <param name="a">Coefficients.</param>
    /// <param name="lower">The lower ends.</param>
    /// <param name="upper">The upper ends.</param>
    /// <param name="count">How many.</param>
    public static RoundedSum Least(float* a, float* lower, float* upper, int count)
    {
        Vector512<double> sums = default, sizes = default;
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var (x, y) = Vector512.Widen(Vector512.Load(a + i));
            var (lowX, lowY) = Vector512.Widen(Vector512.Load(lower + i));
            var (highX, highY) = Vector512.Widen(Vector512.Load(upper + i));
            var (first, second) = (Vector512.Min(x * lowX, x * highX), Vector512.Min(y * lowY, y * highY));
            sums += first + second;
            sizes += Vector512.Abs(first) + Vector512.Abs(second);
        }

        var (sum, size) = (Vector512.Sum(sums), Vector512.Sum(sizes));
        for (; i < count; i++)
        {
            double least = Math.Min((double)a[i] * lower[i], (double)a[i] * upper[i]);
            sum += least;
            size += Math.Abs(least);
        }

        return new(sum, size);
    }
}
