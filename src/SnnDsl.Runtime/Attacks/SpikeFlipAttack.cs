using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Flips entries of an event recording, at most k, in two ways: the entries whose flips promise most by one gradient, 1, 2, 4, ... k at
/// a time; then one by one, each time the best of a few candidates in the true forward pass, the gradient taken anew.
/// </summary>
public sealed class SpikeFlipAttack : Attack
{
    private readonly SpikeFlips perturbation;

    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The flips that are allowed.</param>
    public SpikeFlipAttack(SpikeFlips perturbation) => this.perturbation = perturbation;

    /// <inheritdoc/>
    public override string Name => Gradients.Named("spike-flip");

    /// <inheritdoc/>
    public override Perturbation Perturbation => perturbation;

    /// <summary>How many candidates the greedy search replays before each flip.</summary>
    public int Candidates { get; init; } = 4;

    /// <summary>What stands for a spike's gradient.</summary>
    public GradientEstimator Gradients { get; init; } = GradientEstimator.Surrogate;

    internal override void Search(AttackSearch search)
    {
        if (search.Standing.Length > 0 && perturbation.Count > 0)
        {
            FlipTogether(search);
            FlipGreedily(search);
        }
    }

    internal override Tensor Distances(Tensor change) => change.IsNot(0).sum(1L).to(ScalarType.Float64);

    private void FlipTogether(AttackSearch search)
    {
        using var scope = NewDisposeScope();
        var samples = search.Standing;
        var inputs = FlipGains.Flat(search.Inputs(samples));
        var (gains, order) = FlipGains.Ranked(FlipGains.Of(search, samples, inputs, inputs, perturbation.Mode, Gradients), perturbation.Count);
        for (int count = 1; samples.Length > 0; count = Math.Min(2 * count, perturbation.Count))
        {
            var rows = search.StillStanding(samples, out samples);
            if (samples.Length == 0)
            {
                return;
            }

            (inputs, gains, order) = (inputs.index_select(0, rows), gains.index_select(0, rows), order.index_select(0, rows));
            int taken = (int)Math.Min(count, order.shape[1]);
            search.Offer(samples, FlipGains.Shaped(FlipGains.Flip(inputs, gains.narrow(1, 0, taken), order.narrow(1, 0, taken)), search.Inputs(samples)));
            if (count == perturbation.Count)
            {
                return;
            }
        }
    }

    private void FlipGreedily(AttackSearch search)
    {
        using var outer = NewDisposeScope();
        var samples = search.Standing;
        var inputs = FlipGains.Flat(search.Inputs(samples));
        var points = inputs.clone();
        for (int flip = 0; flip < perturbation.Count && samples.Length > 0; flip++)
        {
            using var scope = NewDisposeScope();
            var shape = search.Inputs(samples);
            var (gains, order) = FlipGains.Ranked(FlipGains.Of(search, samples, points, inputs, perturbation.Mode, Gradients), Candidates);
            Tensor? chosen = null, least = null;
            for (int rank = 0; rank < order.shape[1]; rank++)
            {
                var candidate = FlipGains.Flip(points, gains.narrow(1, rank, 1), order.narrow(1, rank, 1));
                var margin = search.Offer(samples, FlipGains.Shaped(candidate, shape));
                // On equal margins the larger gain stays: counts of spikes move rarely, gradients say where they are about to.
                var better = least is null ? null : margin < least;
                chosen = better is null ? candidate : where(better.unsqueeze(1), candidate, chosen!);
                least = better is null ? margin : minimum(margin, least!);
            }

            var rows = search.StillStanding(samples, out samples);
            points = chosen!.index_select(0, rows).MoveToOuterDisposeScope();
            inputs = inputs.index_select(0, rows).MoveToOuterDisposeScope();
        }
    }
}
