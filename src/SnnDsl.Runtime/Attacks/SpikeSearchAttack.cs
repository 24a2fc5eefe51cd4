using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Flips entries of an event recording by trial (after SDA, arXiv 2503.03272, which has no budget): in the n-th round each of the 10 n entries that the gradient names is
/// flipped by itself in the true forward pass, and those whose flips lower the margin are flipped together, the best of them as far as the k flips reach. Where they are used up,
/// the one that the gradient values least is taken back before.
/// </summary>
public sealed class SpikeSearchAttack : Attack
{
    private const int Growth = 10;

    private readonly SpikeFlips perturbation;

    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The flips that are allowed.</param>
    public SpikeSearchAttack(SpikeFlips perturbation) => this.perturbation = perturbation;

    /// <inheritdoc/>
    public override string Name => Gradients.Named("spike-search");

    /// <inheritdoc/>
    public override Perturbation Perturbation => perturbation;

    /// <summary>How many rounds there are; of n rounds a sample takes some 5 n (n + 1) forward passes.</summary>
    public int Rounds { get; init; } = 6;

    /// <summary>What stands for a spike's gradient.</summary>
    public GradientEstimator Gradients { get; init; } = GradientEstimator.Surrogate;

    internal override void Search(AttackSearch search)
    {
        using var outer = NewDisposeScope();
        var samples = search.Standing;
        if (samples.Length == 0 || perturbation.Count == 0)
        {
            return;
        }

        var inputs = FlipGains.Flat(search.Inputs(samples));
        var points = inputs.clone();
        for (int round = 1; round <= Rounds && samples.Length > 0; round++)
        {
            using var scope = NewDisposeScope();
            points = Improve(search, samples, inputs, TakenBack(search, samples, inputs, points), round * Growth);
            var rows = search.StillStanding(samples, out samples);
            points = points.index_select(0, rows).MoveToOuterDisposeScope();
            inputs = inputs.index_select(0, rows).MoveToOuterDisposeScope();
        }
    }

    internal override Tensor Distances(Tensor change) => change.IsNot(0).sum(1L).to(ScalarType.Float64);

    // Where all flips are used, without the one whose return promises the least margin.
    private Tensor TakenBack(AttackSearch search, long[] samples, Tensor inputs, Tensor points)
    {
        var flipped = points.ne(inputs);
        var full = flipped.sum(1L, keepdim: true).IsAtLeast(perturbation.Count);
        if (!full.any().item<bool>())
        {
            return points;
        }

        var change = FlipGains.Slopes(search, samples, points, Gradients) * inputs.Minus(points);
        var least = where(flipped, change, change.Filled(double.PositiveInfinity)).argmin(1L, keepdim: true);
        return FlipGains.FlipWhere(points, least, full);
    }

    // Tries entries one by one, and flips those together that helped.
    private Tensor Improve(AttackSearch search, long[] samples, Tensor inputs, Tensor points, int count)
    {
        var frames = search.Inputs(samples);
        Tensor Offer(Tensor tried) => search.Offer(samples, FlipGains.Shaped(tried, frames));
        var margins = Offer(points);
        var (gains, order) = FlipGains.Ranked(FlipGains.Of(search, samples, points, inputs, perturbation.Mode, Gradients), count);
        var promising = gains.IsAbove(0);
        var alone = stack(
            Enumerable.Range(0, (int)order.shape[1]).Select(rank =>
            {
                search.Cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                return Offer(FlipGains.FlipWhere(points, order.narrow(1, rank, 1), promising.narrow(1, rank, 1))).MoveToOuterDisposeScope();
            }).ToArray(),
            1);
        var lower = margins.unsqueeze(1).Minus(alone);
        var room = points.ne(inputs).sum(1L, keepdim: true).neg().Plus(perturbation.Count);
        var place = lower.argsort(1, descending: true).argsort(1);
        var helps = lower.IsAbove(0) & promising;
        // Counts of spikes move rarely: where no flip by itself does anything, the most promising one is made.
        var first = promising & cat([ones_like(promising.narrow(1, 0, 1)), zeros_like(promising.narrow(1, 1, promising.shape[1] - 1))], 1);
        var any = helps.any(1L, keepdim: true);
        var chosen = where(any, helps & place.lt(room), first & room.IsAbove(0));
        var together = FlipGains.FlipWhere(points, order, chosen);
        var found = Offer(together);
        // Flips that help by themselves may not together: then the best of them is made alone.
        var best = FlipGains.FlipWhere(points, order, helps & place.Is(0) & room.IsAbove(0));
        return where(any & found.gt(alone.amin([1L])).unsqueeze(1), best, together);
    }
}
