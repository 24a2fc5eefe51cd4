using System.Runtime.Intrinsics;

namespace SnnDsl.Events;

/// <summary>Linear forms over boxes, float32 numbers in float64 arithmetic.</summary>
internal static unsafe class RoundedBox
{
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
