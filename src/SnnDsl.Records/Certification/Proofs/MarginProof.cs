namespace SnnDsl.Certification.Proofs;

/// <summary>The proof of one margin.</summary>
/// <param name="Rival">The other class.</param>
/// <param name="Bound">What the search computed; a checker finds its own.</param>
/// <param name="Layers">The neurons that slopes are given for, by layer in ascending order.</param>
/// <param name="Tree">The cases.</param>
public sealed record MarginProof(int Rival, double Bound, IReadOnlyList<ProofLayer> Layers, ProofNode Tree);
