using SnnDsl.Certification;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>Linear relaxation with optimised slopes, for the open margins.</summary>
/// <param name="options">How long to climb.</param>
/// <param name="intermediate">Where the bounds of the membranes come from.</param>
/// <param name="share">Which share of the time that is left it may take.</param>
internal sealed class SlopeStage(AlphaOptions options, IntermediateBounds intermediate, double share) : CertificationStage
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
        var optimiser = new SlopeOptimiser(batch.Network, options);
        Raise(batch, optimiser.BoundMargins(batch.Set, batch.Data.Labels, batch.Intervals(intermediate), Known(batch), enough.Token));
        cancellation.ThrowIfCancellationRequested();
    }

    // The bounds so far, [B, R]; null before the first.
    private static Tensor? Known(OpenBatch batch) => batch.Samples[0].LowerBounds.Count == 0
        ? null
        : tensor(batch.Samples.SelectMany(sample => sample.LowerBounds).ToArray(), device: batch.Data.Labels.device).view(batch.Samples.Count, -1);
}
