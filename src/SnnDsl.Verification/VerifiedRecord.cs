namespace SnnDsl.Verification;

/// <summary>What the verification of one record found.</summary>
/// <param name="Line">The record's line in its file, from 1 on.</param>
/// <param name="Position">The sample's position in the run's data set; null if the line is no record.</param>
/// <param name="Verdict">The record's verdict: "certified", "falsified" or "unknown"; null if the line is no record.</param>
/// <param name="Rejection">Why the record is rejected, one sentence; null if everything that it claims was found to be so.</param>
/// <param name="Bounds">The lower bounds of the margins that were proved here, rivals in ascending order; empty where none was claimed.</param>
/// <param name="Arithmetic">What they were proved with: "float64" or "exact"; null if nothing was bounded.</param>
/// <param name="Seconds">The time that it took.</param>
public sealed record VerifiedRecord(
    int Line, int? Position, string? Verdict, string? Rejection, double[] Bounds, string? Arithmetic, double Seconds)
{
    /// <summary>Whether the record was found true.</summary>
    public bool Accepted => Rejection is null;
}
