namespace SnnDsl.Bounds;

/// <summary>Bounds of membranes that know those of all states, for neurons that keep more than a membrane.</summary>
internal interface IStateBounds
{
    /// <summary>Bounds of what a layer's neurons keep, state by state, each [T, B, ...].</summary>
    /// <param name="layer">The spiking layer's index.</param>
    IReadOnlyList<Interval> States(int layer);
}
