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
        // By layer, whether it gives the same at every step, whether it gives spikes, and whether training leaves some of it out.
        List<bool> constants = [], spikes = [], thinned = [];
        List<PlannedLayer> layers = [];
        foreach (var (layer, input, output, sources) in network.Layers)
        {
            bool spiking = layer.Kind.Role == LayerRole.Spiking;
            bool constant = sources.All(source => source < 0 ? network.Spec.Encoding == InputEncoding.Direct : constants[source]);
            bool getsSpikes = sources[0] >= 0 && spikes[sources[0]];
            bool getsThinned = sources.Any(source => source >= 0 && thinned[source]);
            bool isPlain = sources.Count == 1 && sources[0] == layers.Count - 1;
            var normalised = layer.Kind.Role == LayerRole.Normalising ? layers[layers.Count - 1] : null;
            layers.Add(new PlannedLayer(
                layer, normalised?.Input ?? input, output, constant, stage, normalised?.GetsSpikes ?? getsSpikes,
                normalised?.IsThinned ?? getsThinned, normalised, sources,
                isPlain ? "" : string.Join(" and ", sources.Select(source => source < 0 ? "the input" : layers[source].Name))));
            constants.Add(constant && !spiking && layer.Kind.Role != LayerRole.Delaying);
            spikes.Add(spiking || (getsSpikes && layer.Kind.Role is LayerRole.Reshape or LayerRole.Dropping));
            thinned.Add(layer.Kind.Role == LayerRole.Dropping || (getsThinned && layer.Kind.Role == LayerRole.Reshape));
            stage += spiking ? 1 : 0;
        }

        return new NetworkPlan(network.Spec, layers.ToEquatableArray());
    }

    /// <summary>The layers that values pass through: not those that a normalisation takes in.</summary>
    public IEnumerable<PlannedLayer> Applied => Layers.Except(Layers.Select(layer => layer.Normalised).OfType<PlannedLayer>());

    /// <summary>The layers that bounds go through: those that are there where the network does not train.</summary>
    public IEnumerable<PlannedLayer> Bounded => Applied.Where(layer => layer.Layer.Describe() is not null);

    /// <summary>Whether every layer reads the one before it alone, at the same step.</summary>
    public bool IsChain => Layers.All(layer => layer.Reads.Length == 0 && layer.Layer.Kind.Role != LayerRole.Delaying);

    /// <summary>
    /// What stands for a source where the network does not train: layers that are nothing then stand for what they read. -1 is the input.
    /// </summary>
    /// <param name="source">A layer's place.</param>
    public int Deployed(int source)
    {
        while (source >= 0 && Layers[source].Layer.Describe() is null)
        {
            source = Layers[source].Sources[0];
        }

        return source;
    }

    /// <summary>The places of the layers whose values a layer's own is made of: a normalisation takes the place of the map before it.</summary>
    /// <param name="layer">The layer.</param>
    public EquatableArray<int> SourcesOf(PlannedLayer layer) => layer.Normalised?.Sources ?? layer.Sources;

    /// <summary>The number of logits.</summary>
    public int Classes => (int)Layers[Layers.Count - 1].Output.Elements;

    /// <summary>How many trained numbers the network has.</summary>
    public long Parameters => Layers.Aggregate(0L, (sum, layer) => Saturating.Add(sum, layer.Parameters));

    /// <summary>
    /// A layer's synaptic operations on one sample if no value were zero: every weight counts each time a value meets it. What is the same at every step
    /// comes once; spikes that come back do so at every step but the first.
    /// </summary>
    /// <param name="layer">The layer.</param>
    public long OperationsOf(PlannedLayer layer) => Saturating.Multiply(
        layer.Layer.CountOperations(layer.Input, layer.Output), layer.IsSpiking ? Spec.TimeSteps - 1 : layer.ConstantOverTime ? 1 : Spec.TimeSteps);

    /// <summary>The synaptic operations of all layers.</summary>
    public long Operations => Layers.Aggregate(0L, (sum, layer) => Saturating.Add(sum, OperationsOf(layer)));

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
            int before = -1;
            List<string> layers = [];
            for (int i = 0; i < Layers.Count; i++)
            {
                if (Layers[i].Layer.Describe() is { } description)
                {
                    int[] sources = [.. Layers[i].Sources.Select(Deployed)];
                    string reads = sources is [var one] && one == before
                        ? ""
                        : $"<-{string.Join(",", sources.Select(source => source < 0 ? "input" : Layers[source].Name))}";
                    layers.Add($"{Layers[i].Name}{reads}={description}->{Layers[i].Output}");
                    if (Layers[i].Layer.Feedback is { } feedback)
                    {
                        layers.Add($"{Layers[i].Name}.recurrent={feedback}->{Layers[i].Output}");
                    }

                    before = i;
                }
            }

            string head = $"encoding={Spec.Encoding};steps={Numbers.Plain(Spec.TimeSteps)};input={Spec.Input}";
            return $"{head};{string.Join(";", layers)};readout={Spec.Readout.Describe()}";
        }
    }
}
