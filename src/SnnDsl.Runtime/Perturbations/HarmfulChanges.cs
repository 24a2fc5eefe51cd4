using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// Recordings in which at most k entries change, each by what is allowed for it: how far the k most harmful changes move the first affine map's
/// outputs, at one step or over weighted means of the steps.
/// </summary>
/// <param name="spikes">The recordings, zeros and ones, [T, B, ...].</param>
/// <param name="changes">What a change adds to an entry: +1 for a 0, -1 for a 1, 0 where none is allowed, [T, B, ...].</param>
/// <param name="count">k, at least 0.</param>
internal sealed class HarmfulChanges(Tensor spikes, Tensor changes, int count)
{
    // Elements of a block of per-weight changes: 32 MiB of float32. As large a matrix is the product of maps allowed to be.
    private const long Block = 8 << 20;

    /// <summary>
    /// Centre and reach of each output at each step: the sum of the k largest of w_i d_i, d_i being what a change of entry i adds. Where
    /// several maps come before the first neurons, w is their product, unless that would be a huge matrix: then the changes' reach
    /// through the first map goes on as a box.
    /// </summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <returns>[T, B, ...].</returns>
    public Interval Currents(AffineMap first) => Around(first, null);

    /// <summary>The same for weighted means of the steps: the sum of the k largest of p_t w_i d_ti, wherever they fall.</summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <param name="weights">Of each mean the weights p of the T steps, at least 0.</param>
    /// <returns>[means, B, ...].</returns>
    public Interval Means(AffineMap first, IReadOnlyList<double[]> weights) => Around(first, weights);

    /// <summary>The sum of the k largest gains, all at least 0.</summary>
    /// <param name="gains">The gains.</param>
    /// <param name="dimension">Along which dimension.</param>
    public Tensor MostHarmful(Tensor gains, int dimension)
    {
        long size = gains.shape[dimension < 0 ? gains.dim() + dimension : dimension];
        return count >= size ? gains.sum((long)dimension) : gains.topk(count, dimension, largest: true, sorted: false).values.sum((long)dimension);
    }

    private static long Size(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);

    // Without weights every step by itself.
    private Interval Around(AffineMap first, IReadOnlyList<double[]>? weights)
    {
        IReadOnlyList<AffineMap> maps = first is AffineChain chain ? chain.Maps : [first];
        var (values, moves) = (weights is null ? spikes : Mean(weights), changes);
        int next = 0;
        while (next < maps.Count - 1 && maps[next] is FlattenMap flatten)
        {
            (values, moves) = (flatten.Apply(values), flatten.Apply(moves));
            next++;
        }

        var rest = next == 0 ? first : new AffineChain([.. maps.Skip(next)]);
        if (next < maps.Count - 1 && Size(rest.InputShape) * Size(rest.OutputShape) <= Block)
        {
            var (down, up) = Reach(rest, moves, weights, folded => InRows(folded.flatten(1), Product(rest), weights));
            return new(rest.Apply(values) - down, rest.Apply(values).Plus(up));
        }

        var reach = Reach(maps[next], moves, weights, folded => Reach(maps[next], folded, weights));
        var centre = maps[next].Apply(values);
        return maps.Skip(next + 1).Aggregate(new Interval(centre - reach.Down, centre.Plus(reach.Up)), (value, map) => map.Apply(value));
    }

    // The recordings' own means.
    private Tensor Mean(IReadOnlyList<double[]> weights)
    {
        double[] rows = [.. weights.SelectMany(mean => mean)];
        return tensor(rows, [weights.Count, spikes.shape[0]], spikes.dtype, spikes.device).matmul(spikes.flatten(1)).view([weights.Count, .. spikes.shape[1..]]);
    }

    // The matrix of several maps, [outputs, inputs].
    private Tensor Product(AffineMap maps)
    {
        long outputs = Size(maps.OutputShape);
        return maps.PullBack(eye(outputs, dtype: changes.dtype, device: changes.device).view([outputs, .. maps.OutputShape])).flatten(1);
    }

    // How far outputs move down and up, [T or means, B, output shape], by what finds that for some recordings, all steps of each behind each other.
    private static (Tensor Down, Tensor Up) Reach(
        AffineMap map, Tensor moves, IReadOnlyList<double[]>? weights, Func<Tensor, (Tensor Down, Tensor Up)> reach)
    {
        var (down, up) = reach(moves.transpose(0, 1).reshape([-1, .. map.InputShape]));
        Tensor Shaped(Tensor found) => found.reshape([moves.shape[1], weights?.Count ?? moves.shape[0], .. map.OutputShape]).transpose(0, 1);
        return (Shaped(down), Shaped(up));
    }

    private (Tensor Down, Tensor Up) Reach(AffineMap map, Tensor folded, IReadOnlyList<double[]>? weights)
    {
        return map switch
        {
            LinearMap linear => InRows(folded, linear.Weight, weights),
            Conv2dMap conv => InBlocks(folded, conv.Weight.numel() * conv.OutputShape[1] * conv.OutputShape[2], weights, part =>
                Extremes(conv.Patches(part).unsqueeze(2) * conv.Weight.view(1, conv.Groups, -1, conv.Terms, 1), 3, weights)),
            ConvTranspose2dMap conv => InBlocks(folded, conv.Weight.numel() * conv.OutputShape[1] * conv.OutputShape[2], weights, part =>
            {
                var (patches, weight) = conv.Patches(part);
                return Extremes(patches * weight.view(1, weight.size(0), -1, 1), 2, weights);
            }),
            Pool2dMap pool => InPool(folded, pool, HeldScalars.Full([1], count / (double)pool.Divisor, folded.dtype, folded.device), weights),
            AdaptiveAvgPool2dMap pool => InPool(folded, pool, pool.Counts(folded).reciprocal().Times(count), weights),
            FlattenMap flatten => InPool(folded, flatten, HeldScalars.Full([1], count, folded.dtype, folded.device), weights),
            // Each output has one input.
            ScaleMap scale => Extremes(scale.PullBack(folded).unsqueeze(-1), -1, weights),
            _ => throw new ArgumentException(
                $"Changed spikes have no interval through {map.GetType().Name}: start with Linear, Conv2d or a pool.", nameof(map)),
        };
    }

    // Which changes are the most harmful is looked for in plain numbers; their weights are added up so that gradients go through.
    private (Tensor Down, Tensor Up) InRows(Tensor folded, Tensor weight, IReadOnlyList<double[]>? weights)
    {
        var flat = weight.flatten();
        return InBlocks(folded, 2L * Math.Max(1, count) * weight.shape[0], weights, part =>
        {
            var (places, signs) = HarmfulRows.Find(part, weight, count);
            var gains = flat.index_select(0, places.flatten()).view(places.shape) * signs;
            return (Sum(gains[0].neg(), -1, weights), Sum(gains[1], -1, weights));
        });
    }

    private (Tensor Down, Tensor Up) Extremes(Tensor gains, int dimension, IReadOnlyList<double[]>? weights) =>
        (Sum(gains.neg().AtLeast(0), dimension, weights), Sum(gains.AtLeast(0), dimension, weights));

    // The sum of the k largest of every step's gains, [B * T, ...]; or of the k largest of all steps, as each mean weighs them, [B * means, ...]. The gains lie
    // along the last dimension, or the one before it.
    private Tensor Sum(Tensor gains, int dimension, IReadOnlyList<double[]>? weights)
    {
        if (weights is null)
        {
            return MostHarmful(gains, dimension);
        }

        int steps = (int)spikes.shape[0];
        var last = gains.transpose(dimension, -1);
        // No step gives more than k of them.
        var most = count >= last.shape[^1] ? last : last.topk(count, -1, largest: true, sorted: false).values;
        var bySample = most.unflatten(0, -1, steps);
        var means = weights.Select(mean => MostHarmful(
            cat([.. Enumerable.Range(0, steps).Where(step => mean[step] > 0).Select(step => bySample.select(1, step).Times(mean[step]))], -1), -1)).ToList();
        return stack(means, 1).flatten(0, 1);
    }

    // All entries of a window weigh the same; no more of them can move than it has, nor more than k, which move it by so much at most.
    private (Tensor Down, Tensor Up) InPool(Tensor folded, AffineMap pool, Tensor most, IReadOnlyList<double[]>? weights)
    {
        return (Moved(folded.neg().AtLeast(0)), Moved(folded.AtLeast(0)));

        Tensor Moved(Tensor movable)
        {
            var reach = pool.Apply(movable);
            if (weights is null)
            {
                return reach.minimum(most);
            }

            var bySample = reach.unflatten(0, -1, spikes.shape[0]);
            return stack(weights.Select(mean => Filled(bySample, mean)), 1).flatten(0, 1);
        }

        // Steps that weigh more come first, until there are k.
        Tensor Filled(Tensor reach, double[] mean)
        {
            var (sum, left) = (zeros_like(reach.select(1, 0)), zeros_like(reach.select(1, 0)).Plus(most));
            foreach (int step in Enumerable.Range(0, mean.Length).Where(step => mean[step] > 0).OrderByDescending(step => mean[step]))
            {
                var taken = reach.select(1, step).minimum(left);
                (sum, left) = (sum.Plus(taken.Times(mean[step])), left - taken);
            }

            return sum;
        }
    }

    // The changes times the weights are large: a few samples and steps at a time, and only where something can change. Of means all steps of a sample.
    private (Tensor Down, Tensor Up) InBlocks(Tensor folded, long size, IReadOnlyList<double[]>? weights, Func<Tensor, (Tensor Down, Tensor Up)> reach)
    {
        long steps = weights is null ? 1 : spikes.shape[0];
        var parts = folded.split(Math.Max(1, Block / (size * steps)) * steps, 0).Select(part =>
        {
            // As much as a block takes is let go before the next: its gains alone are as large as a block.
            using var scope = NewDisposeScope();
            WalkLimit.ThrowIfOver();
            var (down, up) = reach(part);
            return (Down: down.MoveToOuterDisposeScope(), Up: up.MoveToOuterDisposeScope());
        }).ToList();
        return (cat([.. parts.Select(part => part.Down)], 0), cat([.. parts.Select(part => part.Up)], 0));
    }
}
