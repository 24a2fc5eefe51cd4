using SnnDsl.Certification;

namespace SnnDsl.Evaluation;

/// <summary>What `certify --json` writes.</summary>
public sealed record CertificationReport : Report
{
    /// <summary>The bounds' method: "s-ibp", "s-crown-paper", "s-crown" or "alpha".</summary>
    public required string Method { get; init; }

    /// <summary>How slopes were optimised; null for other methods than "alpha".</summary>
    public AlphaOptions? Alpha { get; init; }

    /// <summary>Where linear bounds took the bounds of the membranes from, "s-ibp" or "s-crown"; null for intervals alone.</summary>
    public string? Intermediate { get; init; }

    /// <summary>What a lower bound must exceed.</summary>
    public required double Guard { get; init; }

    /// <summary>The samples.</summary>
    public required IReadOnlyList<CertifiedSample> Samples { get; init; }

    /// <summary>The shares.</summary>
    public required CertificationSummary Summary { get; init; }
}
