using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// Recordings in which at most k entries change at one step, each by what is allowed for it: how far the k most harmful changes move the
/// first affine map's outputs.
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
    public Interval Currents(AffineMap first)
    {
        IReadOnlyList<AffineMap> maps = first is AffineChain chain ? chain.Maps : [first];
        var (values, moves) = (spikes, changes);
        int next = 0;
        while (next < maps.Count - 1 && maps[next] is FlattenMap flatten)
        {
            (values, moves) = (flatten.Apply(values), flatten.Apply(moves));
            next++;
        }

        var rest = next == 0 ? first : new AffineChain([.. maps.Skip(next)]);
        if (next < maps.Count - 1 && Size(rest.InputShape) * Size(rest.OutputShape) <= Block)
        {
            return Around(rest.Apply(values), Shaped(InRows(moves.reshape([-1, Size(rest.InputShape)]), Product(rest)), moves, rest));
        }

        var interval = Around(maps[next].Apply(values), Shaped(Reach(maps[next], moves), moves, maps[next]));
        return maps.Skip(next + 1).Aggregate(interval, (value, map) => map.Apply(value));
    }

    /// <summary>The sum of the k largest gains, all at least 0.</summary>
    /// <param name="gains">The gains.</param>
    /// <param name="dimension">Along which dimension.</param>
    public Tensor MostHarmful(Tensor gains, int dimension)
    {
        long size = gains.shape[dimension < 0 ? gains.dim() + dimension : dimension];
        return count >= size ? gains.sum((long)dimension) : gains.topk(count, dimension, largest: true, sorted: false).values.sum((long)dimension);
    }

    private static long Size(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);

    private static Interval Around(Tensor centre, (Tensor Down, Tensor Up) reach) => new(centre - reach.Down, centre.Plus(reach.Up));

    private static (Tensor Down, Tensor Up) Shaped((Tensor Down, Tensor Up) reach, Tensor changes, AffineMap map)
    {
        long[] shape = [.. changes.shape[..2], .. map.OutputShape];
        return (reach.Down.reshape(shape), reach.Up.reshape(shape));
    }

    // The matrix of several maps, [outputs, inputs].
    private Tensor Product(AffineMap maps)
    {
        long outputs = Size(maps.OutputShape);
        return maps.PullBack(eye(outputs, dtype: changes.dtype, device: changes.device).view([outputs, .. maps.OutputShape])).flatten(1);
    }

    // How far the k most harmful changes move each output down and up, [T * B, output shape].
    private (Tensor Down, Tensor Up) Reach(AffineMap map, Tensor moves)
    {
        var folded = moves.reshape([-1, .. map.InputShape]);
        return map switch
        {
            LinearMap linear => InRows(folded, linear.Weight),
            Conv2dMap conv => InBlocks(folded, conv.Weight.numel() * conv.OutputShape[1] * conv.OutputShape[2], part =>
                Extremes(conv.Patches(part).unsqueeze(2) * conv.Weight.view(1, conv.Groups, -1, conv.Terms, 1), 3)),
            ConvTranspose2dMap conv => InBlocks(folded, conv.Weight.numel() * conv.OutputShape[1] * conv.OutputShape[2], part =>
            {
                var (patches, weight) = conv.Patches(part);
                return Extremes(patches * weight.view(1, weight.size(0), -1, 1), 2);
            }),
            Pool2dMap pool => InPool(folded, pool, HeldScalars.Full([1], count / (double)pool.Divisor, folded.dtype, folded.device)),
            AdaptiveAvgPool2dMap pool => InPool(folded, pool, pool.Counts(folded).reciprocal().Times(count)),
            FlattenMap => InPlace(folded),
            // Each output has one input.
            ScaleMap scale => Extremes(scale.PullBack(folded).unsqueeze(-1), -1),
            _ => throw new ArgumentException(
                $"Changed spikes have no interval through {map.GetType().Name}: start with Linear, Conv2d or a pool.", nameof(map)),
        };
    }

    private (Tensor Down, Tensor Up) InPlace(Tensor moves) => (moves.neg().AtLeast(0).AtMost(count), moves.AtLeast(0).AtMost(count));

    // Which changes are the most harmful is looked for in plain numbers; their weights are added up so that gradients go through.
    private (Tensor Down, Tensor Up) InRows(Tensor moves, Tensor weight)
    {
        var flat = weight.flatten();
        return InBlocks(moves, 2L * Math.Max(1, count) * weight.shape[0], part =>
        {
            var (places, signs) = HarmfulRows.Find(part, weight, count);
            var sums = (flat.index_select(0, places.flatten()).view(places.shape) * signs).sum(-1L);
            return (sums[0].neg(), sums[1]);
        });
    }

    private (Tensor Down, Tensor Up) Extremes(Tensor gains, int dimension) =>
        (MostHarmful(gains.neg().AtLeast(0), dimension), MostHarmful(gains.AtLeast(0), dimension));

    // All entries of a window weigh the same; no more of them can move than it has, nor more than k, which move it by so much at most.
    private static (Tensor Down, Tensor Up) InPool(Tensor moves, AffineMap pool, Tensor most) =>
        (pool.Apply(moves.neg().AtLeast(0)).minimum(most), pool.Apply(moves.AtLeast(0)).minimum(most));

    // The changes times the weights are large: a few samples and steps at a time, and only where something can change.
    private static (Tensor Down, Tensor Up) InBlocks(Tensor folded, long size, Func<Tensor, (Tensor Down, Tensor Up)> reach)
    {
        var parts = folded.split(Math.Max(1, Block / size), 0).Select(part =>
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
