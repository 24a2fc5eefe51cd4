namespace SnnDsl.Verification.Networks;

/// <content>Networks whose layers are a graph.</content>
internal sealed partial class Network<T>
{
    private static Network<T> BuildGraph(Architecture architecture, IReadOnlyDictionary<string, float[]> weights, int steps)
    {
        List<GraphNode<T>> nodes = [];
        List<SpikingStage<T>> stages = [];
        // By layer: its node, and the shape of what it gives. Flattening moves nothing, and a normalisation is in the weights before it.
        Dictionary<string, (int Node, int[] Shape)> known = new() { ["input"] = (-1, architecture.Input) };
        string before = "input";
        bool isDirect = architecture.Encoding == Encoding.Direct;
        for (int i = 0; i < architecture.Layers.Count; i++)
        {
            var layer = architecture.Layers[i];
            var reads = (layer.Reads ?? [before]).Select(name => known.TryGetValue(name, out var found)
                ? found
                : throw new FormatException($"{layer.Name} reads {name}, which does not stand before it.")).ToArray();
            int[] sources = [.. reads.Select(source => source.Node)];
            bool isConstant = sources.All(source => source < 0 ? isDirect : nodes[source].IsConstant);
            int node = nodes.Count, size = Size(layer.Output);
            if (reads.Length != 1 && layer.Kind is not ("Add" or "Concat"))
            {
                throw new FormatException($"{layer.Name} reads {reads.Length} layers.");
            }

            switch (layer.Kind)
            {
                case "BatchNorm1d" or "BatchNorm2d":
                    if (layer.Reads is not null || i == 0 || architecture.Layers[i - 1].Kind is not ("Linear" or "Conv2d" or "ConvTranspose2d"))
                    {
                        throw new FormatException($"{layer.Name} normalises no layer with weights.");
                    }

                    node = sources[0];
                    break;
                case "Flatten":
                    node = sources[0];
                    break;
                case "Delay" when sources[0] < 0 || Architecture.Whole(layer.Constants["steps"]) < 1:
                    throw new FormatException($"{layer.Name} delays no layer, or by no step.");
                case "Delay":
                    nodes.Add(new(sources, size, IsConstant: false) { Delay = Architecture.Whole(layer.Constants["steps"]) });
                    break;
                case "Recurrent":
                    stages[^1] = Recurring(architecture, i, stages, weights);
                    node = sources[0];
                    break;
                case "Lif" or "Neuron":
                    if (sources[0] < 0)
                    {
                        // The input itself is their current, as in a chain.
                        nodes.Add(new(sources, Size(reads[0].Shape), isDirect) { Maps = new([AffineMap<T>.Identity(Size(reads[0].Shape))]) });
                        (sources, node) = ([nodes.Count - 1], nodes.Count);
                    }

                    // Its current is a number that is there: one value, which nothing is multiplied with.
                    nodes.Add(new(sources, Size(reads[0].Shape), IsConstant: false) { Stage = stages.Count });
                    stages.Add(new(new([AffineMap<T>.Identity(Size(reads[0].Shape))]), Neurons(layer, Size(reads[0].Shape), weights)));
                    break;
                case "Add" when reads.Any(source => Size(source.Shape) != size) || sources.Any(source => source < 0):
                case "Concat" when reads.Sum(source => Size(source.Shape)) != size || sources.Any(source => source < 0)
                    || reads.Any(source => !source.Shape.Skip(1).SequenceEqual(layer.Output.Skip(1))):
                    throw new FormatException($"{layer.Name} joins what does not fit together.");
                case "Add" or "Concat":
                    nodes.Add(new(sources, size, isConstant) { Joins = layer.Kind == "Concat" });
                    break;
                default:
                    var norm = architecture.Layers.ElementAtOrDefault(i + 1) is { Kind: "BatchNorm1d" or "BatchNorm2d" } next ? next : null;
                    var map = Map(layer, reads[0].Shape, new(layer, norm, weights));
                    // Maps before all neurons are maps of the input, which knows best how far it moves their sums.
                    nodes.Add(sources[0] >= 0 && nodes[sources[0]] is { Maps: { } first, Sources: [-1] }
                        ? new([-1], map.Outputs, isConstant) { Maps = new([.. first.Maps, map]) }
                        : new(sources, map.Outputs, isConstant) { Maps = new([map]) });
                    break;
            }

            if (layer.Kind == "Delay" && Size(reads[0].Shape) != size)
            {
                throw new FormatException($"{layer.Name} gives another number of values than it gets.");
            }

            if (node < 0 ? size != Size(architecture.Input) : nodes[node].Size != size)
            {
                throw new FormatException($"{layer.Name} gives {(node < 0 ? Size(architecture.Input) : nodes[node].Size)} values, but its architecture says {size}.");
            }

            known[layer.Name] = (node, layer.Output);
            before = layer.Name;
        }

        return stages.Count > 0 && known[before].Node == nodes.Count - 1
            ? new(architecture, steps, stages, new([]), nodes)
            : throw new FormatException("The architecture has no spiking layer, or its last layer is not what is read out: there is nothing to verify.");
    }
}
