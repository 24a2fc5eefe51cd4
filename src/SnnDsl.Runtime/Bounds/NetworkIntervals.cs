namespace SnnDsl.Bounds;

/// <summary>Interval bounds of a whole network (S-IBP).</summary>
/// <param name="Membranes">Bounds of every spiking layer's membranes, in order, each [T, B, ...].</param>
/// <param name="Spikes">Bounds of the last spiking layer's spikes, [T, B, ...].</param>
public sealed record NetworkIntervals(IReadOnlyList<Interval> Membranes, Interval Spikes);
