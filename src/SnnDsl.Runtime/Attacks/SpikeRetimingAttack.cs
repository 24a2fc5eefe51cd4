using SnnDsl.Encoders;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Retimes the spikes of an event recording, as Frank and Wolfe would: the recording of the set that a linear form says is worst, exactly
/// (<see cref="RetimedInput.Concretise"/>'s own minimiser). The first forms are the linear relaxations of the margins, then come gradients,
/// every other one blurred, each for all pixels and for those alone that promise most, and the next is taken at the best of these.
/// </summary>
public sealed class SpikeRetimingAttack : Attack
{
    // Of the pixels, by what they promise.
    private static readonly double[] Shares = [1, 0.5, 0.25, 0.1, 0.03];

    private readonly SpikeRetiming perturbation;

    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The retimings that are allowed.</param>
    public SpikeRetimingAttack(SpikeRetiming perturbation) => this.perturbation = perturbation;

    /// <inheritdoc/>
    public override string Name => Gradients.Named("spike-retiming");

    /// <inheritdoc/>
    public override Perturbation Perturbation => perturbation;

    /// <summary>How many gradients are taken.</summary>
    public int Iterations { get; init; } = 20;

    /// <summary>What stands for a spike's gradient.</summary>
    public GradientEstimator Gradients { get; init; } = GradientEstimator.Surrogate;

    internal override void Search(AttackSearch search)
    {
        using var outer = NewDisposeScope();
        var samples = search.Standing;
        if (samples.Length == 0 || perturbation is { Jitter: 0 } or { Moves: 0 })
        {
            return;
        }

        var points = RelaxedPoint.Offer(search, samples, perturbation, form => Whole(search, samples, Set(search, samples).Worst(form.squeeze(2))));
        points = points.index_select(1, search.StillStanding(samples, out samples));
        for (int iteration = 0; iteration < Iterations && samples.Length > 0; iteration++)
        {
            using var scope = NewDisposeScope();
            points = Improve(search, samples, points, iteration);
            var rows = search.StillStanding(samples, out samples);
            points = points.index_select(1, rows).MoveToOuterDisposeScope();
        }
    }

    // A bin that gained a spike has a counterpart that lost one.
    internal override Tensor Distances(Tensor change) => change.IsAbove(0).sum(1L).to(ScalarType.Float64);

    // Offers retimings that the gradient at some points names; gives each sample's best of them.
    private Tensor Improve(AttackSearch search, long[] samples, Tensor points, int iteration)
    {
        int steps = search.Network.Steps;
        var recordings = search.Inputs(samples).narrow(0, 0, steps);
        var gradient = Blurred(search.Gradient(samples, points, Gradients).narrow(0, 0, steps), search.Indices(samples), iteration);
        var worst = Set(search, samples).Worst(gradient);
        // Pixels are independent but for the budget, and some of the pixels never need more of it than all do.
        var promise = (gradient * (recordings - worst)).sum(0L).flatten(1);
        var order = promise.argsort(1, descending: true).argsort(1);
        Tensor? best = null, least = null;
        foreach (double share in Shares)
        {
            using Scalar taken = Math.Ceiling(share * order.shape[1]);
            var candidate = Whole(search, samples, where(order.lt(taken).view([1, .. recordings.shape[1..]]), worst, recordings));
            var margin = search.Offer(samples, candidate);
            var better = least is null ? null : margin < least;
            best = better is null ? candidate : where(better.view([1, -1, .. Enumerable.Repeat(1L, (int)points.dim() - 2)]), candidate, best!);
            least = better is null ? margin : minimum(margin, least!);
        }

        return best!;
    }

    private RetimedInput Set(AttackSearch search, long[] samples) => perturbation.Set(search.Network, search.Inputs(samples), search.Indices(samples));

    // Frames after the network's last step stay as they are.
    private static Tensor Whole(AttackSearch search, long[] samples, Tensor retimed)
    {
        var inputs = search.Inputs(samples);
        long steps = retimed.shape[0], more = inputs.shape[0] - steps;
        return more == 0 ? retimed : cat([retimed, inputs.narrow(0, steps, more)], 0);
    }

    // Every other direction is half chance, for gradients name the same few entries again and again; and where no membrane is near its
    // threshold the surrogate says nothing: such a sample takes a random direction.
    private Tensor Blurred(Tensor gradient, long[] indices, int iteration)
    {
        var largest = gradient.abs().amax([0L]).flatten(1).amax([1L]);
        var scale = where(largest.Is(0), ones_like(largest), largest.Times(iteration % 2)).view([1, -1, .. Enumerable.Repeat(1L, (int)gradient.dim() - 2)]);
        var noise = CounterNoise.Uniform(
            unchecked(Seed * 10007 + iteration), indices, indices.Length, (int)gradient.shape[0], gradient.shape[2..]);
        return gradient.Plus(noise.to(gradient.dtype).to(gradient.device).Plus(-0.5) * scale);
    }
}
