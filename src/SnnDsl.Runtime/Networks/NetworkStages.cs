using SnnDsl.Affine;
using SnnDsl.Bounds;
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
/// <param name="MeanMembrane">Whether that readout is by the mean of the membrane over time instead.</param>
/// <param name="SynapticDecay">The decay of the synaptic current that this membrane integrates; 0 where it integrates x itself.</param>
public sealed record NetworkStages(IReadOnlyList<NetworkStage> Spiking, AffineMap? Tail, float? MembraneDecay, bool MeanMembrane = false, float SynapticDecay = 0)
{
    private readonly IReadOnlyList<NetworkNode>? graph;

    /// <summary>A network that is a graph.</summary>
    /// <param name="nodes">Its nodes, each behind those that it reads; the last is read out.</param>
    /// <param name="membraneDecay">The decay of a readout by the last membrane; null for the mean over time.</param>
    /// <param name="meanMembrane">Whether that readout is by the mean of the membrane over time instead.</param>
    /// <param name="synapticDecay">The decay of the synaptic current that this membrane integrates; 0 where it integrates x itself.</param>
    public NetworkStages(IReadOnlyList<NetworkNode> nodes, float? membraneDecay, bool meanMembrane = false, float synapticDecay = 0)
        : this([], null, membraneDecay, meanMembrane, synapticDecay) => graph = nodes;

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

    /// <summary>All affine maps, in order, those of spikes that come back to their layer included.</summary>
    public IEnumerable<AffineMap> Maps => Nodes.Select(node => node.Map ?? node.Neurons?.Recurrence).OfType<AffineMap>();

    /// <summary>What step t of x weighs in the logits, for t in 0..T-1.</summary>
    /// <param name="steps">T.</param>
    public double[] ReadoutWeights(int steps) => MembraneDecay is { } decay
        ? LinearForm.MembraneWeights(decay, SynapticDecay, MeanMembrane, steps)
        : [.. Enumerable.Repeat(1.0 / steps, steps)];

    /// <summary>At most how many float32 operations a value that is read out meets.</summary>
    /// <param name="steps">T.</param>
    internal int ReadoutRoundings(int steps) => ((2 + (MeanMembrane ? 1 : 0) + (SynapticDecay == 0 ? 0 : 2)) * steps) + 2;

    /// <summary>The same network with other maps and neurons.</summary>
    /// <param name="change">What becomes of a map.</param>
    /// <param name="take">What becomes of neurons.</param>
    internal NetworkStages With(Func<AffineMap, AffineMap> change, Func<SpikingLayer, SpikingLayer> take) => graph is not null
        ? new([.. graph.Select(node => node.Map is { } map ? NetworkNode.Affine(change(map), node.Sources[0])
            : node.Neurons is { } neurons ? NetworkNode.Fire(take(neurons).With(change), node.Sources[0]) : node)], MembraneDecay, MeanMembrane, SynapticDecay)
        : this with
        {
            Spiking = [.. Spiking.Select(stage => new NetworkStage(change(stage.Map), take(stage.Neurons).With(change)))],
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
