namespace SnnDsl.Kernels;

/// <summary>
/// What rounding costs a membrane whose current's sums, and whose bounds' sums, are all taken in float32: E = Share (M + decay |r|) + Least,
/// with M = |W| |x| + |b| as float32 sums give it. See "Native bounds" in docs/mathematics.md.
/// </summary>
/// <param name="Share">Of the magnitudes.</param>
/// <param name="Least">What underflows.</param>
internal readonly record struct RoundingCost(double Share, double Least)
{
    // Roundings of a sum of n products beside those that add them up: bias, the product with decay, its addition, that of the error, the
    // ends' own centre and radius.
    private const int More = 8;

    /// <summary>Of the run, and of the float32 interval arithmetic over the same terms.</summary>
    /// <param name="terms">How many terms can be other than 0.</param>
    /// <param name="values">Inputs and outputs of the map.</param>
    /// <param name="steps">T.</param>
    public static RoundingCost OfIntervals(int terms, long values, int steps) => Of(terms, terms, values, steps);

    /// <summary>Of the run, and of coefficients that were summed over outputs.</summary>
    /// <param name="terms">How many terms of a current can be other than 0.</param>
    /// <param name="coefficients">How many terms of a pulled-back coefficient can be; 0 where they are summed in float64.</param>
    /// <param name="values">Inputs and outputs of the map.</param>
    /// <param name="steps">T.</param>
    public static RoundingCost OfLines(int terms, int coefficients, long values, int steps) => Of(terms, coefficients, values, steps);

    /// <summary>A float32 number that is not below.</summary>
    /// <param name="value">At least 0.</param>
    public static float Up(double value) => MathF.BitIncrement((float)value);

    private static RoundingCost Of(int terms, int own, long values, int steps)
    {
        // The run: n products, n additions, bias and decay r. Our own sums: float32, and float64 where they end.
        double share = Rounding.Gamma(terms + 2, Rounding.Single) + Rounding.Gamma(own + More, Rounding.Single)
            + Rounding.Gamma(8.0 * steps * values + 64, Rounding.Double);
        // M was summed in float32 too, over what can be other than 0 at any step: it may be too small by so much of itself.
        double known = 1 - Rounding.Gamma(values + More, Rounding.Single);
        return new(share / known * Upward, (terms + own + 16) * 16 * Rounding.Underflow);
    }

    // Pays for the few roundings of evaluating E in float32.
    private const double Upward = 1 + 1.0 / (1 << 18);
}
