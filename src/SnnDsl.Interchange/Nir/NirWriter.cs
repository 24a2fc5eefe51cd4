using SnnDsl.Affine;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Nir;

/// <summary>Makes a NIR graph of a network: maps and neurons become nodes, sums become several edges into one node.</summary>
internal sealed class NirWriter
{
    private readonly NetworkDescription description;
    private readonly NirNeurons neurons;
    private readonly double step;
    private readonly List<NirNode> nodes = [];
    private readonly List<(string From, string To)> edges = [];
    // Sequences are images of one row here, and channels x length there.
    private readonly bool isSequence;
    // Names of the declared layers by kind, in order.
    private readonly Dictionary<string, Queue<string>> names;

    private NirWriter(SpikingModule network, double step)
    {
        (this.step, description, neurons) = (step, network.Description, new(step));
        isSequence = description.Layers.Any(layer => layer.Kind is "Conv1d" or "AvgPool1d" or "MaxPool1d");
        names = description.Layers.GroupBy(layer => layer.Kind).ToDictionary(group => group.Key, group => new Queue<string>(group.Select(layer => layer.Name)));
    }

    // What a node of the network gives: the nodes of NIR whose sum it is, and its shape.
    private sealed record Value(IReadOnlyList<string> Nodes, long[] Shape);

    /// <summary>Makes it.</summary>
    /// <exception cref="InterchangeException">A layer has no node in NIR; the message names it.</exception>
    public static NirGraph Write(SpikingModule network, double step)
    {
        var writer = new NirWriter(network, step);
        var stages = network.Stages;
        var last = writer.Walk(stages);
        string readout = NirNotes.Mean;
        if (stages.MembraneDecay is { } decay)
        {
            readout = stages.MeanMembrane ? NirNotes.MeanMembrane : NirNotes.LastMembrane;
            last = writer.Add(writer.neurons.WriteIntegrator(writer.Free("readout"), decay, stages.SynapticDecay, last.Shape), last, last.Shape);
        }

        writer.Add(new("output", "Output", new Dictionary<string, NirValue> { ["shape"] = Sizes(writer.Shaped(last.Shape)) }), last, last.Shape);
        return new(writer.nodes, writer.edges, new Dictionary<string, string>
        {
            [NirNotes.TimeSteps] = FormattableString.Invariant($"{network.Steps}"), [NirNotes.TimeStep] = FormattableString.Invariant($"{step:R}"),
            [NirNotes.Encoding] = writer.description.Encoding.ToString(), [NirNotes.Readout] = readout,
        });
    }

    private Value Walk(NetworkStages stages)
    {
        long[] shape = [.. description.InputShape];
        nodes.Add(new("input", "Input", new Dictionary<string, NirValue> { ["shape"] = Sizes(Shaped(shape)) }));
        var input = new Value(["input"], shape);
        List<Value> values = [];
        int layer = 0;
        Value Of(int source) => source < 0 ? input : values[source];
        foreach (var node in stages.Nodes)
        {
            var first = Of(node.Sources[0]);
            if (node.Map is { } map)
            {
                values.Add(Apply(map, first));
            }
            else if (node.Neurons is { } fired)
            {
                values.Add(Fire(fired, description.SpikingLayers[layer++], first));
            }
            else if (node.Later > 0)
            {
                values.Add(Add(new(Named("Delay"), "Delay", new Dictionary<string, NirValue>
                {
                    ["delay"] = NirValue.Of([.. Enumerable.Repeat(node.Later * step, (int)Product(first.Shape))], Shaped(first.Shape)),
                }), first, first.Shape));
            }
            else if (node.Joins)
            {
                throw new InterchangeException($"The layer {Named("Concat")} of {description.Name} puts values side by side, and edges of NIR add them.");
            }
            else
            {
                values.Add(new([.. node.Sources.SelectMany(source => Of(source).Nodes)], first.Shape));
            }
        }

        return values[^1];
    }

    private Value Apply(AffineMap map, Value x)
    {
        if (map is AffineChain chain)
        {
            return chain.Maps.Aggregate(x, (value, link) => Apply(link, value));
        }

        var parts = Parts(map);
        NirValue Numbers(Tensor tensor) => NirValue.Of([.. tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>()], tensor.shape);
        var fields = new Dictionary<string, NirValue>();
        string name, type;
        switch (map)
        {
            case FlattenMap:
                (name, type) = (Named("Flatten"), "Flatten");
                fields["start_dim"] = NirValue.Whole([0]);
                fields["end_dim"] = NirValue.Whole([-1]);
                fields["input_type"] = Sizes(Shaped(map.InputShape));
                break;
            case LinearMap:
                (name, type) = (Named("Linear"), parts.Count > 1 ? "Affine" : "Linear");
                fields["weight"] = Numbers(parts[0]);
                if (parts.Count > 1)
                {
                    fields["bias"] = Numbers(parts[1]);
                }

                break;
            case Conv2dMap conv:
                type = isSequence ? "Conv1d" : "Conv2d";
                name = Named(type);
                fields["input_shape"] = isSequence ? NirValue.Whole([conv.InputShape[2]]) : Sizes(conv.InputShape[1..]);
                fields["weight"] = Numbers(isSequence ? Sliding.Kernels(parts[0]).squeeze(2) : parts[0]);
                fields["bias"] = parts.Count > 1 ? Numbers(parts[1]) : NirValue.Of(new double[conv.OutputShape[0]], conv.OutputShape[0]);
                Slide(fields, Sliding.Of(conv), name);
                fields["dilation"] = Sides(Sliding.Of(conv).Dilation);
                fields["groups"] = NirValue.Whole([conv.InputShape[0] / parts[0].shape[1]]);
                break;
            case AvgPool2dMap when isSequence:
                throw new InterchangeException($"The layer {Named("AvgPool1d")} of {description.Name} averages along a length, and NIR pools over two sides.");
            case SumPool2dMap or AvgPool2dMap:
                var pool = (Pool2dMap)map;
                type = map is SumPool2dMap ? "SumPool2d" : "AvgPool2d";
                name = Named(type);
                fields["kernel_size"] = Sizes(Sliding.Of(pool).Kernel);
                Slide(fields, Sliding.Of(pool), name);
                break;
            case ScaleMap when parts[1].count_nonzero().item<long>() > 0:
                throw new InterchangeException($"The layer {Named("Normalize")} of {description.Name} scales and shifts its input, and NIR's Scale does not shift: fold the normalisation into the first weights.");
            case ScaleMap:
                (name, type) = (Named("Normalize"), "Scale");
                long[] places = [-1, .. Enumerable.Repeat(1L, x.Shape.Length - 1)];
                fields["scale"] = Numbers(parts[0].reshape(places).expand(x.Shape).reshape(Shaped(x.Shape)));
                break;
            default:
                string kind = map is OrPool2dMap ? "takes maxima of spikes (MaxPool2d)" : $"is a {map.GetType().Name}";
                throw new InterchangeException($"{description.Name} has a layer of {string.Join('x', map.InputShape)} to {string.Join('x', map.OutputShape)} that {kind}, for which NIR has no node.");
        }

        return Add(new(name, type, fields), x, map.OutputShape);
    }

    private void Slide(Dictionary<string, NirValue> fields, Sliding sliding, string name)
    {
        fields["stride"] = Sides(sliding.Stride);
        fields["padding"] = sliding.Before.SequenceEqual(sliding.After) ? Sides(sliding.Before) : throw new InterchangeException(
            $"The layer {name} of {description.Name} has other zeros before its input than behind it, and NIR has one number for both.");
    }

    private Value Fire(Kernels.SpikingLayer layer, LayerDescription at, Value x)
    {
        var value = Add(
            layer.LearnedDecays is { } decays && (decays.numel() > 1 || layer.LearnedGains is not null)
                ? neurons.WriteEach(at.Name, layer.Equations, Numbered(decays, x.Shape), Numbered(layer.LearnedGains ?? ones_like(decays), x.Shape), Shaped(x.Shape))
                : neurons.Write(at.Name, layer.Equations, Shaped(x.Shape)),
            x, x.Shape);
        if (layer.Recurrence is { } back)
        {
            using var rows = back.PullBack(eye(x.Shape[0], dtype: Parts(back)[0].dtype));
            string name = Free($"{at.Name}_recurrent");
            nodes.Add(new(name, "Linear", new Dictionary<string, NirValue>
            {
                ["weight"] = NirValue.Of(Numbered(rows, rows.shape), rows.shape),
            }));
            edges.Add((at.Name, name));
            edges.Add((name, at.Name));
        }

        return value;
    }

    private Value Add(NirNode node, Value reads, long[] shape)
    {
        nodes.Add(node);
        edges.AddRange(reads.Nodes.Select(source => (source, node.Name)));
        return new([node.Name], shape);
    }

    // The next declared layer of a kind.
    private string Named(string kind) => names.TryGetValue(kind, out var queue) && queue.TryDequeue(out string? name) ? name : Free(kind.ToLowerInvariant());

    private string Free(string name) => nodes.Exists(node => node.Name == name) || description.Layers.Any(layer => layer.Name == name) ? Free($"{name}_") : name;

    // Numbers of a shape, or one for all of it.
    private static double[] Numbered(Tensor values, long[] shape) => [.. values.detach().cpu().to(ScalarType.Float64).expand(shape).contiguous().data<double>()];

    private static List<Tensor> Parts(AffineMap map)
    {
        List<Tensor> parts = [];
        _ = map.With(tensor =>
        {
            parts.Add(tensor);
            return tensor;
        });
        return parts;
    }

    private NirValue Sides(long[] sides) => isSequence ? NirValue.Whole([sides[1]]) : Sizes(sides);

    // Of a value of the network.
    private long[] Shaped(long[] shape) => isSequence && shape.Length == 3 ? [shape[0], shape[2]] : shape;

    private static NirValue Sizes(params long[] sizes) => NirValue.Whole(sizes, sizes.Length);

    private static long Product(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
