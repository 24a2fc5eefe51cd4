using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.Evaluation;

/// <summary>Shares of all samples; a sample without a record is unknown.</summary>
public sealed record CertificationSummary
{
    /// <summary>How many samples there are.</summary>
    public required int Samples { get; init; }

    /// <summary>How many of them are done.</summary>
    public required int Recorded { get; init; }

    /// <summary>Predicted right, unperturbed; the share of those that are done.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Certified: proved of the float32 network as it runs.</summary>
    public required double CertifiedAccuracy { get; init; }

    /// <summary>Not certified.</summary>
    public double CertifiedError => 1 - CertifiedAccuracy;

    /// <summary>Bounded: what a plain precision finds where rounding-safe bounds would certify. No certificates.</summary>
    public required double BoundedAccuracy { get; init; }

    /// <summary>Falsified; those predicted wrong to begin with count.</summary>
    public required double Falsified { get; init; }

    /// <summary>Neither, or not done.</summary>
    public required double Unknown { get; init; }

    /// <summary>The time that the samples took.</summary>
    public required double Seconds { get; init; }

    /// <summary>What each stage did, in the order in which they ran.</summary>
    public required IReadOnlyList<StageSummary> Stages { get; init; }

    /// <summary>Sums records up.</summary>
    /// <param name="records">The records.</param>
    /// <param name="samples">How many samples there are, those without a record included.</param>
    public static CertificationSummary Of(IReadOnlyList<CertificateRecord> records, int samples)
    {
        double Share(int count) => count / (double)samples;
        int certified = records.Count(record => record.Verdict == Verdict.Certified);
        int bounded = records.Count(record => record.Verdict == Verdict.Bounded);
        int falsified = records.Count(record => record.Verdict == Verdict.Falsified);
        return new()
        {
            Samples = samples,
            Recorded = records.Count,
            Accuracy = records.Count == 0 ? 0 : records.Count(record => record.Prediction == record.Label) / (double)records.Count,
            CertifiedAccuracy = Share(certified),
            BoundedAccuracy = Share(bounded),
            Falsified = Share(falsified),
            Unknown = Share(samples - certified - bounded - falsified),
            Seconds = records.Sum(record => record.Seconds),
            Stages = StageSummary.Of(records),
        };
    }

    /// <summary>The shares in a line: "200 of 200 samples, 97.0 % right: 85.5 % certified, 3.0 % falsified, 11.5 % unknown, in 12.3 s".</summary>
    public override string ToString()
    {
        string bounded = BoundedAccuracy == 0 ? "" : FormattableString.Invariant($"{BoundedAccuracy:P1} bounded, ");
        return FormattableString.Invariant(
            $"{Recorded} of {Samples} samples, {Accuracy:P1} right: {CertifiedAccuracy:P1} certified, {bounded}{Falsified:P1} falsified, {Unknown:P1} unknown, in {Seconds:F1} s");
    }
}
