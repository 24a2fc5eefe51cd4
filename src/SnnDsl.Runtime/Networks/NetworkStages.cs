using SnnDsl.Affine;
using SnnDsl.Kernels;

namespace SnnDsl.Networks;

/// <summary>
/// A network as data, for what walks through any network. Most are chains: spiking layers in order, each with the affine map before it; then what
/// makes logits of the last spikes. Others are graphs: <see cref="Nodes"/> in topological order, the last of which is read out.
/// </summary>
/// <param name="Spiking">The spiking layers of a chain.</param>
/// <param name="Tail">The map after the last spiking layer of a chain; null where its spikes themselves are read out.</param>
/// <param name="MembraneDecay">
/// The decay of a readout by the last membrane, logits = sum_t decay^(T-1-t) x[t]; null for the mean over time.
/// </param>
public sealed record NetworkStages(IReadOnlyList<NetworkStage> Spiking, AffineMap? Tail, float? MembraneDecay)
{
    private readonly IReadOnlyList<NetworkNode>? graph;

    /// <summary>A network that is a graph.</summary>
    /// <param name="nodes">Its nodes, each behind those that it reads; the last is read out.</param>
    /// <param name="membraneDecay">The decay of a readout by the last membrane; null for the mean over time.</param>
    public NetworkStages(IReadOnlyList<NetworkNode> nodes, float? membraneDecay)
        : this([], null, membraneDecay) => graph = nodes;

    /// <summary>The spiking layers of a chain.</summary>
    /// <exception cref="NotSupportedException">The network is a graph.</exception>
    public IReadOnlyList<NetworkStage> Spiking
    {
        get => graph is null ? field : throw new NotSupportedException("The network is a graph and has no stages in a row: walk its nodes.");
        init;
    } = Spiking;

    /// <summary>Whether every layer reads the one before it alone.</summary>
    public bool IsChain => graph is null;

    /// <summary>The network as nodes, each behind those that it reads; the last is read out.</summary>
    public IReadOnlyList<NetworkNode> Nodes => graph ?? OfChain();

    /// <summary>The spiking layers in order.</summary>
    public IReadOnlyList<SpikingLayer> Neurons =>
        graph is null ? [.. Spiking.Select(stage => stage.Neurons)] : [.. graph.Select(node => node.Neurons).OfType<SpikingLayer>()];

    /// <summary>All affine maps, in order.</summary>
    public IEnumerable<AffineMap> Maps =>
        graph?.Select(node => node.Map).OfType<AffineMap>() ?? Spiking.Select(stage => stage.Map).Append(Tail).OfType<AffineMap>();

    /// <summary>What step t of x weighs in the logits, for t in 0..T-1.</summary>
    /// <param name="steps">T.</param>
    public double[] ReadoutWeights(int steps) => [.. Enumerable.Range(0, steps).Select(t =>
        MembraneDecay is { } decay ? Math.Pow(decay, steps - 1 - t) : 1.0 / steps)];

    /// <summary>The same network with other maps.</summary>
    /// <param name="change">What becomes of a map.</param>
    internal NetworkStages With(Func<AffineMap, AffineMap> change) => graph is not null
        ? new([.. graph.Select(node => node.Map is { } map ? node.With(change(map), node.Sources[0]) : node)], MembraneDecay)
        : this with
        {
            Spiking = [.. Spiking.Select(stage => stage with { Map = change(stage.Map) })],
            Tail = Tail is { } tail ? change(tail) : null,
        };

    private List<NetworkNode> OfChain()
    {
        List<NetworkNode> nodes = [];
        foreach (var (map, neurons) in Spiking)
        {
            nodes.Add(NetworkNode.Affine(map, nodes.Count - 1));
            nodes.Add(NetworkNode.Fire(neurons, nodes.Count - 1));
        }

        if (Tail is { } tail)
        {
            nodes.Add(NetworkNode.Affine(tail, nodes.Count - 1));
        }

        return nodes;
    }
}
