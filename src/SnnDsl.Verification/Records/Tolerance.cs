using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Records;

/// <summary>How far a recorded number may lie above what is proved again.</summary>
internal static class Tolerance
{
    /// <summary>
    /// Records are written by float32 arithmetic, whose rounding steep lines magnify. Whoever adds less to a bound than this gains nothing,
    /// because a certificate needs a bound above 0 that is proved here.
    /// </summary>
    public const double Bound = 1e-3;

    /// <summary>How far a recorded logit may lie from what the network gives.</summary>
    public const double Logit = 1e-4;

    /// <summary>How far a recorded distance may lie from that of the stored input: both are differences of float32 numbers.</summary>
    public const double Distance = 1e-6;

    /// <summary>Whether a recorded logit, or a difference of some, is one that the network can give.</summary>
    /// <param name="bounds">Bounds of what it gives.</param>
    /// <param name="recorded">The recorded number.</param>
    /// <param name="size">How large the numbers are that it is a difference of, if it is one.</param>
    public static bool Holds(Interval<Float64> bounds, double recorded, double size = 0)
    {
        double slack = Logit * Math.Max(1, Math.Max(size, Math.Abs(recorded)));
        return recorded >= bounds.Lower.Value - slack && recorded <= bounds.Upper.Value + slack;
    }

    /// <summary>Whether a recorded lower bound follows from a proved one.</summary>
    public static bool Follows(double recorded, double proved) => Enough(recorded) <= proved;

    /// <summary>The least proved bound that a recorded one follows from.</summary>
    public static double Enough(double recorded) => recorded - (Bound * Math.Max(1, Math.Abs(recorded)));
}
