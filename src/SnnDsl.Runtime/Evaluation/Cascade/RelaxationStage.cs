using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>S-CROWN, with the paper's lines, or with the Joint ones and those of whole trains, a row for each rival that is still open.</summary>
/// <param name="method">S-CROWN or S-CROWN Paper.</param>
/// <param name="intermediate">Where the bounds of the membranes come from.</param>
/// <param name="guard">What a lower bound must exceed.</param>
internal sealed class RelaxationStage(CertificationMethod method, IntermediateBounds intermediate, double guard) : CertificationStage
{
    /// <inheritdoc/>
    public override string Name => CertificationMethodNames.Of(method);

    /// <inheritdoc/>
    public override bool IsWhole => true;

    /// <inheritdoc/>
    public override IntermediateBounds? Needs => intermediate;

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
    {
        var membranes = batch.Intervals(intermediate).Membranes;
        var rivals = Rivals(batch.Samples);
        var rows = Margins.Rows(batch.Data.Labels, batch.Network.Description.Classes, membranes[0].Lower.dtype);
        var places = tensor(rivals.SelectMany(row => row).Select(rival => (long)rival).ToArray(), device: rows.device)
            .view(batch.Samples.Count, -1, 1).expand(-1, -1, rows.shape[2]);
        Raise(batch, method, batch.View.Network.BoundRows(batch.Set, new()
        {
            Layer = membranes.Count,
            Rows = rows.gather(1, places),
            Steps = batch.Network.Steps,
            Membranes = membranes,
            Rule = method == CertificationMethod.SCrownPaper ? RelaxationRule.Paper : RelaxationRule.Joint,
            Trains = method == CertificationMethod.SCrown,
        }).Lower, rivals);
    }

    // Equally many of every sample: those with fewer open ones have some settled ones bounded as well.
    private IReadOnlyList<int[]> Rivals(IReadOnlyList<SampleState> samples)
    {
        var open = samples.Select(sample => sample.OpenRivals(guard)).ToArray();
        int most = open.Max(rivals => rivals.Length);
        return [.. open.Zip(samples, (rivals, sample) =>
            rivals.Concat(Enumerable.Range(0, sample.Logits.Length - 1).Except(rivals)).Take(most).ToArray())];
    }
}
