using static TorchSharp.torch;

namespace SnnDsl.Interchange.Nir;

/// <summary>What reads what in a NIR graph, once loops through a layer's own spikes and scales beside weights are taken out of it.</summary>
internal sealed class NirLinks
{
    private readonly Dictionary<string, NirNode> nodes = [];
    private readonly List<(string From, string To)> edges;
    private readonly Dictionary<string, NirNode> recurrences = [];
    // Factors of a node's outputs, and of its inputs, by the node that has the weights.
    private readonly Dictionary<string, NirNode> outputScales = [], inputScales = [];
    // Scales of pixels, by the node that gives the pixels' scale: what each channel is divided by.
    private readonly Dictionary<string, double[]> divisors = [];
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="graph">The graph.</param>
    /// <param name="takesPixels">Whether the input is pixels, which a network may normalise.</param>
    /// <exception cref="InterchangeException">An edge leads nowhere, or there is not one input and one output.</exception>
    public NirLinks(NirGraph graph, bool takesPixels)
    {
        foreach (var node in graph.Nodes)
        {
            nodes[node.Name] = node;
        }

        edges = [.. graph.Edges.Distinct()];
        if (edges.FirstOrDefault(edge => !nodes.ContainsKey(edge.From) || !nodes.ContainsKey(edge.To)) is { From: not null } loose)
        {
            throw new InterchangeException($"The edge from '{loose.From}' to '{loose.To}' has an end that is no node.");
        }

        foreach (string type in (string[])["Input", "Output"])
        {
            if (graph.Nodes.Count(node => node.Type == type) != 1)
            {
                throw new InterchangeException($"The graph has {graph.Nodes.Count(node => node.Type == type)} nodes of the type {type}, and a network has one.");
            }
        }

        TakeRecurrences();
        if (takesPixels)
        {
            TakeNormalisation();
        }

        TakeScales();
    }

    /// <summary>A node.</summary>
    public NirNode Node(string name) => nodes[name];

    /// <summary>What a node reads.</summary>
    public IReadOnlyList<string> Sources(string name) => [.. edges.Where(edge => edge.To == name).Select(edge => edge.From)];

    /// <summary>What reads a node.</summary>
    public IReadOnlyList<string> Readers(string name) => [.. edges.Where(edge => edge.From == name).Select(edge => edge.To)];

    /// <summary>What a node divides each channel of the pixels by; null where it does not stand between them and all else, or no float32 division is its scale.</summary>
    public double[]? Divisors(string name) => divisors.GetValueOrDefault(name);

    /// <summary>The weights by which a node's spikes come back to it; null where they do not.</summary>
    public NirNode? Recurrence(string name) => recurrences.GetValueOrDefault(name);

    /// <summary>The nodes, each behind those that it reads.</summary>
    /// <exception cref="InterchangeException">There is a cycle.</exception>
    public IEnumerable<NirNode> InOrder()
    {
        // Depth first, so that a branch is declared to its end before the next.
        List<NirNode> order = [];
        var state = new Dictionary<string, bool>();
        void Visit(string name)
        {
            if (state.TryGetValue(name, out bool done))
            {
                if (!done)
                {
                    throw nodes[name].Wrong("is part of a cycle, and only spikes that come back to their own layer by one Linear or Affine node are known");
                }

                return;
            }

            state[name] = false;
            foreach (string source in Sources(name))
            {
                Visit(source);
            }

            state[name] = true;
            order.Add(nodes[name]);
        }

        Visit(nodes.Values.Single(node => node.Type == "Output").Name);
        return nodes.Values.FirstOrDefault(node => !state.ContainsKey(node.Name)) is { } loose ? throw loose.Wrong("leads to no output") : order;
    }

    /// <summary>A node's weight and bias, times what scales beside it say.</summary>
    public (double[] Weight, double[]? Bias) Scaled(NirNode node, NirValue weight, NirValue? bias)
    {
        double[] scaled = [.. weight.Numbers];
        double[]? shifted = bias is null ? null : [.. bias.Numbers];
        long outputs = weight.Shape[0], inputs = weight.Shape[1], inner = scaled.Length / Math.Max(1, outputs * inputs);
        if (outputScales.GetValueOrDefault(node.Name) is { } after)
        {
            double[] factors = Factors(after, outputs);
            for (int i = 0; i < scaled.Length; i++)
            {
                scaled[i] *= factors[i / (inputs * inner)];
            }

            shifted = shifted is null ? null : [.. shifted.Select((value, i) => value * factors[i])];
        }

        if (inputScales.GetValueOrDefault(node.Name) is { } before)
        {
            double[] factors = Factors(before, inputs);
            for (int i = 0; i < scaled.Length; i++)
            {
                scaled[i] *= factors[i / inner % inputs];
            }
        }

        return (scaled, shifted);
    }

    /// <summary>A name that no other layer has.</summary>
    public string Fresh(string name)
    {
        string free = name;
        for (int i = 2; !taken.Add(free); i++)
        {
            free = $"{name}_{i}";
        }

        return free;
    }

    /// <summary>A node's name as a name of C#'s.</summary>
    public static string Identifier(string name)
    {
        string letters = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return letters.Length > 0 && char.IsAsciiLetter(letters[0]) ? letters : $"n{letters}";
    }

    /// <summary>Numbers as a float32 tensor.</summary>
    /// <exception cref="InterchangeException">One is not finite.</exception>
    public static Tensor Floats(NirNode node, string field, double[] numbers, long[] shape)
    {
        float[] values = Array.ConvertAll(numbers, number => (float)number);
        return values.All(float.IsFinite) ? tensor(values).reshape(shape).DetachFromDisposeScope() : throw node.Wrong($"has a value in '{field}' that is not finite in float32");
    }

    /// <summary>How many places a window has.</summary>
    /// <exception cref="InterchangeException">It does not fit.</exception>
    public static long Places(NirNode node, long size, long kernel, long stride, long padding) => kernel <= size + (2 * padding)
        ? ((size + (2 * padding) - kernel) / stride) + 1
        : throw node.Wrong($"has a kernel of {kernel}, and gets {size} with {padding} zeros on every side");

    private void TakeRecurrences()
    {
        foreach (var node in nodes.Values.Where(node => node.Type is "Linear" or "Affine").ToList())
        {
            if (Sources(node.Name) is [var source] && Readers(node.Name) is [var reader] && source == reader && NirNeurons.Firing.Contains(nodes[source].Type))
            {
                if (!recurrences.TryAdd(source, node))
                {
                    throw node.Wrong($"brings the spikes of '{source}' back to it, and so does '{recurrences[source].Name}'");
                }

                Remove(node.Name);
            }
        }
    }

    // A scale is part of the weights directly before it, or else of those directly behind it.
    // A scale of the pixels, which every layer reads them through.
    private void TakeNormalisation()
    {
        const long most = 4096;
        var input = nodes.Values.Single(node => node.Type == "Input");
        if (Readers(input.Name) is [var name] && nodes[name] is { Type: "Scale" } scale && input.Numbers("shape").Numbers is [>= 1 and <= most and var channels, ..] && IsByChannels(scale, (long)channels))
        {
            float[] factors = [.. Factors(scale, (long)channels).Select(factor => (float)factor)];
            double[] by = [.. factors.Select(factor => 1.0 / factor)];
            if (by.Zip(factors).All(pair => pair.First is >= 1.0 / (1 << 24) and <= 1 << 24 && (float)(1 / pair.First) == pair.Second))
            {
                divisors.Add(name, by);
            }
        }
    }

    private void TakeScales()
    {
        foreach (var node in nodes.Values.Where(node => node.Type == "Scale" && !divisors.ContainsKey(node.Name)).ToList())
        {
            bool HasWeights(string name) => nodes[name].Type is "Linear" or "Affine" or "Conv1d" or "Conv2d";
            bool SeesAll(string name) => !nodes[name].Fields.ContainsKey("groups") || nodes[name].One("groups") == 1;
            var (sources, readers) = (Sources(node.Name), Readers(node.Name));
            if (sources is [var before] && HasWeights(before) && Readers(before).Count == 1 && outputScales.TryAdd(before, node))
            {
                Bypass(node.Name, before, readers);
            }
            else if (sources is [var source] && readers.All(reader => HasWeights(reader) && SeesAll(reader) && Sources(reader).Count == 1 && !inputScales.ContainsKey(reader)) && readers.Count > 0)
            {
                foreach (string reader in readers)
                {
                    inputScales.Add(reader, node);
                }

                Bypass(node.Name, source, readers);
            }
        }
    }

    private void Bypass(string node, string source, IReadOnlyList<string> readers)
    {
        Remove(node);
        edges.AddRange(readers.Select(reader => (source, reader)));
    }

    private void Remove(string name)
    {
        nodes.Remove(name);
        edges.RemoveAll(edge => edge.From == name || edge.To == name);
    }

    /// <summary>One factor for each output, input or channel: the scale's own numbers, the same over every place of a channel.</summary>
    /// <exception cref="InterchangeException">They are not.</exception>
    public static double[] Factors(NirNode scale, long count)
    {
        double[] numbers = scale.Numbers("scale").Numbers;
        long each = numbers.Length / count;
        return numbers.Length == 1 ? [.. Enumerable.Repeat(numbers[0], (int)count)]
            : IsByChannels(scale, count) ? [.. Enumerable.Range(0, (int)count).Select(i => numbers[i * each])]
            : throw scale.Wrong($"has {numbers.Length} factors that are not one for each of the {count} channels beside it");
    }

    private static bool IsByChannels(NirNode scale, long count)
    {
        var (numbers, shape) = (scale.Numbers("scale").Numbers, scale.Numbers("scale").Shape);
        if (Array.Exists(numbers, number => !double.IsFinite(number)))
        {
            throw scale.Wrong("has a factor that is no finite number");
        }

        long each = numbers.Length / count;
        return numbers.Length == 1 || (each > 0 && shape[0] == count && each * count == numbers.Length && Enumerable.Range(0, numbers.Length).All(i => numbers[i] == numbers[i / each * each]));
    }
}
