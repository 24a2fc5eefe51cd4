using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>Interval bounds of a whole network (S-IBP); those of emitted code are computed when they are asked for.</summary>
public sealed class NetworkIntervals
{
    private readonly Lazy<Interval> spikes;
    private readonly Lazy<Interval> counts;

    /// <summary>Bounds of every spiking layer, in order.</summary>
    /// <param name="layers">The layers.</param>
    public NetworkIntervals(params NeuronIntervals[] layers)
    {
        Membranes = new MembraneBounds(layers);
        spikes = new(() => layers[^1].Spikes);
        counts = new(() => layers[^1].Counts);
    }

    /// <summary>Rounding-safe bounds, computed when they are asked for.</summary>
    internal NetworkIntervals(RoundedMembranes membranes)
    {
        Membranes = membranes;
        spikes = new(() => RoundedNeuron.Spikes(membranes[^1], membranes.Layers[^1].Kernel.Parameters));
        counts = new(membranes.Counts);
    }

    /// <summary>Bounds that are known.</summary>
    internal NetworkIntervals(IReadOnlyList<Interval> membranes, Interval spikes, Interval counts)
    {
        Membranes = membranes;
        this.spikes = new(spikes);
        this.counts = new(counts);
    }

    /// <summary>Bounds of every spiking layer's membranes, in order, each [T, B, ...].</summary>
    public IReadOnlyList<Interval> Membranes { get; }

    /// <summary>Bounds of the last spiking layer's spikes, [T, B, ...].</summary>
    public Interval Spikes => spikes.Value;

    /// <summary>Bounds of how often the last spiking layer's neurons fire within all steps, [B, ...].</summary>
    public Interval Counts => counts.Value;

    /// <summary>The same bounds, none left to be computed in a scope that ends sooner than they are needed.</summary>
    internal NetworkIntervals Computed() => new(Kept ?? KnownMembranes.Of(Membranes, bounds => bounds), Spikes, Counts);

    /// <summary>The samples of which a membrane has bounds that are no finite numbers, in ascending order.</summary>
    internal IEnumerable<int> NotFinite()
    {
        if (Kept is { } kept)
        {
            return kept.NotFinite();
        }

        using var scope = NewDisposeScope();
        var finite = Membranes.Select(layer => (layer.Upper - layer.Lower).isfinite().transpose(0, 1).flatten(1).all(1))
            .Aggregate((all, layer) => all.logical_and(layer));
        return [.. finite.logical_not().nonzero().flatten().Longs().Select(sample => (int)sample)];
    }

    /// <summary>The bounds of some samples, in a given order; a sample may come up more than once.</summary>
    /// <param name="samples">Positions in the batch, int64 [B'].</param>
    public NetworkIntervals Select(Tensor samples) => new(
        Kept?.Select(samples) ?? KnownMembranes.Select(Membranes, samples), Spikes.Select(samples, 1), Counts.Select(samples, 0));

    // Bounds that are made anew whenever they are read.
    private RoundedMembranes? Kept => Membranes as RoundedMembranes;
}
