namespace SnnDsl.Verification;

/// <summary>What the verification of one record found.</summary>
/// <param name="Line">The record's line in its file, from 1 on.</param>
/// <param name="Position">The sample's position in the run's data set; null if the line is no record.</param>
/// <param name="Verdict">The record's verdict: "certified", "bounded", "falsified" or "unknown"; null if the line is no record.</param>
/// <param name="Rejection">Why the record is rejected, one sentence; null if everything that it claims was found to be so.</param>
/// <param name="Bounds">The lower bounds of the margins that were proved here, rivals in ascending order; empty where none was claimed.</param>
/// <param name="Arithmetic">What they were proved with: "float64" or "exact"; null if nothing was bounded.</param>
/// <param name="Seconds">The time that it took.</param>
public sealed record VerifiedRecord(
    int Line, int? Position, string? Verdict, string? Rejection, double[] Bounds, string? Arithmetic, double Seconds)
{
    /// <summary>Whether the record was found true.</summary>
    public bool Accepted => Rejection is null;

    /// <summary>
    /// How many recorded lower bounds were taken as they are: those of <c>alpha</c> and <c>bab</c> of which no proof tells how high they lie. Of
    /// certified and bounded samples the margin was proved to be above 0 all the same.
    /// </summary>
    public int Unchecked { get; init; }

    /// <summary>
    /// Of falsified samples, how the network is known to fail: "any order" for every float32 run, whatever the order of its sums, or
    /// "deployed network" where rounding can decide and the deployed code was run; null for other verdicts.
    /// </summary>
    public string? Replay { get; init; }

    /// <summary>What the adversary may do, and in which precision that was bounded; null if the line is no record.</summary>
    public string? Claim { get; init; }
}
