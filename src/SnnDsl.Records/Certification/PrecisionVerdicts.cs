namespace SnnDsl.Certification;

/// <summary>Which verdict bounds above the guard give.</summary>
public static class PrecisionVerdicts
{
    /// <summary>The verdict of a sample whose margins are all bounded above the guard.</summary>
    /// <param name="precision">In which arithmetic they were bounded.</param>
    public static Verdict Of(Precision precision) => precision == Precision.RoundingSafe ? Verdict.Certified : Verdict.Bounded;

    /// <summary>Whether all margins of a sample are bounded above the guard, in whichever precision.</summary>
    /// <param name="verdict">The sample's verdict.</param>
    public static bool IsByBounds(this Verdict verdict) => verdict is Verdict.Certified or Verdict.Bounded;
}
