using SnnDsl.Certification;
using SnnDsl.Serialization;

namespace SnnDsl.Evaluation.Records;

/// <summary>
/// What a certification asks of which network: the part that all its records share. Two settings are equal exactly if their records may
/// stand in one file.
/// </summary>
public sealed record CertificationSetting
{
    /// <summary>The network's class.</summary>
    public required string Model { get; init; }

    /// <summary>The hash of the architecture: encoding, declared T, input, every layer with its constants.</summary>
    public required string ArchitectureSha256 { get; init; }

    /// <summary>The hash of the weights (<see cref="Weights.Hash"/>).</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>The samples: the first <see cref="ReportedDataset.Count"/> of a split, over all shards.</summary>
    public required ReportedDataset Dataset { get; init; }

    /// <summary>What the adversary may do.</summary>
    public required RecordedPerturbation Perturbation { get; init; }

    /// <summary>T, the number of steps that the network ran for.</summary>
    public required int Steps { get; init; }

    /// <summary>How inputs are encoded: "direct", "poisson" or "spikes".</summary>
    public required string Encoding { get; init; }

    /// <summary>The seed of Poisson encoding.</summary>
    public required long Seed { get; init; }

    /// <summary>The method, one of <see cref="CertificationMethodNames.All"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Where linear bounds took the bounds of the membranes from, "s-ibp" or "s-crown"; null for intervals alone.</summary>
    public string? Intermediate { get; init; }

    /// <summary>How slopes were optimised; null for methods that do not.</summary>
    public AlphaOptions? Alpha { get; init; }

    /// <summary>
    /// The arithmetic that bounds were computed in: "rounding-safe" bounds certify; "float32" and "float64" take no account of rounding but
    /// for the guard, and only bound.
    /// </summary>
    public required string Precision { get; init; }

    /// <summary>What a lower bound must exceed.</summary>
    public required double Guard { get; init; }

    /// <summary>How many seconds one sample may take; null for methods without a limit.</summary>
    public double? TimeLimit { get; init; }

    /// <summary>How many subproblems branch and bound might take for one sample; null for as many as fit into the time.</summary>
    public long? MostSubproblems { get; init; }

    /// <summary>What the random starts of attacks depend on; null for methods that do not attack.</summary>
    public long? AttackSeed { get; init; }

    /// <summary>
    /// Radii: how far apart certified and uncertified sizes may stay, <see cref="Perturbation"/> being the largest one; null for verdicts.
    /// </summary>
    public double? RadiusTolerance { get; init; }

    /// <summary>Whether a margin with this lower bound is proved to be positive.</summary>
    /// <param name="lowerBound">The lower bound.</param>
    public bool Proves(double lowerBound) => lowerBound > Guard;
}
