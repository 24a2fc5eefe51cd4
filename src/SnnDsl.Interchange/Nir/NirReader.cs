using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Nir;

/// <summary>Makes a declaration of a NIR graph: nodes become attributes in topological order, numbers become weights.</summary>
internal sealed class NirReader
{
    private readonly NirGraph graph;
    private readonly NirNeurons neurons;
    private readonly NirLinks links;
    private readonly NirMaps maps;
    private readonly List<string> attributes = [];
    private readonly List<(string, Tensor)> weights = [];
    // Of each node that was declared: its layer's name, and the shape of what it gives.
    private readonly Dictionary<string, (string Layer, long[] Shape)> declared = [];
    private string last = "";
    // Channels x length, which are images of one row here.
    private bool takesSequences;
    // Whether the last layer fires, and whether any does.
    private bool lastFires, fires;

    private NirReader(NirGraph graph, double step, Encoding encoding)
    {
        (this.graph, neurons, links) = (graph, new(step), new(graph, takesPixels: encoding == Encoding.Direct));
        maps = new(links);
    }

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
            case var map when NirMaps.Kinds.Contains(map):
                var layer = maps.Read(node, shape, takesSequences);
                weights.AddRange(layer.Weights.Select(weight => ($"{name}.{weight.Parameter}", weight.Value)));
                Add(layer.Attribute, layer.Arguments, name, source);
                output = layer.Shape;
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
