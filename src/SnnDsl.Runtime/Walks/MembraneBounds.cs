using System.Collections;

namespace SnnDsl.Bounds;

/// <summary>Bounds of every spiking layer's membranes, each [T, B, ...], computed when they are read.</summary>
/// <remarks>Linear bounds on the fused kernels do not read them: they start from the currents, and a sample's membranes never leave the
/// caches.</remarks>
public sealed class MembraneBounds : IReadOnlyList<Interval>, IStateBounds
{
    internal MembraneBounds(NeuronIntervals[] layers) => Layers = layers;

    /// <inheritdoc/>
    public int Count => Layers.Length;

    /// <summary>The layers that they belong to.</summary>
    internal NeuronIntervals[] Layers { get; }

    /// <summary>Bounds of a layer's membranes, [T, B, ...].</summary>
    /// <param name="index">The spiking layer's index.</param>
    public Interval this[int index] => Layers[index].Membranes;

    /// <inheritdoc/>
    public IEnumerator<Interval> GetEnumerator() => Layers.Select(layer => layer.Membranes).GetEnumerator();

    IReadOnlyList<Interval> IStateBounds.States(int layer) => Layers[layer].Computed.States;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
