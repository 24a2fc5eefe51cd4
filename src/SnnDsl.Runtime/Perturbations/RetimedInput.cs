using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// Event recordings whose spikes move by at most d steps in time, every pixel keeping its count; optionally at most k bins gain a spike.
/// </summary>
/// <remarks>
/// Spikes of one pixel are alike, so they may be taken to keep their order, and a train y is in the set exactly if its cumulative count
/// C[t] stays in a corridor around the recording's own c[t]: c[t - d] &lt;= C[t] &lt;= c[t + d], and C ends at the pixel's count n.
/// Everything below follows from that: a walk over t whose state is C[t] - c[t], from -d to d, and the bins that gained a spike so far.
/// </remarks>
public sealed class RetimedInput : IPerturbedInput
{
    // Elements of a block of the walk's states: 32 MiB of float32.
    private const long Block = 8 << 20;

    private readonly Tensor spikes;
    private readonly int jitter;
    private readonly int? moves;

    /// <summary>Creates the set.</summary>
    /// <param name="spikes">The recordings, zeros and ones, [T, B, ...].</param>
    /// <param name="jitter">d, at least 0.</param>
    /// <param name="moves">k, at least 0, or null for any number.</param>
    public RetimedInput(Tensor spikes, int jitter, int? moves = null)
    {
        this.spikes = spikes;
        // No spike can move further than from one end to the other.
        this.jitter = (int)Math.Min(jitter, spikes.shape[0] - 1);
        this.moves = moves;
    }

    /// <summary>
    /// Exact at each step. Without a budget pixels are independent, and each may spike or not as its corridor says. A change of one
    /// entry costs one bin (a spike next to a run of spikes pushes the run on), so with a budget the k most harmful ones count, and all
    /// may fall on one step.
    /// </summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <returns>[T, B, ...].</returns>
    public Interval Currents(AffineMap first)
    {
        var (certain, possible) = Entries();
        return moves is { } count
            ? new HarmfulChanges(spikes, where(spikes.IsAbove(0), certain.Plus(-1), possible), count).Currents(first)
            : first.Apply(new Interval(certain, possible));
    }

    /// <summary>
    /// Exact without a budget: pixels are independent, and the walk through a pixel's corridor gives the least and the greatest mean of its train. A spike that
    /// moves between two steps that weigh the same changes nothing.
    /// </summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <param name="weights">Of each mean the weights of the T steps.</param>
    /// <returns>[means, B, ...].</returns>
    public Interval? Means(AffineMap first, IReadOnlyList<double[]> weights)
    {
        if (moves is not null)
        {
            return null;
        }

        Interval means;
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            long steps = spikes.shape[0];
            // Coefficients of the steps, a row for each mean: [T, 1, means, 1].
            double[] flat = [.. Enumerable.Range(0, (int)steps).SelectMany(s => weights.Select(mean => mean[s]))];
            var rows = tensor(flat, [steps, 1, weights.Count, 1], spikes.dtype, spikes.device);
            var entries = spikes.flatten(2);
            long size = Math.Max(1, Block / (weights.Count * entries.shape[2] * ((2 * jitter) + 1)));
            var ends = entries.split(size, 1).Select(part =>
            {
                var corridor = Corridor(part);
                Tensor Least(Tensor coefficients) => Walk(coefficients, part, corridor, 0).squeeze(-1).amin([-1L]);
                return (Lower: Least(rows), Upper: Least(rows.neg()).neg());
            }).ToList();
            Tensor Shaped(Func<(Tensor Lower, Tensor Upper), Tensor> end) =>
                cat([.. ends.Select(end)], 0).transpose(0, 1).reshape([weights.Count, .. spikes.shape[1..]]).MoveToOuterDisposeScope();
            means = new(Shaped(part => part.Lower), Shaped(part => part.Upper));
        }

        return first.Apply(means);
    }

    /// <summary>
    /// The exact least value: of each pixel the cheapest walk through its corridor, and with a budget its cost by the number of bins
    /// that gain a spike, shared out among the pixels at best.
    /// </summary>
    /// <param name="coefficients">[S, B, K, ...], S &lt;= T; spikes may leave the first S steps and come into them.</param>
    /// <returns>[B, K].</returns>
    public Tensor Concretise(Tensor coefficients)
    {
        var (samples, rows) = (coefficients.shape[1], coefficients.shape[2]);
        var (busy, trains) = Busy();
        if (trains.shape[2] == 0)
        {
            return zeros([samples, rows], coefficients.dtype, coefficients.device);
        }

        var corridor = Corridor(trains);
        int states = 2 * jitter + 1, most = Budget(trains);
        var flat = coefficients.flatten(3);
        return cat([.. flat.split(Math.Max(1, Block / (samples * trains.shape[2] * states * (most + 1))), 2).Select(part =>
        {
            var own = part.gather(3, busy.view(1, samples, 1, -1).expand(part.shape[0], -1, part.shape[2], -1));
            var values = Walk(own, trains, corridor, most);
            return moves is { } count ? SharedBudget.Least(ByCost(values, most), count) : values.squeeze(-1).amin([-1L]).sum(-1L);
        })], 1);
    }

    /// <inheritdoc/>
    public IPerturbedInput Select(Tensor samples) => new RetimedInput(spikes.index_select(1, samples), jitter, moves);

    /// <summary>Whether recordings belong to the set, each to its sample's.</summary>
    /// <param name="trains">[T, B, ...].</param>
    internal bool Holds(Tensor trains)
    {
        using var scope = NewDisposeScope();
        var (least, most, _) = Corridor(spikes);
        var count = trains.cumsum(0);
        var isInside = count.ge(least).logical_and(count.le(most)).logical_and((trains * trains).eq(trains));
        return isInside.all().item<bool>()
            && (moves is not { } gains || trains.gt(spikes).transpose(0, 1).flatten(1).sum(1L).max().item<long>() <= gains);
    }

    /// <summary>The recordings, [T, B, ...].</summary>
    internal Tensor Spikes => spikes;

    /// <summary>d, at most T - 1.</summary>
    internal int Jitter => jitter;

    /// <summary>k; null for any number.</summary>
    internal int? Moves => moves;

    /// <summary>What each entry can be at all, [T, B, ...].</summary>
    internal Interval Entries()
    {
        var (mayBeSilent, maySpike) = Possible(spikes);
        return new(mayBeSilent.logical_not().to(spikes.dtype), maySpike.to(spikes.dtype));
    }

    /// <summary>A recording of the set at which a linear form is least, as the derivative of its least value.</summary>
    /// <param name="coefficients">[T, B, ...].</param>
    /// <returns>
    /// Zeros and ones, [T, B, ...]. Coefficients that are equal, as many zeros are, are parted by a billionth of the largest; a sample
    /// in which some stay tied keeps its own recording.
    /// </returns>
    internal Tensor Worst(Tensor coefficients)
    {
        using var scope = NewDisposeScope();
        var leaf = coefficients.detach().to(ScalarType.Float64).clone();
        using (no_grad())
        {
            // Staying is a little cheaper than moving, and no two entries cost quite the same.
            double unit = 1e-9 * leaf.abs().max().item<double>() + 1e-300;
            var parting = linspace(0, 997.31, leaf.numel(), ScalarType.Float64, leaf.device).frac().view(leaf.shape);
            leaf = leaf.Plus((parting - spikes.Times(2)).Times(unit));
        }

        leaf.requires_grad = true;
        using var grad = enable_grad();
        var least = new RetimedInput(spikes.to(ScalarType.Float64), jitter, moves).Concretise(leaf.unsqueeze(2));
        if (!least.requires_grad)
        {
            return spikes.clone().MoveToOuterDisposeScope();
        }

        var point = autograd.grad([least.sum()], [leaf])[0];
        var whole = (point * point).eq(point).transpose(0, 1).flatten(1).all(1).view([1, -1, .. Enumerable.Repeat(1L, (int)spikes.dim() - 2)]);
        return where(whole, point.to(spikes.dtype), spikes).MoveToOuterDisposeScope();
    }

    // The pixels that have spikes, [B, P], sample by sample; those with fewer than others have some without spikes among them. And their
    // trains, [T, B, P].
    private (Tensor Pixels, Tensor Trains) Busy()
    {
        var flat = spikes.flatten(2);
        var isBusy = flat.amax([0L]).IsAbove(0);
        var order = isBusy.to(ScalarType.Int32).argsort(1, descending: true).narrow(1, 0, isBusy.sum(1L).max().item<long>());
        return (order, flat.gather(2, order.unsqueeze(0).expand(flat.shape[0], -1, -1)));
    }

    // How many bins of one pixel may gain a spike: those that are free, and not more than it has spikes. 0 where that is not counted.
    private int Budget(Tensor trains)
    {
        if (moves is not { } count)
        {
            return 0;
        }

        var spikesOf = trains.sum(0L);
        return (int)Math.Min(count, minimum(spikesOf, spikesOf.TakenFrom(trains.shape[0])).max().to(ScalarType.Int64).item<long>());
    }

    // Least and most of C[t], [T, ...]: besides the corridor, what is left must fit into the steps that are left.
    private (Tensor Least, Tensor Most, Tensor Own) Corridor(Tensor trains)
    {
        long steps = trains.shape[0];
        var own = trains.cumsum(0);
        var all = own[^1..];
        long[] more = [jitter, .. trains.shape[1..]];
        var left = HeldScalars.Count(steps - 1, -1, -1, trains.dtype, trains.device).view([steps, .. Enumerable.Repeat(1L, (int)trains.dim() - 1)]);
        var least = cat([zeros(more, trains.dtype, trains.device), own.narrow(0, 0, steps - jitter)], 0);
        var most = cat([own.narrow(0, jitter, steps - jitter), all.expand(more)], 0);
        return (maximum(least, all - left), minimum(most, left.TakenFrom(steps)), own);
    }

    // Whether an entry may be 0 and whether it may be 1, bool [T, ...].
    private (Tensor MayBeSilent, Tensor MaySpike) Possible(Tensor trains)
    {
        var (least, most, _) = Corridor(trains);
        var none = zeros_like(trains[..1]);
        var (leastBefore, mostBefore) = (cat([none, least[..^1]], 0), cat([none, most[..^1]], 0));
        return (least.le(mostBefore), leastBefore.lt(most));
    }

    // The cheapest walk of every pixel to every state after S steps, [B, K, P, states, cost]. A spike where none was costs one.
    private Tensor Walk(Tensor coefficients, Tensor trains, (Tensor Least, Tensor Most, Tensor Own) corridor, int most)
    {
        int states = 2 * jitter + 1;
        var (type, device) = (coefficients.dtype, coefficients.device);
        var infinite = tensor(double.PositiveInfinity, type, device);
        var values = HeldScalars.Full([1, 1, 1, states, most + 1], double.PositiveInfinity, type, device);
        values[0, 0, 0, jitter, 0] = tensor(0.0, type, device);
        var offsets = HeldScalars.Count(-jitter, jitter + 1, 1, trains.dtype, device);
        for (int t = 0; t < coefficients.shape[0]; t++)
        {
            var a = coefficients[t].unsqueeze(-1).unsqueeze(-1);
            var hasSpike = trains[t].IsAbove(0).unsqueeze(1).unsqueeze(-1).unsqueeze(-1);
            var count = corridor.Own[t].unsqueeze(-1).Plus(offsets);
            var inside = count.ge(corridor.Least[t].unsqueeze(-1)).logical_and(count.le(corridor.Most[t].unsqueeze(-1))).unsqueeze(1).unsqueeze(-1);
            var kept = minimum(values.Plus(a), Shift(values, -1, 3));
            var gained = Shift(values, 1, 3);
            var free = minimum(values, (moves is null ? gained : Shift(gained, 1, 4)).Plus(a));
            values = where(inside, where(hasSpike, kept, free), infinite);
        }

        return values;
    }

    // The cost of the whole train by the bins that gain a spike, [B, K, P, 1 + most]. Spikes that have left the first S steps still have
    // to go somewhere: each costs one, and there is room for it without another.
    private Tensor ByCost(Tensor values, int most)
    {
        var best = values.narrow(3, jitter, jitter + 1).amin([3L]);
        for (int late = 1; late <= Math.Min(jitter, most); late++)
        {
            best = minimum(best, Shift(values.select(3, jitter - late), late, 3));
        }

        return best;
    }

    // Moves entries along a dimension, towards larger indices or back; nothing, at infinite cost, comes in.
    private static Tensor Shift(Tensor values, int by, int dimension)
    {
        long size = values.shape[dimension], kept = Math.Max(0, size - Math.Abs(by));
        long[] shape = values.shape;
        shape[dimension] = size - kept;
        var nothing = HeldScalars.Full(shape, double.PositiveInfinity, values.dtype, values.device);
        return by >= 0
            ? cat([nothing, values.narrow(dimension, 0, kept)], dimension)
            : cat([values.narrow(dimension, size - kept, kept), nothing], dimension);
    }
}
