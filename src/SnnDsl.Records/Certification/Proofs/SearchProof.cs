namespace SnnDsl.Certification.Proofs;

/// <summary>What a checker needs to compute a certificate's bounds again: hints, never trusted numbers (docs/proofs.md).</summary>
/// <param name="Label">The class whose margins are bounded.</param>
/// <param name="Margins">The margins that intervals alone leave open.</param>
public sealed record SearchProof(int Label, IReadOnlyList<MarginProof> Margins);
