using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>What float32 arithmetic can lose. Its unit of rounding is 2^-24; a quarter more is taken for each operation, which covers
/// products of such factors for up to three million operations.</summary>
internal static class SinglePrecision
{
    /// <summary>What so many operations lose, as a share of the sum of absolute values that they add up.</summary>
    /// <param name="operations">How many.</param>
    public static T Lost<T>(long operations)
        where T : struct, IReal<T> => T.From(operations * 1.25 * Math.ScaleB(1, -24));

    /// <summary>
    /// More than underflow can take from a sum of up to a million products, where results and operands below 2^-126 may be flushed to 0 and
    /// the other factor is at most 2^24.
    /// </summary>
    public static T Underflow<T>()
        where T : struct, IReal<T> => T.From(Math.ScaleB(1, -80));

    /// <summary>
    /// How far rounding moves the currents at which trains change, at most. m steps after a reset a float32 membrane is off by at most
    /// 2 x 2^-24 th c_m to first order, which moves theta_m by a thirty-second of this.
    /// </summary>
    /// <param name="threshold">th.</param>
    public static double TrainBlur(double threshold) => (Math.ScaleB(1, -18) * threshold) + Math.ScaleB(1, -80);
}
