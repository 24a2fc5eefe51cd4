using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>All that emission needs: the declaration with every shape, and when each layer is computed.</summary>
/// <remarks>Equality: spec and planned layers; the rest follows from them.</remarks>
/// <param name="Spec">The declaration.</param>
/// <param name="Layers">What its layers lower to, in order.</param>
internal sealed record NetworkPlan(NetworkSpec Spec, EquatableArray<PlannedLayer> Layers)
{
    /// <summary>Plans a network whose shapes are known.</summary>
    public static NetworkPlan Create(ShapedNetwork network, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int stage = 0;
        bool spikes = false, thinned = false;
        List<PlannedLayer> layers = [];
        Dictionary<NeuronModel, string> kernels = [];
        foreach (var (layer, input, output) in network.Layers)
        {
            bool spiking = layer.Kind.Role == LayerRole.Spiking;
            bool constant = network.Spec.Encoding == InputEncoding.Direct && stage == 0;
            string kernel = "";
            if (layer.Neuron is { } neuron && !kernels.TryGetValue(neuron, out kernel!))
            {
                kernels[neuron] = kernel = EmittedMembers.KernelName(layer.Name);
            }

            var normalised = layer.Kind.Role == LayerRole.Normalising ? layers[layers.Count - 1] : null;
            layers.Add(new PlannedLayer(
                layer, normalised?.Input ?? input, output, constant, stage, kernel, normalised?.GetsSpikes ?? spikes,
                normalised?.IsThinned ?? thinned, normalised));
            thinned = layer.Kind.Role == LayerRole.Dropping || (thinned && layer.Kind.Role == LayerRole.Reshape);
            spikes = spiking || (spikes && layer.Kind.Role is LayerRole.Reshape or LayerRole.Dropping);
            stage += spiking ? 1 : 0;
        }

        return new NetworkPlan(network.Spec, layers.ToEquatableArray());
    }

    /// <summary>The layers that values pass through: not those that a normalisation takes in.</summary>
    public IEnumerable<PlannedLayer> Applied => Layers.Except(Layers.Select(layer => layer.Normalised).OfType<PlannedLayer>());

    /// <summary>The layers that bounds go through: those that are there where the network does not train.</summary>
    public IEnumerable<PlannedLayer> Bounded => Applied.Where(layer => layer.Layer.Describe() is not null);

    /// <summary>The number of logits.</summary>
    public int Classes => (int)Layers[Layers.Count - 1].Output.Elements;

    /// <summary>How many trained numbers the network has.</summary>
    public long Parameters => Layers.Aggregate(0L, (sum, layer) => Saturating.Add(sum, layer.Parameters));

    /// <summary>How many layers fire.</summary>
    public int SpikingLayers => Layers.Count(layer => layer.Layer.Kind.Role == LayerRole.Spiking);

    /// <summary>Whether the last layer fires, so that logits are firing rates.</summary>
    public bool ReadsSpikes => Bounded.Last().IsSpiking;

    /// <summary>
    /// The architecture as one line: encoding, T, input, every layer with all its constants, readout. Its hash names the architecture in a
    /// certificate, so its form must never change for a network that stays the same. The class's name is not part of it.
    /// </summary>
    public string Architecture
    {
        get
        {
            var layers = Layers.Where(layer => layer.Layer.Describe() is not null).Select(layer => $"{layer.Name}={layer.Layer.Describe()}->{layer.Output}");
            string head = $"encoding={Spec.Encoding};steps={Numbers.Plain(Spec.TimeSteps)};input={Spec.Input}";
            return $"{head};{string.Join(";", layers)};readout={Spec.Readout.Describe()}";
        }
    }
}
