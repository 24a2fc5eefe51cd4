using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// How much floating point can lose. One operation gives its exact result times 1 + d, |d| &lt;= u, plus an underflow; n of them on one
/// term's way through a sum give at most gamma_n = n u / (1 - n u) of the sum of magnitudes, in any order, with or without fused
/// multiply-add (Higham 2002, section 3.1).
/// </summary>
internal static class Rounding
{
    /// <summary>u of float32, 2^-24.</summary>
    public const double Single = 1.0 / (1 << 24);

    /// <summary>u of float64, 2^-53.</summary>
    public const double Double = 1.0 / (1L << 53);

    /// <summary>
    /// A factor that pays for float64 roundings of an error bound itself: what is computed of numbers that are all at least 0 is right up
    /// to some thousand u.
    /// </summary>
    public const double Up = 1 + 1.0 / (1 << 20);

    /// <summary>
    /// What one float32 operation may lose below the normal range, 2^-100: also where results and operands below 2^-126 are flushed to
    /// zero, as long as the other factor is at most 2^24.
    /// </summary>
    public static readonly double Underflow = Math.ScaleB(1, -100);

    /// <summary>The largest weight and input that the mode takes: no sum can then overflow.</summary>
    public static readonly double Largest = Math.ScaleB(1, 24);

    /// <summary>gamma_n.</summary>
    /// <param name="n">How many roundings, far fewer than 1 / u.</param>
    /// <param name="unit">u.</param>
    public static double Gamma(double n, double unit) => n * unit / (1 - n * unit);

    /// <summary>gamma_n of float32.</summary>
    /// <param name="n">How many roundings.</param>
    public static Tensor Gamma(Tensor n)
    {
        using var part = n.Times(Single);
        using var rest = part.Times(-1).Plus(1);
        return part / rest;
    }
}
