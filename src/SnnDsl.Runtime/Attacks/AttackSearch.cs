using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// A batch under attack: evaluates points, keeps each sample's best one, and says which samples still stand. The best point is one that
/// is predicted wrong, and among those the one with the least margin.
/// </summary>
internal sealed class AttackSearch
{
    private readonly SpikingModule network;
    private readonly Tensor inputs;
    private readonly Tensor labels;
    private readonly long[] indices;
    private readonly Tensor best;
    private readonly Tensor logits;
    private readonly Tensor margins;
    private readonly Tensor predictions;

    public AttackSearch(
        SpikingModule network, Tensor inputs, Tensor labels, ReadOnlyMemory<long>? indices, CancellationToken cancellation)
    {
        BatchDimension = network.Description.Encoding == Encoding.Spikes ? 1 : 0;
        (this.network, this.inputs, this.labels, Cancellation) = (network, inputs, labels, cancellation);
        this.indices = indices?.ToArray() ?? [.. Enumerable.Range(0, (int)labels.shape[0]).Select(i => (long)i)];
        best = inputs.clone();
        using var guard = no_grad();
        logits = network.forward(inputs, this.indices);
        margins = Least(logits, labels);
        predictions = Bounds.Margins.Predict(logits);
    }

    /// <summary>The network.</summary>
    public SpikingModule Network => network;

    /// <summary>Which dimension of inputs counts the samples.</summary>
    public int BatchDimension { get; }

    /// <summary>Asked before every step.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>Which samples are still predicted right.</summary>
    public long[] Standing => [.. predictions.eq(labels).nonzero().flatten().data<long>()];

    /// <summary>Drops the samples that no longer stand.</summary>
    /// <param name="samples">Samples.</param>
    /// <param name="left">Those of them that still stand.</param>
    /// <returns>Their rows among <paramref name="samples"/>, int64.</returns>
    public Tensor StillStanding(long[] samples, out long[] left)
    {
        var standing = Standing.ToHashSet();
        long[] rows = [.. Enumerable.Range(0, samples.Length).Where(row => standing.Contains(samples[row])).Select(row => (long)row)];
        left = Array.ConvertAll(rows, row => samples[row]);
        return On(rows);
    }

    /// <summary>The unperturbed inputs of some samples.</summary>
    public Tensor Inputs(long[] samples) => Select(inputs, samples);

    /// <summary>The labels of some samples.</summary>
    public Tensor Labels(long[] samples) => labels.index_select(0, On(samples));

    /// <summary>The indices of some samples in their data set.</summary>
    public long[] Indices(long[] samples) => Array.ConvertAll(samples, sample => indices[sample]);

    /// <summary>Replays points of some samples and keeps those that are better than what was known.</summary>
    /// <returns>The points' least margins, [samples].</returns>
    public Tensor Offer(long[] samples, Tensor points)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var where = On(samples);
        var ownLabels = Labels(samples);
        var found = network.forward(points, Indices(samples));
        var (margin, prediction) = (Least(found, ownLabels), Bounds.Margins.Predict(found));
        var (known, wasBroken) = (margins.index_select(0, where), predictions.index_select(0, where).ne(ownLabels));
        var broken = prediction.ne(ownLabels);
        var better = (broken & ~wasBroken) | (broken.eq(wasBroken) & (margin < known));
        var rows = better.nonzero().flatten();
        if (rows.numel() > 0)
        {
            var targets = where.index_select(0, rows);
            best.index_copy_(BatchDimension, targets, points.index_select(BatchDimension, rows));
            logits.index_copy_(0, targets, found.index_select(0, rows));
            margins.index_copy_(0, targets, margin.index_select(0, rows));
            predictions.index_copy_(0, targets, prediction.index_select(0, rows));
        }

        return margin.MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of the margin over the most dangerous rival.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="points">A point of each.</param>
    /// <param name="estimator">What stands for a spike's gradient; null for the surrogate.</param>
    /// <returns>Shaped as the points.</returns>
    public Tensor Gradient(long[] samples, Tensor points, GradientEstimator? estimator = null)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        var variable = points.detach().clone().requires_grad_();
        var found = SpikeGradient.With(estimator?.Gradient, () => network.forward(variable, Indices(samples)));
        var least = Least(found, Labels(samples));
        return autograd.grad([least.sum()], [variable])[0].MoveToOuterDisposeScope();
    }

    /// <summary>What was found.</summary>
    /// <param name="distances">Turns changes [B, elements] into distances [B].</param>
    public AttackResult Result(Func<Tensor, Tensor> distances)
    {
        var change = (best - inputs).to(ScalarType.Float64);
        var flat = (BatchDimension == 1 ? change.transpose(0, 1) : change).flatten(1);
        return new(best, logits, predictions, margins, predictions.ne(labels), distances(flat));
    }

    private static Tensor Least(Tensor logits, Tensor labels) => Bounds.Margins.FromLogits(logits, labels).amin([1L]);

    private Tensor Select(Tensor tensor, long[] samples) => tensor.index_select(BatchDimension, On(samples));

    private Tensor On(long[] samples) => tensor(samples, device: labels.device);
}
