using SnnDsl.Certification.Proofs;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search;

/// <summary>What branch and bound found for one sample.</summary>
/// <param name="Verdict">Certified (bounded in a plain precision), falsified, or unknown where time ran out.</param>
/// <param name="LowerBounds">Proved lower bounds of logit_label - logit_rival, rivals in ascending order; they hold at any time.</param>
/// <param name="Counterexample">A batch of one that the network gets wrong or ties on, replayed through its forward pass; null if none was found.</param>
/// <param name="Subproblems">How many were bounded.</param>
public sealed record SearchResult(Verdict Verdict, float[] LowerBounds, Tensor? Counterexample, long Subproblems) : IDisposable
{
    /// <summary>What a checker needs to compute the bounds again of the margins that the search proved to be positive; null if there are none.</summary>
    public SearchProof? Proof { get; init; }

    /// <summary>Why nothing was found, where it was more than time or the number of subproblems that did not suffice; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>How many neuron-steps of each spiking layer intervals leave open on the whole set.</summary>
    public IReadOnlyList<int> OpenSteps { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose() => Counterexample?.Dispose();
}
