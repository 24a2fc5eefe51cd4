using System.Collections;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>Bounds of every spiking layer's membranes as tensors, each [T, B, ...], and of all states beside them.</summary>
internal sealed class KnownMembranes : IReadOnlyList<Interval>, IStateBounds
{
    private readonly Interval[] membranes;
    private readonly IReadOnlyList<Interval>[] states;

    private KnownMembranes(Interval[] membranes, IReadOnlyList<Interval>[] states) => (this.membranes, this.states) = (membranes, states);

    /// <inheritdoc/>
    public int Count => membranes.Length;

    /// <inheritdoc/>
    public Interval this[int index] => membranes[index];

    /// <summary>Bounds of membranes, and of all states.</summary>
    /// <param name="membranes">By layer.</param>
    /// <param name="states">By layer, state by state.</param>
    public static KnownMembranes Of(IEnumerable<Interval> membranes, IEnumerable<IReadOnlyList<Interval>> states) => new([.. membranes], [.. states]);

    /// <summary>What other bounds are, each end changed in the same way; states that are the membranes themselves stay so.</summary>
    /// <param name="source">The bounds.</param>
    /// <param name="change">What becomes of an interval.</param>
    public static IReadOnlyList<Interval> Of(IReadOnlyList<Interval> source, Func<Interval, Interval> change)
    {
        Interval[] membranes = [.. source.Select(change)];
        return source is not IStateBounds known ? membranes : new KnownMembranes(membranes,
        [
            .. membranes.Select((membrane, layer) => (IReadOnlyList<Interval>)
            [
                .. known.States(layer).Select(state => ReferenceEquals(state.Lower, source[layer].Lower) ? membrane : change(state)),
            ]),
        ]);
    }

    /// <summary>The bounds of some samples.</summary>
    /// <param name="source">The bounds.</param>
    /// <param name="samples">Positions, int64 [B'].</param>
    public static IReadOnlyList<Interval> Select(IReadOnlyList<Interval> source, Tensor samples) => Of(source, bounds => bounds.Select(samples, 1));

    /// <inheritdoc/>
    public IReadOnlyList<Interval> States(int layer) => states[layer];

    /// <inheritdoc/>
    public IEnumerator<Interval> GetEnumerator() => ((IEnumerable<Interval>)membranes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => membranes.GetEnumerator();
}
