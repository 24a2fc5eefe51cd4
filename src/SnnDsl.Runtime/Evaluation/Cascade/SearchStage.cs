using SnnDsl.Certification;
using SnnDsl.Certification.Search;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>Branch and bound, one sample at a time.</summary>
/// <param name="options">How to search; its time limit is replaced by what is left to the sample.</param>
internal sealed class SearchStage(SearchOptions options) : CertificationStage
{
    /// <inheritdoc/>
    public override string Name => CertificationMethodNames.Of(CertificationMethod.Bab);

    /// <inheritdoc/>
    public override int GroupSize(OpenBatch batch) => 1;

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
    {
        var sample = batch.Samples[0];
        float[]? known = sample.LowerBounds.Count == 0 ? null : [.. sample.LowerBounds];
        using var result = new BranchAndBound(batch.Network, options with { TimeLimit = allowance }, batch.View)
            .Run(batch.Perturbation, batch.Input(0), sample.Label, sample.Index, known, cancellation);
        // Stopped in the middle, it says less than it would have in its time.
        cancellation.ThrowIfCancellationRequested();
        sample.Subproblems = result.Subproblems;
        for (int rival = 0; rival < result.LowerBounds.Length; rival++)
        {
            float bound = result.LowerBounds[rival];
            if (result.Proof?.Margins.FirstOrDefault(margin => margin.Rival == (rival < sample.Label ? rival : rival + 1)) is { } proof)
            {
                sample.Raise(rival, bound, Evidence.Of(CertificationMethod.Bab, proof));
            }
            else if (bound > float.MinValue)
            {
                sample.RaiseUnproved(rival, bound, CertificationMethod.Bab);
            }
        }

        if (result.Reason is { } reason)
        {
            sample.Doubt(reason);
        }

        if (result.Counterexample is { } point)
        {
            batch.Offer(0, point, Name);
        }
    }
}
