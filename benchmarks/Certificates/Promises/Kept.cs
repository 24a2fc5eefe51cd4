namespace SnnDsl.Benchmarks.Certificates.Promises;

/// <summary>What came of some runs.</summary>
/// <param name="Accepted">Records that the verifier accepted.</param>
/// <param name="Rejected">Records that it did not.</param>
/// <param name="ByBounds">Samples that were certified, or bounded.</param>
/// <param name="Falsified">Samples that were refuted.</param>
/// <param name="Unknown">The rest.</param>
/// <param name="Late">Samples that took longer than was promised.</param>
/// <param name="LateAgain">Of these, how many did when they were certified again by themselves; null if they were not.</param>
/// <param name="Over">Seconds over the limit, of the sample that took longest.</param>
internal sealed record Kept(int Accepted, int Rejected, int ByBounds, int Falsified, int Unknown, int Late, int? LateAgain, double Over)
{
    /// <summary>How many samples.</summary>
    public int Count => ByBounds + Falsified + Unknown;

    /// <summary>The share of the samples that were in time.</summary>
    public double InTime => 1 - ((double)Late / Count);

    /// <summary>Whether all was kept that certificates promise.</summary>
    public bool IsAll => Rejected == 0 && Accepted == Count && InTime >= 0.99;

    /// <summary>What came of two.</summary>
    public static Kept operator +(Kept one, Kept other) => new(
        one.Accepted + other.Accepted, one.Rejected + other.Rejected, one.ByBounds + other.ByBounds, one.Falsified + other.Falsified,
        one.Unknown + other.Unknown, one.Late + other.Late, one.LateAgain + other.LateAgain, Math.Max(one.Over, other.Over));
}
