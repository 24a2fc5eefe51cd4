using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>
/// What float32 arithmetic can lose. u = 2^-24 is its unit of rounding: a term that meets n operations is off by at most
/// gamma_n = n u / (1 - n u) of itself.
/// </summary>
internal static class SinglePrecision
{
    /// <summary>The largest weight, and the largest input of a map, for which that holds: no sum can then overflow, and flushed numbers are small.</summary>
    public const double Largest = 1 << 24;

    private static readonly double Unit = Math.ScaleB(1, -24);

    /// <summary>gamma_n, rounded up.</summary>
    /// <param name="roundings">n.</param>
    /// <exception cref="FormatException">There are so many that nothing is known of the sum.</exception>
    public static T Gamma<T>(long roundings)
        where T : struct, IReal<T> => roundings < 1 << 22
            ? T.From(roundings * Unit / (1 - (roundings * Unit)) * (1 + Math.ScaleB(1, -50)))
            : throw new FormatException($"Of float32 sums with {roundings} operations nothing is known.");

    /// <summary>At least gamma_(n + 1) - gamma_n: what one operation more loses.</summary>
    /// <param name="roundings">n.</param>
    public static T OneMore<T>(long roundings)
        where T : struct, IReal<T> => T.From(Unit / Math.Pow(1 - ((roundings + 1) * Unit), 2) * (1 + Math.ScaleB(1, -50)));

    /// <summary>
    /// More than underflow can take from a sum whose terms meet so many operations, where results and operands below 2^-126 may be flushed
    /// to 0 and the other factor is at most <see cref="Largest"/>: 2^-102 for each product, less for each sum.
    /// </summary>
    /// <param name="roundings">How many operations.</param>
    public static T Underflow<T>(long roundings)
        where T : struct, IReal<T> => T.From((roundings + 2) * Math.ScaleB(1, -100));

    /// <summary>
    /// How far rounding moves the currents at which trains change, at most. m steps after a reset a float32 membrane is off by at most
    /// 2 x 2^-24 th c_m to first order, which moves theta_m by a thirty-second of this.
    /// </summary>
    /// <param name="threshold">th.</param>
    public static double TrainBlur(double threshold) => (Math.ScaleB(1, -18) * threshold) + Math.ScaleB(1, -100);

    /// <summary>Checks that float32 sums over numbers can be bounded.</summary>
    /// <param name="magnitude">The greatest absolute value among them.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="FormatException">They are too large.</exception>
    public static void Check<T>(T magnitude, string what)
        where T : struct, IReal<T>
    {
        if (!(magnitude <= T.From(Largest)))
        {
            throw new FormatException(FormattableString.Invariant(
                $"Float32 sums over {what} of up to {magnitude.ToDouble():G3} are not bounded: rounding-safe bounds are for numbers of at most 2^24."));
        }
    }
}
