using SnnDsl.Bounds;
using SnnDsl.Certification;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>S-IBP.</summary>
internal sealed class IntervalStage : CertificationStage
{
    /// <inheritdoc/>
    public override string Name => CertificationMethodNames.Of(CertificationMethod.SIbp);

    /// <inheritdoc/>
    public override bool IsWhole => true;

    /// <inheritdoc/>
    public override IntermediateBounds? Needs => IntermediateBounds.SIbp;

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation) =>
        Raise(batch, CertificationMethod.SIbp, batch.View.Network.BoundMargins(batch.Set, batch.Data.Labels, BoundMethod.SIbpCounts, batch.Intervals(IntermediateBounds.SIbp)));
}
