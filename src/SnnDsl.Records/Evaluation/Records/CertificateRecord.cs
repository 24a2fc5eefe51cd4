using System.Text.Json.Serialization;
using SnnDsl.Certification;

namespace SnnDsl.Evaluation.Records;

/// <summary>
/// What was proved or refuted for one sample, with all that one needs to check it again: a line of a record file (docs/records.md).
/// </summary>
public sealed record CertificateRecord : SampleRecord, IRecordKind
{
    /// <inheritdoc/>
    public static string FormatName => "snndsl-certificate/2";

    /// <summary>The unperturbed logits.</summary>
    public required float[] Logits { get; init; }

    /// <summary>What is known of the sample.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>
    /// Which stage settled it: "prediction" for a sample that the network gets wrong or ties on unperturbed, a method of
    /// <see cref="CertificationMethodNames"/>, or an attack ("pgd", "spike-flip"); null for an unknown verdict.
    /// </summary>
    public string? DecidedBy { get; init; }

    /// <summary>
    /// Proved lower bounds of logit_label - logit_rival over the set, rivals in ascending order: the best of all that was computed.
    /// Empty if the sample was settled before anything was bounded.
    /// </summary>
    public required float[] LowerBounds { get; init; }

    /// <summary>The method that proved each of the lower bounds.</summary>
    public required string[] ProvedBy { get; init; }

    /// <summary>How long each stage took; a batch's time is shared by its samples.</summary>
    public required StageTime[] Stages { get; init; }

    /// <summary>How many subproblems branch and bound bounded; null where it did not run.</summary>
    public long? Subproblems { get; init; }

    /// <summary>The perturbed input that the network gets wrong or ties on; null unless one other than the sample itself was found.</summary>
    public RecordedCounterexample? Counterexample { get; init; }

    /// <summary>The proof of bounds that cannot be computed again from weights and data alone; null where there is none.</summary>
    public RecordedFile? Proof { get; init; }

    /// <summary>Where an unknown verdict's open spikes are; null for other verdicts.</summary>
    public UnstableSpikes[]? Unstable { get; init; }

    /// <summary>
    /// Why nothing was certified whatever the bounds say: something was not finite, or more was open than a search has time or memory for; null
    /// if nothing was amiss, and for other verdicts.
    /// </summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override RecordedFile? StoredCounterexample => Counterexample?.File;

    /// <inheritdoc/>
    [JsonIgnore]
    public override RecordedFile? StoredProof => Proof;

    /// <inheritdoc/>
    public override bool AgreesWith(SampleRecord other) =>
        base.AgreesWith(other) && other is CertificateRecord certificate && certificate.Verdict == Verdict;
}
