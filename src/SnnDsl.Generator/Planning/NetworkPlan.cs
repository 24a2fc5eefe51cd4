using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>All that emission needs: the declaration with every shape, and when each layer is computed.</summary>
/// <remarks>Equality: spec and planned layers; the rest follows from them.</remarks>
/// <param name="Spec">The declaration.</param>
/// <param name="Layers">Its layers in order.</param>
internal sealed record NetworkPlan(NetworkSpec Spec, EquatableArray<PlannedLayer> Layers)
{
    /// <summary>Plans a network whose shapes are known.</summary>
    public static NetworkPlan Create(ShapedNetwork network, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var input = network.Spec.Input;
        int stage = 0;
        bool spikes = false;
        List<PlannedLayer> layers = [];
        Dictionary<NeuronModel, string> kernels = [];
        foreach (var (layer, output) in network.Spec.Layers.Zip(network.Outputs, (layer, output) => (layer, output)))
        {
            bool spiking = layer.Kind.Role == LayerRole.Spiking;
            bool constant = network.Spec.Encoding == InputEncoding.Direct && stage == 0;
            string kernel = "";
            if (layer.Neuron is { } neuron && !kernels.TryGetValue(neuron, out kernel!))
            {
                kernels[neuron] = kernel = EmittedMembers.KernelName(layer.Name);
            }

            layers.Add(new PlannedLayer(layer, input, output, constant, stage, kernel, spikes));
            spikes = spiking || (spikes && layer.Kind.Role == LayerRole.Reshape);
            stage += spiking ? 1 : 0;
            input = output;
        }

        return new NetworkPlan(network.Spec, layers.ToEquatableArray());
    }

    /// <summary>The number of logits.</summary>
    public int Classes => (int)Layers[Layers.Count - 1].Output.Elements;

    /// <summary>How many trained numbers the network has.</summary>
    public long Parameters => Layers.Aggregate(0L, (sum, layer) => Saturating.Add(sum, layer.Parameters));

    /// <summary>How many layers fire.</summary>
    public int SpikingLayers => Layers.Count(layer => layer.Layer.Kind.Role == LayerRole.Spiking);

    /// <summary>Whether the last layer fires, so that logits are firing rates.</summary>
    public bool ReadsSpikes => Layers[Layers.Count - 1].IsSpiking;

    /// <summary>
    /// The architecture as one line: encoding, T, input, every layer with all its constants, readout. Its hash names the architecture in a
    /// certificate, so its form must never change for a network that stays the same. The class's name is not part of it.
    /// </summary>
    public string Architecture
    {
        get
        {
            var layers = Layers.Select(layer => $"{layer.Name}={layer.Layer.Describe()}->{layer.Output}");
            string head = $"encoding={Spec.Encoding};steps={Numbers.Plain(Spec.TimeSteps)};input={Spec.Input}";
            return $"{head};{string.Join(";", layers)};readout={Spec.Readout.Describe()}";
        }
    }
}
