using SnnDsl.Model;
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
    // Channels x length, which are images of one row here.
    private bool takesSequences;
    // Whether the last layer fires, and whether any does.
    private bool lastFires, fires;

    private NirReader(NirGraph graph, double step, Encoding encoding) => (this.graph, neurons, links) = (graph, new(step), new(graph, takesPixels: encoding == Encoding.Direct));

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

        var reader = new NirReader(graph, step, encoding);
        try
        {
            reader.Walk();
            if (!reader.fires)
            {
                throw new InterchangeException("The graph has no neurons that fire (LIF, IF, CubaLIF, Threshold), and a spiking network has some.");
            }

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
                if (shape.Length is < 1 or > 3 || shape.Any(size => size < 1))
                {
                    throw node.Wrong($"takes inputs of {string.Join('x', shape)}, and networks take vectors, channels x length or channels x height x width");
                }

                takesSequences = shape.Length == 2;
                declared[node.Name] = ("", takesSequences ? [shape[0], 1, shape[1]] : shape);
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
            if (node.Type is "LI" or "I" or "CubaLI" && links.Readers(node.Name) is [var reader] && links.Node(reader).Type == "Output")
            {
                if (lastFires)
                {
                    throw node.Wrong("integrates spikes as they are, and a readout's membrane integrates what weights make of them: put a Linear node before it");
                }

                CheckCount(node, arrives.Aggregate(1L, (product, size) => product * size), arrives);
                var (decay, synaptic, gain) = neurons.ReadIntegrator(node);
                if (gain != 1)
                {
                    throw node.Wrong($"weighs its currents by {gain} in a step, and a readout by 1: multiply the weights before it by that, and r by its inverse");
                }

                bool isMean = graph.Metadata.GetValueOrDefault(NirNotes.Readout) == NirNotes.MeanMembrane;
                attributes.Add($"[Li({(synaptic == 0 ? "" : $"{NirNeurons.Argument("SynapticDecay", synaptic)}, ")}{NirNeurons.Argument("Decay", decay)}{(isMean ? ", Mean = true" : "")})]");
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
            case "Conv1d" or "Conv2d":
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
            case "Scale":
                Scale(node, name, source, shape);
                break;
            case var firing when NirNeurons.Firing.Contains(firing):
                Fire(node, name, source, shape);
                break;
            default:
                throw node.Wrong(node.Type switch
                {
                    "LI" or "I" or "CubaLI" => "integrates and does not fire, which here only the last node does, as the readout, by one membrane",
                    _ => "has no counterpart among the attributes",
                });
        }

        declared[node.Name] = (name, output);
    }

    // Constants of neurons are one number, or one for each.
    private static void CheckCount(NirNode node, long count, long[] shape)
    {
        foreach (string field in (string[])["threshold", "v_threshold", "v_reset", "v_leak", "tau", "tau_mem", "tau_syn", "r", "w_in"])
        {
            if (node.Fields.ContainsKey(field) && node.Numbers(field).Numbers is { Length: not 1 } given && given.Length != count)
            {
                throw node.Wrong($"is {given.Length} neurons by its {field}, and gets {string.Join('x', shape)}");
            }
        }
    }

    private void Fire(NirNode node, string name, string source, long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        CheckCount(node, count, shape);
        var (attribute, arguments, logits) = neurons.Read(node);
        if (logits is not null)
        {
            weights.Add(($"{name}.{LearnedDecay.Parameter}", tensor(logits).reshape(shape).DetachFromDisposeScope()));
        }

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
        bool isSequence = node.Type == "Conv1d";
        int groups = node.Fields.ContainsKey("groups") ? node.Side("groups", 1) : 1;
        long[] kernel = weight.Shape.Length == (isSequence ? 3 : 4) ? isSequence ? [1, weight.Shape[2]] : weight.Shape[2..] : throw node.Wrong($"has a weight of {string.Join('x', weight.Shape)}");
        if (shape.Length != 3 || weight.Shape[1] * groups != shape[0] || (isSequence && shape[1] != 1))
        {
            throw node.Wrong($"has a weight of {string.Join('x', weight.Shape)} in {groups} groups, and gets {string.Join('x', shape)}");
        }

        long[] stride = Pair(node, "stride", 1), dilation = Pair(node, "dilation", 1), padding = [0, 0];
        long[] extent = [(dilation[0] * (kernel[0] - 1)) + 1, (dilation[1] * (kernel[1] - 1)) + 1];
        bool isSame = false;
        switch (node.Fields.GetValueOrDefault("padding")?.Text)
        {
            case null:
                padding = Pair(node, "padding", 0);
                break;
            case "valid":
                break;
            case "same" when stride is [1, 1]:
                isSame = extent.Any(size => size % 2 == 0);
                padding = isSame ? padding : [extent[0] / 2, extent[1] / 2];
                break;
            case var text:
                throw node.Wrong($"pads '{text}' with a stride of {string.Join('x', stride)}");
        }

        var bias = node.Numbers("bias");
        bool hasBias = bias.Numbers.Any(value => value != 0);
        Keep(node, name, weight, hasBias ? bias : null);
        string[] Sided(string argument, long[] sides, long usual) => isSequence
            ? sides.All(side => side == usual) ? [] : [$"{argument} = {sides[1]}"]
            : NirReader.Sided(argument, sides, usual);
        Add(node.Type,
        [
            $"{weight.Shape[0]}", .. Sided("Kernel", kernel, 0), .. Sided("Stride", stride, 1), .. Sided("Padding", padding, 0), .. isSame ? ["Same = true"] : Array.Empty<string>(),
            .. Sided("Dilation", dilation, 1), .. Apart(groups), .. hasBias ? Array.Empty<string>() : ["Bias = false"],
        ], name, source);
        return isSame ? [weight.Shape[0], shape[1], shape[2]]
            : [weight.Shape[0], NirLinks.Places(node, shape[1], extent[0], stride[0], padding[0]), NirLinks.Places(node, shape[2], extent[1], stride[1], padding[1])];

        // Of a sequence, which has one row, what leaves that as it is.
        long[] Pair(NirNode at, string field, int least) => isSequence ? [least, Pairs(at, field, least)[1]] : Pairs(at, field, least);
    }

    // Rows and columns.
    private static long[] Pairs(NirNode at, string field, int least)
    {
        double[] given = at.Numbers(field).Numbers;
        return given.Length is 1 or 2 && given.All(value => value == Math.Floor(value) && value >= least && value <= int.MaxValue)
            ? [(long)given[0], (long)given[^1]]
            : throw at.Wrong($"has {field} = {string.Join("x", given)}, which are no whole numbers of at least {least} for rows and columns");
    }

    private static string[] Sided(string argument, long[] sides, long usual) => sides.All(side => side == usual) ? []
        : sides[0] == sides[1] ? [$"{argument} = {sides[1]}"]
        : [$"{argument}Height = {sides[0]}", $"{argument}Width = {sides[1]}"];

    private static string[] Apart(long channels) => channels == 1 ? [] : [$"Groups = {channels}"];

    // Pixels are normalised. Beside no weights any other scale has some of its own: a diagonal, or a convolution of each channel by one number.
    private void Scale(NirNode node, string name, string source, long[] shape)
    {
        const long most = 4096;
        long count = shape[0];
        if (links.Divisors(node.Name) is { } by)
        {
            string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            string Many(IEnumerable<string> values) => $"new double[] {{ {string.Join(", ", values)} }}";
            Add("Normalize", by.Distinct().Count() == 1 ? ["0", Text(by[0])] : [Many(by.Select(_ => "0")), Many(by.Select(Text))], name, source);
            return;
        }

        double[] factors = NirLinks.Factors(node, count);
        if (shape.Length == 3)
        {
            weights.Add(($"{name}.weight", NirLinks.Floats(node, "scale", factors, takesSequences ? [count, 1, 1] : [count, 1, 1, 1])));
            Add(takesSequences ? "Conv1d" : "Conv2d", [$"{count}", "Kernel = 1", .. Apart(count), "Bias = false"], name, source);
            return;
        }

        if (count > most)
        {
            throw node.Wrong($"scales {count} values that no weights stand beside, and as a matrix of its own it would be {count}x{count}: fold it into weights directly before or behind it");
        }

        double[] diagonal = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            diagonal[(i * count) + i] = factors[i];
        }

        weights.Add(($"{name}.weight", NirLinks.Floats(node, "scale", diagonal, [count, count])));
        Add("Linear", [$"{count}", "Bias = false"], name, source);
    }

    private long[] Pool(NirNode node, string name, string source, long[] shape)
    {
        long[] kernel = Pairs(node, "kernel_size", 1), stride = Pairs(node, "stride", 1), padding = Pairs(node, "padding", 0);
        bool pads = padding.Any(zeros => zeros > 0);
        if (shape.Length != 3 || takesSequences || (pads && node.Type == "AvgPool2d"))
        {
            throw node.Wrong(shape.Length != 3 || takesSequences ? $"pools over rows and columns, and gets {string.Join('x', shape)}" : $"pads by {string.Join('x', padding)}, and [AvgPool2d] has no padding");
        }

        if (((long[][])[kernel, stride, padding]).All(sides => sides[0] == sides[1]))
        {
            Add(node.Type, [$"{kernel[0]}", .. Sided("Stride", stride, kernel[0]), .. Sided("Padding", padding, 0)], name, source);
        }
        else
        {
            // A sum over no square is a convolution of each channel by ones, and a mean by 1/n, where that is a float32 number.
            long count = kernel[0] * kernel[1];
            if (node.Type == "AvgPool2d" && !long.IsPow2(count))
            {
                throw node.Wrong($"averages over {kernel[0]}x{kernel[1]} values, pools here are squares, and as weights of a convolution 1/{count} is no float32 number: make it a SumPool2d, and divide the weights behind it");
            }

            double weight = node.Type == "AvgPool2d" ? 1.0 / count : 1;
            weights.Add(($"{name}.weight", NirLinks.Floats(node, "kernel_size", [.. Enumerable.Repeat(weight, (int)(shape[0] * count))], [shape[0], 1, .. kernel])));
            Add("Conv2d", [$"{shape[0]}", .. Sided("Kernel", kernel, 0), .. Sided("Stride", stride, 1), .. Sided("Padding", padding, 0), .. Apart(shape[0]), "Bias = false"], name, source);
        }

        return [shape[0], NirLinks.Places(node, shape[1], kernel[0], stride[0], padding[0]), NirLinks.Places(node, shape[2], kernel[1], stride[1], padding[1])];
    }

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
        lastFires = attribute is "Lif" or "If" or "Plif" or "Synaptic";
        fires |= lastFires;
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
