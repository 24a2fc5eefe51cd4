using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>Linear relaxation with optimised slopes, for the open margins.</summary>
/// <param name="options">How long to climb.</param>
/// <param name="intermediate">Where the bounds of the membranes come from.</param>
/// <param name="share">Which share of the time that is left it may take.</param>
/// <param name="search">How a proof is looked for; null to leave none.</param>
internal sealed class SlopeStage(AlphaOptions options, IntermediateBounds intermediate, double share, SearchOptions? search) : CertificationStage
{
    /// <inheritdoc/>
    public override string Name => CertificationMethodNames.Of(CertificationMethod.Alpha);

    /// <inheritdoc/>
    public override IntermediateBounds? Needs => intermediate;

    /// <inheritdoc/>
    public override double Share => share;

    /// <summary>So many samples that their open pairs with rivals climb together: none waits for another's turn.</summary>
    public override int GroupSize(OpenBatch batch)
    {
        double open = batch.Samples.Average(sample => (double)Math.Max(1, sample.OpenRivals(options.Goal).Length));
        return (int)Math.Max(1, SlopeOptimiser.PairsAtOnce(batch.Network) / open);
    }

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(Deadlines.Timer(allowance));
        var optimiser = new SlopeOptimiser(batch.View.Network, options);
        Raise(batch, optimiser.BoundMargins(batch.Set, batch.Data.Labels, batch.Intervals(intermediate), Known(batch), enough.Token));
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// A checker draws lines through whole trains and counts spikes, which these slopes say nothing of: branch and bound finds slopes of
    /// its own for what is known to hold, mostly without a branch.
    /// </summary>
    public override void Prove(OpenBatch batch, int row, TimeSpan allowance, CancellationToken cancellation)
    {
        var sample = batch.Samples[row];
        if (search is not null && sample.ProvedBy.Contains(Name))
        {
            using var found = new BranchAndBound(batch.Network, search with { TimeLimit = allowance, Attacks = false }, batch.View)
                .Run(batch.Perturbation, batch.Input(row), sample.Label, sample.Index, [.. sample.LowerBounds], cancellation);
            cancellation.ThrowIfCancellationRequested();
            sample.Proof = found.Proof;
        }
    }

    // The bounds so far, [B, R]; null before the first.
    private static Tensor? Known(OpenBatch batch) => batch.Samples[0].LowerBounds.Count == 0
        ? null
        : tensor(batch.Samples.SelectMany(sample => sample.LowerBounds).ToArray(), device: batch.Data.Labels.device).view(batch.Samples.Count, -1);
}
