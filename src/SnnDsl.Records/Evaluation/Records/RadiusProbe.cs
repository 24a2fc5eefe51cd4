using SnnDsl.Certification;

namespace SnnDsl.Evaluation.Records;

/// <summary>What a method found at one size of the perturbation.</summary>
/// <param name="Size">The epsilon, or the number of flips.</param>
/// <param name="Verdict">What it found.</param>
/// <param name="DecidedBy">The stage that settled it; null for unknown.</param>
public sealed record RadiusProbe(double Size, Verdict Verdict, string? DecidedBy = null);
