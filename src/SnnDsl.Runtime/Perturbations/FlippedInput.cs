using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Event recordings of which at most k entries, anywhere in time and space, are flipped (l0).</summary>
public sealed class FlippedInput : IPerturbedInput
{
    // Elements of a block of per-weight changes: 32 MiB of float32.
    private const long Block = 8 << 20;

    private readonly Tensor spikes;
    private readonly int flips;
    private readonly FlipMode mode;

    /// <summary>Creates the set.</summary>
    /// <param name="spikes">The recordings, zeros and ones, [T, B, ...].</param>
    /// <param name="flips">k, at least 0.</param>
    /// <param name="mode">Which entries may be flipped.</param>
    public FlippedInput(Tensor spikes, int flips, FlipMode mode)
    {
        this.spikes = spikes;
        this.flips = flips;
        this.mode = mode;
    }

    // What a flip adds to an entry: +1 for a 0, -1 for a 1, 0 where flips are not allowed.
    private Tensor Changes => mode switch
    {
        FlipMode.Insert => spikes.Times(-1).Plus(1),
        FlipMode.Delete => -spikes,
        _ => spikes.Times(-2).Plus(1),
    };

    /// <summary>
    /// At each step and for each neuron the k most harmful flips: the sum of the k largest of w_i d_i, d_i being what a flip of entry i
    /// adds. All k may fall on one step, so every step is given all of them.
    /// </summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <returns>[T, B, ...].</returns>
    public Interval Currents(AffineMap first)
    {
        IReadOnlyList<AffineMap> maps = first is AffineChain chain ? chain.Maps : [first];
        var (values, changes) = (spikes, Changes);
        int next = 0;
        while (next < maps.Count - 1 && maps[next] is FlattenMap flatten)
        {
            (values, changes) = (flatten.Apply(values), flatten.Apply(changes));
            next++;
        }

        var centre = maps[next].Apply(values);
        var (down, up) = Reach(maps[next], changes);
        var interval = new Interval(centre - down, centre + up);
        return maps.Skip(next + 1).Aggregate(interval, (value, map) => map.Apply(value));
    }

    /// <inheritdoc/>
    public Tensor Concretise(Tensor coefficients)
    {
        long steps = coefficients.size(0);
        int inner = (int)spikes.dim() - 2;
        var unperturbed = BoxInput.Dot(coefficients, spikes.narrow(0, 0, steps), inner).sum(0L);
        var gains = (coefficients * Changes.narrow(0, 0, steps).unsqueeze(2)).neg().AtLeast(0);
        var (samples, rows) = (gains.size(1), gains.size(2));
        return unperturbed - MostHarmful(gains.permute([1, 2, 0, .. Enumerable.Range(3, inner)]).reshape(samples, rows, -1), -1);
    }

    /// <inheritdoc/>
    public IPerturbedInput Select(Tensor samples) => new FlippedInput(spikes.index_select(1, samples), flips, mode);

    // How far the k most harmful flips move each output down and up, [T, B, output shape].
    private (Tensor Down, Tensor Up) Reach(AffineMap map, Tensor changes)
    {
        long[] leading = changes.shape[..2];
        var folded = changes.reshape([-1, .. map.InputShape]);
        var (down, up) = map switch
        {
            LinearMap linear => InRows(folded, linear.Weight),
            Conv2dMap conv => InBlocks(folded, conv.Weight.numel() * conv.OutputShape[1] * conv.OutputShape[2], part =>
                Extremes(Patches(part, conv).unsqueeze(1) * conv.Weight.flatten(1).unsqueeze(0).unsqueeze(-1), 2)),
            AvgPool2dMap pool => InPool(folded, pool),
            FlattenMap => (folded.neg().AtLeast(0), folded.AtLeast(0)),
            _ => throw new ArgumentException($"Flips have no interval through {map.GetType().Name}: start with Linear, Conv2d or AvgPool2d.", nameof(map)),
        };
        long[] shape = [.. leading, .. map.OutputShape];
        return (down.reshape(shape), up.reshape(shape));
    }

    // A row's weights in descending order of size: the k most harmful flips are the first k whose entry can move the right way, and
    // they stand near the front. Only so many weights are looked at as that takes.
    private (Tensor Down, Tensor Up) InRows(Tensor changes, Tensor weight)
    {
        var (outputs, inputs) = (weight.size(0), weight.size(1));
        Tensor order;
        using (no_grad())
        {
            order = weight.abs().argsort(1, descending: true);
        }

        for (long looked = Math.Min(inputs, 6L * flips + 32); ; looked = Math.Min(inputs, 4 * looked))
        {
            var front = order.narrow(1, 0, looked);
            if (looked == inputs || AllFound(changes, weight.detach().gather(1, front), front))
            {
                var weights = weight.gather(1, front);
                return InBlocks(changes, outputs * looked, part =>
                {
                    var gains = At(part, front) * weights;
                    return (FirstOf(gains.neg().AtLeast(0)), FirstOf(gains.AtLeast(0)));
                });
            }
        }
    }

    // Whether k entries that can move an output up, and k that can move it down, stand in front for every sample, step and output.
    private bool AllFound(Tensor changes, Tensor weights, Tensor front)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return changes.split(Math.Max(1, Block / front.numel()), 0).All(part =>
        {
            using var inner = NewDisposeScope();
            var gains = At(part, front) * weights;
            return ((gains > 0).sum(-1L) >= flips).all().item<bool>() && ((gains < 0).sum(-1L) >= flips).all().item<bool>();
        });
    }

    // The changes of the entries that each output's row looks at, [N, outputs, looked].
    private static Tensor At(Tensor changes, Tensor front) =>
        changes.index_select(1, front.flatten()).view(-1, front.size(0), front.size(1));

    // The sum of the first k gains above 0, which are the largest: the rows are in order.
    private Tensor FirstOf(Tensor gains)
    {
        Tensor taken;
        using (no_grad())
        {
            taken = ((gains > 0).to(ScalarType.Int32).cumsum(-1) <= flips).to(gains.dtype);
        }

        return (gains * taken).sum(-1L);
    }

    private (Tensor Down, Tensor Up) Extremes(Tensor gains, int dimension) =>
        (MostHarmful(gains.neg().AtLeast(0), dimension), MostHarmful(gains.AtLeast(0), dimension));

    // The sum of the k largest gains, all at least 0.
    private Tensor MostHarmful(Tensor gains, int dimension)
    {
        long size = gains.shape[dimension < 0 ? gains.dim() + dimension : dimension];
        return flips >= size ? gains.sum((long)dimension) : gains.topk(flips, dimension, largest: true, sorted: false).values.sum((long)dimension);
    }

    private (Tensor Down, Tensor Up) InPool(Tensor changes, AvgPool2dMap pool)
    {
        // An entry weighs 1 / kernel^2; no more entries of a window can move than it has, nor more than k.
        double area = pool.Kernel * pool.Kernel;
        double most = flips / area;
        return (pool.Apply(changes.neg().AtLeast(0)).AtMost(most), pool.Apply(changes.AtLeast(0)).AtMost(most));
    }

    private static Tensor Patches(Tensor x, Conv2dMap conv) => nn.functional.unfold(
        x, (conv.Weight.size(2), conv.Weight.size(3)), padding: (conv.Padding, conv.Padding), stride: (conv.Stride, conv.Stride));

    // The changes times the weights are large: a few samples and steps at a time, and only where something can change.
    private static (Tensor Down, Tensor Up) InBlocks(Tensor folded, long size, Func<Tensor, (Tensor Down, Tensor Up)> reach)
    {
        var parts = folded.split(Math.Max(1, Block / size), 0).Select(reach).ToList();
        return (cat([.. parts.Select(part => part.Down)], 0), cat([.. parts.Select(part => part.Up)], 0));
    }
}
