using System.Text.Json.Serialization;

namespace SnnDsl.Evaluation.Records;

/// <summary>How large a perturbation one sample is proved to withstand, and which size is known to break it.</summary>
public sealed record RadiusRecord : SampleRecord, IRecordKind
{
    /// <inheritdoc/>
    public static string FormatName => "snndsl-radius/2";

    /// <summary>
    /// The largest size that was certified (in a plain precision: bounded), which covers all smaller ones too: an epsilon, or a number of flips. 0 if none was; null
    /// if the network gets the sample wrong, or ties on it, unperturbed.
    /// </summary>
    public double? Radius { get; init; }

    /// <summary>The smallest size at which a counterexample was found; null if none was up to the largest size that was tried.</summary>
    public double? Broken { get; init; }

    /// <summary>Lower bounds of the margins at the radius, rivals in ascending order; empty where it is 0 or null.</summary>
    public required float[] LowerBounds { get; init; }

    /// <summary>The method that proved each of the lower bounds.</summary>
    public required string[] ProvedBy { get; init; }

    /// <summary>The counterexample of size <see cref="Broken"/>.</summary>
    public RecordedCounterexample? Counterexample { get; init; }

    /// <summary>The proof of the lower bounds, where they do not follow from weights and data alone.</summary>
    public RecordedFile? Proof { get; init; }

    /// <summary>What the method found at each size that it was asked about, in the order of asking.</summary>
    public required RadiusProbe[] Probes { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override RecordedFile? StoredCounterexample => Counterexample?.File;

    /// <inheritdoc/>
    [JsonIgnore]
    public override RecordedFile? StoredProof => Proof;

    /// <inheritdoc/>
    public override bool AgreesWith(SampleRecord other) =>
        base.AgreesWith(other) && other is RadiusRecord record && (record.Radius, record.Broken) == (Radius, Broken);
}
