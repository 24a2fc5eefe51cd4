using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// A network whose bounds are computed in float64 on its weights as they were when the view was taken; its forward pass is the network's
/// own, in its own precision. Whatever takes a network and asks it for bounds can be given the view instead. Weights are copied when the view is
/// taken, and converted when they are first read: native bounds never do.
/// </summary>
internal class Float64Network : SpikingModule
{
    private readonly SpikingModule network;
    private readonly List<Tensor> weights = [];
    private readonly Lazy<NetworkStages> stages;
    private readonly Lazy<GraphWalk?> graph;

    /// <param name="network">The network.</param>
    public Float64Network(SpikingModule network)
        : base(network.Description)
    {
        this.network = network;
        (Steps, EncodingSeed) = (network.Steps, network.EncodingSeed);
        Taken = network.Stages.With(
            map => Changed(map, weight => weight.detach().contiguous().clone()), neurons => neurons.Taken(decay => Copied(decay, value => value.detach().clone())));
        stages = new(() => Taken.With(map => Changed(map, weight => weight.to(ScalarType.Float64, copy: true)), neurons => neurons));
        graph = new(() => Taken.IsChain ? null : new(Stages, Steps, Description.Encoding == Encoding.Direct));
    }

    /// <inheritdoc/>
    public override NetworkStages Stages => stages.Value;

    /// <summary>The stages with the weights as they were when the view was taken, in the network's own precision.</summary>
    protected internal NetworkStages Taken { get; }

    /// <summary>The walks through a network that is a graph; null for a chain.</summary>
    protected GraphWalk? Graph => graph.Value;

    /// <summary>Whether the first layer's currents are the same at all steps.</summary>
    protected bool IsConstant(int layer) => layer == 0 && Description.Encoding == Encoding.Direct;

    /// <summary>A map with other weights, which live as long as the view.</summary>
    /// <param name="map">The map.</param>
    /// <param name="change">Makes a new tensor of each weight.</param>
    protected AffineMap Changed(AffineMap map, Func<Tensor, Tensor> change) => map.With(weight => Copied(weight, change));

    private Tensor Copied(Tensor weight, Func<Tensor, Tensor> change)
    {
        using var guard = no_grad();
        // Out of the scope of whoever asks for bounds.
        var copy = change(weight).DetachFromDisposeScope();
        weights.Add(copy);
        return copy;
    }

    /// <inheritdoc/>
    protected override Tensor Simulate(Tensor input) =>
        network.Run(input.to(network.parameters().FirstOrDefault()?.dtype ?? ScalarType.Float32));

    /// <inheritdoc/>
    protected override NetworkIntervals PropagateIntervals(IPerturbedInput input)
    {
        if (Graph is not null)
        {
            return Graph.Bound(input);
        }

        List<NeuronIntervals> layers = [];
        foreach (var (map, neurons) in Stages.Spiking)
        {
            int layer = layers.Count;
            layers.Add(IsConstant(layer) ? neurons.IntervalsConstant(input.Currents(map), Steps)
                : layer == 0 ? neurons.Intervals(input, map) : neurons.Intervals(map.Apply(layers[^1].Spikes)));
        }

        return new([.. layers]);
    }

    /// <inheritdoc/>
    protected override LinearForm ReadOut(LinearQuery query)
    {
        var form = Stages.MembraneDecay is null ? LinearForm.OnMean(query) : LinearForm.OnOutputs(query, Stages.ReadoutWeights(query.Steps));
        return Stages.Tail is { } tail ? form.PullBack(tail) : form;
    }

    /// <inheritdoc/>
    protected override LinearBound PropagateBack(IPerturbedInput input, LinearQuery query)
    {
        if (Graph is not null)
        {
            return Graph.Relax(input, query, Rules(input, query));
        }

        var stages = Stages.Spiking;
        var form = query.Layer == stages.Count ? ReadOut(query) : LinearForm.OnMembrane(query);
        for (int layer = Math.Min(query.Layer, stages.Count - 1); layer >= 0; layer--)
        {
            form = Relax(form, input, query, layer).PullBack(stages[layer].Map);
        }

        return form.Concretise(input);
    }

    /// <inheritdoc/>
    private protected override Tensor BoundOutputs(IPerturbedInput input, LinearQuery query, NetworkIntervals intervals) => Graph is null
        ? base.BoundOutputs(input, query, intervals)
        : Graph.BoundOutputs(input, query, Rules(input, query));

    /// <summary>The arithmetic of walks back through a graph.</summary>
    private protected virtual GraphRules Rules(IPerturbedInput input, LinearQuery query) => new();

    /// <summary>Replaces a form on a layer's spikes by a smaller one on its currents.</summary>
    protected virtual LinearForm Relax(LinearForm form, IPerturbedInput input, LinearQuery query, int layer)
    {
        var neurons = Stages.Spiking[layer].Neurons;
        return IsConstant(layer) ? neurons.RelaxConstant(form, query, layer) : neurons.Relax(form, query, layer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            weights.ForEach(weight => weight.Dispose());
        }

        base.Dispose(disposing);
    }
}
