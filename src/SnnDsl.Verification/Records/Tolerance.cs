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

    /// <summary>Whether a recorded lower bound follows from a proved one.</summary>
    public static bool Follows(double recorded, double proved) => recorded <= proved + (Bound * Math.Max(1, Math.Abs(recorded)));
}
