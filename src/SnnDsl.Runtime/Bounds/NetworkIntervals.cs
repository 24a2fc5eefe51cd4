using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>Interval bounds of a whole network (S-IBP).</summary>
/// <param name="Membranes">Bounds of every spiking layer's membranes, in order, each [T, B, ...].</param>
/// <param name="Spikes">Bounds of the last spiking layer's spikes, [T, B, ...].</param>
public sealed record NetworkIntervals(IReadOnlyList<Interval> Membranes, Interval Spikes)
{
    /// <summary>The bounds of some samples, in a given order; a sample may come up more than once.</summary>
    /// <param name="samples">Positions in the batch, int64 [B'].</param>
    public NetworkIntervals Select(Tensor samples) =>
        new([.. Membranes.Select(layer => layer.Select(samples, 1))], Spikes.Select(samples, 1));
}
