using System.Text.Json.Serialization;

namespace SnnDsl.Evaluation.Records;

/// <summary>What all records say of their sample.</summary>
public abstract record SampleRecord
{
    /// <summary>The kind of record and the version of its format: "snndsl-certificate/2".</summary>
    [JsonPropertyOrder(-2)]
    public required string Format { get; init; }

    /// <summary>The position in the run's data set, from 0 on; a shard's records keep the positions of the whole.</summary>
    [JsonPropertyOrder(-1)]
    public required int Position { get; init; }

    /// <summary>The index in the published data set, which Poisson noise depends on.</summary>
    [JsonPropertyOrder(-1)]
    public required long Index { get; init; }

    /// <summary>The hash of the input as it stands in its file (<see cref="Data.Dataset.InputHash"/>).</summary>
    [JsonPropertyOrder(-1)]
    public required string InputSha256 { get; init; }

    /// <summary>The class.</summary>
    [JsonPropertyOrder(-1)]
    public required long Label { get; init; }

    /// <summary>The network's class for the unperturbed input: the lowest index among the largest logits.</summary>
    [JsonPropertyOrder(-1)]
    public required long Prediction { get; init; }

    /// <summary>The time that the sample took.</summary>
    [JsonPropertyOrder(-1)]
    public required double Seconds { get; init; }

    /// <summary>The version of this library that wrote the record.</summary>
    [JsonPropertyOrder(-1)]
    public required string Version { get; init; }

    /// <summary>What was asked of which network; the same in all records of a file.</summary>
    [JsonPropertyOrder(1)]
    public required CertificationSetting Setting { get; init; }

    /// <summary>The stored counterexample, if there is one.</summary>
    [JsonIgnore]
    public virtual RecordedFile? StoredCounterexample => null;

    /// <summary>The stored proof, if there is one.</summary>
    [JsonIgnore]
    public virtual RecordedFile? StoredProof => null;

    /// <summary>Whether a record of the same sample says the same; times do not count.</summary>
    /// <param name="other">The other record.</param>
    public virtual bool AgreesWith(SampleRecord other) =>
        (Index, InputSha256, Label, Prediction) == (other.Index, other.InputSha256, other.Label, other.Prediction);
}
