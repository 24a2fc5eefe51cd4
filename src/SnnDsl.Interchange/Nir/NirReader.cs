using static TorchSharp.torch;

namespace SnnDsl.Interchange.Nir;

/// <summary>Makes a declaration of a NIR graph: nodes become attributes in topological order, numbers become weights.</summary>
internal sealed class NirReader
{
    private readonly NirGraph graph;
    private readonly NirNeurons neurons;
    private readonly NirLinks links;
    private readonly List<string> attributes = [];
    private readonly List<(string, Tensor)> weights = [];
    // Of each node that was declared: its layer's name, and the shape of what it gives.
    private readonly Dictionary<string, (string Layer, long[] Shape)> declared = [];
    private string last = "";

    private NirReader(NirGraph graph, double step) => (this.graph, neurons, links) = (graph, new(step), new(graph));

    /// <summary>Makes it.</summary>
    /// <exception cref="InterchangeException">A node has no counterpart; the message names it and says why.</exception>
    public static NirImport Read(string path, NirOptions options)
    {
        var graph = NirFormat.Read(path);
        string? Noted(string key) => graph.Metadata.GetValueOrDefault(key);
        double step = options.TimeStep ?? (double.TryParse(Noted(NirNotes.TimeStep), System.Globalization.CultureInfo.InvariantCulture, out double dt) ? dt : 1e-4);
        int steps = options.TimeSteps ?? (int.TryParse(Noted(NirNotes.TimeSteps), System.Globalization.CultureInfo.InvariantCulture, out int t) ? t : 10);
        var encoding = options.Encoding ?? (Enum.TryParse(Noted(NirNotes.Encoding), out Encoding noted) ? noted : Encoding.Direct);
        if (!(step > 0 && double.IsFinite(step)) || steps < 1)
        {
            throw new InterchangeException(FormattableString.Invariant($"A time step of {step} seconds and {steps} steps are none: both are greater than 0."));
        }

        var reader = new NirReader(graph, step);
        try
        {
            reader.Walk();
            return new(reader.Text(path, options, steps, encoding, step), reader.weights);
        }
        catch
        {
            foreach (var (_, tensor) in reader.weights)
            {
                tensor.Dispose();
            }

            throw;
        }
    }

    private void Walk()
    {
        foreach (var node in links.InOrder())
        {
            if (node.Type == "Input")
            {
                long[] shape = Array.ConvertAll(node.Numbers("shape").Numbers, size => (long)size);
                if (shape.Length is not (1 or 3) || shape.Any(size => size < 1))
                {
                    throw node.Wrong($"takes inputs of {string.Join('x', shape)}, and networks take vectors or channels x height x width");
                }

                declared[node.Name] = ("", shape);
                attributes.Add($"[Input({string.Join(", ", shape)})]");
                continue;
            }

            var sources = links.Sources(node.Name);
            if (sources.Count == 0)
            {
                throw node.Wrong("reads nothing");
            }

            var (layer, arrives) = Arrive(node, sources);
            if (node.Type == "Output")
            {
                if (layer != last)
                {
                    throw node.Wrong($"reads {layer}, which is not the last layer: layers behind it lead nowhere");
                }

                continue;
            }

            // An integrator that only the output reads is how logits are read.
            if (node.Type is "LI" or "I" && links.Readers(node.Name) is [var reader] && links.Node(reader).Type == "Output")
            {
                var (decay, gain) = neurons.ReadIntegrator(node);
                if (gain != 1)
                {
                    throw node.Wrong($"weighs its currents by {gain} in a step, and a readout by 1: multiply the weights before it by that, and r by its inverse");
                }

                bool isMean = graph.Metadata.GetValueOrDefault(NirNotes.Readout) == NirNotes.MeanMembrane;
                attributes.Add($"[Li({NirNeurons.Argument("Decay", decay)}{(isMean ? ", Mean = true" : "")})]");
                declared[node.Name] = (last, arrives);
                continue;
            }

            Declare(node, layer, arrives);
        }
    }

    // What a node reads: one layer, or the sum of several, which is a layer of its own.
    private (string Layer, long[] Shape) Arrive(NirNode node, IReadOnlyList<string> sources)
    {
        var all = sources.Select(source => declared[source]).ToList();
        if (all is [var only])
        {
            return only;
        }

        if (all.Select(one => string.Join('x', one.Shape)).Distinct().Count() > 1)
        {
            throw node.Wrong($"adds values of {string.Join(" and ", all.Select(one => string.Join('x', one.Shape)))}");
        }

        if (all.Any(one => one.Layer.Length == 0))
        {
            throw node.Wrong("adds the input itself to something, and [Residual] adds what layers give");
        }

        // The value that arrives is the last layer's, if that is one of them.
        string first = all.Any(one => one.Layer == last) ? last : all[0].Layer, name = links.Fresh($"{NirLinks.Identifier(node.Name)}_sum");
        string others = string.Join(", ", all.Select(one => one.Layer).Where(layer => layer != first).Select(layer => $"\"{layer}\""));
        Add("Residual", [others], name, first);
        return (name, all[0].Shape);
    }

    private void Declare(NirNode node, string source, long[] shape)
    {
        string name = links.Fresh(NirLinks.Identifier(node.Name));
        long[] output = shape;
        switch (node.Type)
        {
            case "Affine" or "Linear":
                var weight = node.Numbers("weight");
                if (shape.Length != 1 || weight.Shape is not [var features, var inputs] || inputs != shape[0])
                {
                    throw node.Wrong($"has a weight of {string.Join('x', weight.Shape)}, and gets {string.Join('x', shape)}");
                }

                output = [features];
                Keep(node, name, weight, node.Type == "Affine" ? node.Numbers("bias") : null);
                Add("Linear", [$"{features}", .. node.Type == "Linear" ? ["Bias = false"] : Array.Empty<string>()], name, source);
                break;
            case "Conv2d":
                output = Convolve(node, name, source, shape);
                break;
            case "SumPool2d" or "AvgPool2d":
                output = Pool(node, name, source, shape);
                break;
            case "Flatten":
                if (shape.Length == 1)
                {
                    declared[node.Name] = (source, shape);
                    return;
                }

                long from = (long)node.One("start_dim", 0), to = (long)node.One("end_dim", -1);
                if (from != 0 || (to >= 0 ? to : to + shape.Length) != shape.Length - 1)
                {
                    throw node.Wrong($"flattens dimensions {from} to {to} of {string.Join('x', shape)}, and [Flatten] makes one vector");
                }

                output = [shape.Aggregate(1L, (product, size) => product * size)];
                Add("Flatten", [], name, source);
                break;
            case "Delay":
                double delay = node.One("delay") / neurons.Step;
                if (Math.Abs(delay - Math.Round(delay)) > 1e-6 * Math.Max(1, delay) || Math.Round(delay) < 1)
                {
                    throw node.Wrong($"delays by {node.One("delay")} seconds, {delay} steps, and [Delay] knows whole steps: state the time step that it was made for (--dt)");
                }

                Add("Delay", [$"{Math.Round(delay)}"], name, source);
                break;
            case var firing when NirNeurons.Firing.Contains(firing):
                Fire(node, name, source, shape);
                break;
            default:
                throw node.Wrong(node.Type switch
                {
                    "LI" or "I" or "CubaLI" => "integrates and does not fire, which here only the last node does, as the readout, by one membrane",
                    "Conv1d" => "convolves over one dimension, and no attribute does",
                    "Scale" => "scales what no weights stand beside: a Scale is folded into the weights directly before it or directly behind it",
                    _ => "has no counterpart among the attributes",
                });
        }

        declared[node.Name] = (name, output);
    }

    private void Fire(NirNode node, string name, string source, long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        if (node.Numbers(node.Type == "Threshold" ? "threshold" : "v_threshold").Numbers is { Length: > 1 } given && given.Length != count)
        {
            throw node.Wrong($"is {given.Length} neurons, and gets {string.Join('x', shape)}");
        }

        var (attribute, arguments) = neurons.Read(node);
        if (links.Recurrence(node.Name) is { } back)
        {
            var weight = back.Numbers("weight");
            if (shape.Length != 1 || weight.Shape is not [var rows, var columns] || rows != count || columns != count)
            {
                throw back.Wrong($"brings spikes back by a weight of {string.Join('x', weight.Shape)}, and '{node.Name}' has {string.Join('x', shape)} neurons");
            }

            if (back.Type == "Affine" && back.Numbers("bias").Numbers.Any(value => value != 0))
            {
                throw back.Wrong("brings spikes back with a bias, and Recurrent has none: add it to the bias of the layer before");
            }

            bool isDiagonal = count > 1 && Enumerable.Range(0, weight.Numbers.Length).All(i => i / count == i % count || weight.Numbers[i] == 0);
            arguments = [.. arguments, "Recurrent = true", .. isDiagonal ? ["RecurrentDiagonal = true"] : Array.Empty<string>()];
            weights.Add(($"{name}.recurrent.weight", isDiagonal
                ? NirLinks.Floats(back, "weight", [.. Enumerable.Range(0, (int)count).Select(i => weight.Numbers[(i * count) + i])], [count])
                : NirLinks.Floats(back, "weight", weight.Numbers, weight.Shape)));
        }

        Add(attribute, arguments, name, source);
    }

    private long[] Convolve(NirNode node, string name, string source, long[] shape)
    {
        var weight = node.Numbers("weight");
        if (shape.Length != 3 || weight.Shape is not [var channels, var inputs, var kernel, var across] || inputs != shape[0])
        {
            throw node.Wrong($"has a weight of {string.Join('x', weight.Shape)}, and gets {string.Join('x', shape)}");
        }

        if (kernel != across || node.Side("dilation", 1) != 1 || node.One("groups", 1) != 1)
        {
            throw node.Wrong($"has a kernel of {kernel}x{across}, dilation {node.One("dilation")} and {node.One("groups", 1)} groups, and [Conv2d] has square kernels, without either");
        }

        int stride = node.Side("stride", 1);
        int padding = node.Fields.GetValueOrDefault("padding")?.Text switch
        {
            "valid" => 0,
            "same" when stride == 1 && kernel % 2 == 1 => (int)(kernel / 2),
            { } text => throw node.Wrong($"pads '{text}', which with a kernel of {kernel} and a stride of {stride} is not the same on all sides"),
            null => node.Side("padding", 0),
        };
        var bias = node.Numbers("bias");
        bool hasBias = bias.Numbers.Any(value => value != 0);
        Keep(node, name, weight, hasBias ? bias : null);
        Add("Conv2d", [$"{channels}", $"Kernel = {kernel}", .. Unless(1, "Stride", stride), .. Unless(0, "Padding", padding), .. hasBias ? Array.Empty<string>() : ["Bias = false"]], name, source);
        return [channels, NirLinks.Places(node, shape[1], kernel, stride, padding), NirLinks.Places(node, shape[2], kernel, stride, padding)];
    }

    private long[] Pool(NirNode node, string name, string source, long[] shape)
    {
        int kernel = node.Side("kernel_size", 1), stride = node.Side("stride", 1), padding = node.Side("padding", 0);
        if (shape.Length != 3 || (padding > 0 && node.Type == "AvgPool2d"))
        {
            throw node.Wrong(shape.Length != 3 ? $"pools over squares, and gets {string.Join('x', shape)}" : $"pads by {padding}, and [AvgPool2d] has no padding");
        }

        Add(node.Type, [$"{kernel}", .. Unless(kernel, "Stride", stride), .. Unless(0, "Padding", padding)], name, source);
        return [shape[0], NirLinks.Places(node, shape[1], kernel, stride, padding), NirLinks.Places(node, shape[2], kernel, stride, padding)];
    }

    private static string[] Unless(int usual, string name, int value) => value == usual ? [] : [$"{name} = {value}"];

    private void Keep(NirNode node, string name, NirValue weight, NirValue? bias)
    {
        var (scaled, shifted) = links.Scaled(node, weight, bias);
        weights.Add(($"{name}.weight", NirLinks.Floats(node, "weight", scaled, weight.Shape)));
        if (shifted is not null)
        {
            if (bias!.Shape is not [var count] || count != weight.Shape[0])
            {
                throw node.Wrong($"has a bias of {string.Join('x', bias.Shape)} for {weight.Shape[0]} outputs");
            }

            weights.Add(($"{name}.bias", NirLinks.Floats(node, "bias", shifted, bias.Shape)));
        }
    }

    private void Add(string attribute, IEnumerable<string> arguments, string name, string source)
    {
        string[] from = source == last || source.Length == 0 ? [] : [$"From = \"{source}\""];
        if (source.Length == 0 && last.Length > 0)
        {
            throw new InterchangeException($"The node '{name}' ({attribute}) reads the input behind other layers: branches begin at layers.");
        }

        attributes.Add($"[{attribute}({string.Join(", ", [.. arguments, $"Name = \"{name}\"", .. from])})]");
        last = name;
    }

    private string Text(string path, NirOptions options, int steps, Encoding encoding, double step) => string.Join('\n',
    [
        "using SnnDsl;",
        "",
        .. options.Namespace is { } space ? [$"namespace {space};", ""] : Array.Empty<string>(),
        FormattableString.Invariant($"/// <summary>Imported from {Path.GetFileName(path)}, in steps of {step} seconds.</summary>"),
        $"[SpikingNetwork(TimeSteps = {steps}, Encoding = Encoding.{encoding})]",
        .. attributes,
        $"public sealed partial class {options.ClassName};",
        "",
    ]);
}
