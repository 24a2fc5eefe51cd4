using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Bounds of everything in a network over a set of inputs.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Stages">The spiking layers, in order.</param>
/// <param name="Tail">By step, bounds of the outputs of the maps after the last spiking layer.</param>
/// <param name="Float32">Whether they are bounds of what float32 arithmetic computes, rather than of the exact values.</param>
/// <param name="Assumptions">Of which neurons they hold only under assumptions; null for none.</param>
internal sealed record NetworkBounds<T>(IReadOnlyList<StageBounds<T>> Stages, IReadOnlyList<IReadOnlyList<Box<T>>> Tail, bool Float32, Assumptions? Assumptions)
    where T : struct, IReal<T>
{
    /// <summary>Of a graph, by node and step, bounds of every map's output, the last of which are the node's values; empty for a chain.</summary>
    public IReadOnlyList<IReadOnlyList<Box<T>>[]> Nodes { get; init; } = [];

    /// <summary>Bounds of what the readout reads at a step.</summary>
    public Box<T> Outputs(int t) => Nodes.Count > 0 ? Nodes[^1][t][^1] : Tail[t].Count > 0 ? Tail[t][^1] : Stages[^1].Spikes(t);
}
