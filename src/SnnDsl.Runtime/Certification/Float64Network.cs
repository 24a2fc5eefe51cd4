using SnnDsl.Bounds;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// A network whose bounds are computed in float64 on its weights as they were when the view was taken; its forward pass is the network's
/// own, in its own precision. Whatever takes a network and asks it for bounds can be given the view instead.
/// </summary>
internal class Float64Network : SpikingModule
{
    private readonly SpikingModule network;
    private readonly List<Tensor> weights = [];

    /// <param name="network">The network.</param>
    public Float64Network(SpikingModule network)
        : base(network.Description)
    {
        this.network = network;
        (Steps, EncodingSeed) = (network.Steps, network.EncodingSeed);
        using var guard = no_grad();
        var stages = network.Stages;
        Stages = stages with
        {
            Spiking = [.. stages.Spiking.Select(stage => stage with { Map = stage.Map.With(Kept) })],
            Tail = stages.Tail?.With(Kept),
        };

        // In its own scope: what is kept must outlive those of whoever asks for bounds.
        Tensor Kept(Tensor weight)
        {
            var copy = weight.detach().to(ScalarType.Float64, copy: true).DetachFromDisposeScope();
            weights.Add(copy);
            return copy;
        }
    }

    /// <inheritdoc/>
    public override NetworkStages Stages { get; }

    /// <summary>Whether the first layer's currents are the same at all steps.</summary>
    protected bool IsConstant(int layer) => layer == 0 && Description.Encoding == Encoding.Direct;

    /// <inheritdoc/>
    protected override Tensor Simulate(Tensor input) =>
        network.Run(input.to(network.parameters().FirstOrDefault()?.dtype ?? ScalarType.Float32));

    /// <inheritdoc/>
    protected override NetworkIntervals PropagateIntervals(IPerturbedInput input)
    {
        List<NeuronIntervals> layers = [];
        foreach (var (map, neurons) in Stages.Spiking)
        {
            int layer = layers.Count;
            var current = layer == 0 ? input.Currents(map) : map.Apply(layers[^1].Spikes);
            layers.Add(IsConstant(layer) ? neurons.IntervalsConstant(current, Steps) : neurons.Intervals(current));
        }

        return new([.. layers]);
    }

    /// <inheritdoc/>
    protected override LinearForm ReadOut(LinearQuery query)
    {
        var form = Stages.MembraneDecay is { } decay ? LinearForm.OnLastMembrane(query, decay) : LinearForm.OnMean(query);
        return Stages.Tail is { } tail ? form.PullBack(tail) : form;
    }

    /// <inheritdoc/>
    protected override LinearBound PropagateBack(IPerturbedInput input, LinearQuery query)
    {
        var stages = Stages.Spiking;
        var form = query.Layer == stages.Count ? ReadOut(query) : LinearForm.OnMembrane(query);
        for (int layer = Math.Min(query.Layer, stages.Count - 1); layer >= 0; layer--)
        {
            form = Relax(form, input, query, layer).PullBack(stages[layer].Map);
        }

        return form.Concretise(input);
    }

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
