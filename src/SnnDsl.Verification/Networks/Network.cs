using SnnDsl.Model;
using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>A network of plain numbers, built from the text of its architecture and the weights in its file: no emitted code takes part.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed partial class Network<T>
    where T : struct, IReal<T>
{
    private Network(
        Architecture architecture, int steps, IReadOnlyList<SpikingStage<T>> stages, MapChain<T> tail, IReadOnlyList<GraphNode<T>>? graph = null)
    {
        Graph = graph;
        (Encoding, MembraneDecay, Steps, Stages, Tail) = (architecture.Encoding, architecture.MembraneDecay, steps, stages, tail);
        (MeanMembrane, SynapticDecay) = (architecture.MeanMembrane, architecture.SynapticDecay);
        Inputs = architecture.Input.Aggregate((a, b) => a * b);
    }

    /// <summary>How inputs are encoded.</summary>
    public Encoding Encoding { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>How many values one sample has at one step.</summary>
    public int Inputs { get; }

    /// <summary>The network's nodes, where its layers are a graph, in an order in which they can be computed; the last is read out. Null for a chain.</summary>
    public IReadOnlyList<GraphNode<T>>? Graph { get; }

    /// <summary>The spiking layers in order; those of a graph have its currents for maps.</summary>
    public IReadOnlyList<SpikingStage<T>> Stages { get; }

    /// <summary>The maps after the last spiking layer; none where its spikes are read out.</summary>
    public MapChain<T> Tail { get; }

    /// <summary>The decay of a last membrane that is read out; null for the mean over time.</summary>
    public double? MembraneDecay { get; }

    /// <summary>Whether that readout is by the mean of the membrane over time.</summary>
    public bool MeanMembrane { get; }

    /// <summary>The decay of the synaptic current that this membrane integrates; 0 where it integrates the outputs themselves.</summary>
    public double SynapticDecay { get; }

    /// <summary>How many logits.</summary>
    public int Classes => Graph is not null ? Graph[^1].Size : Tail.Maps.Count > 0 ? Tail.Maps[^1].Outputs : Stages[^1].Width;

    /// <summary>Whether logits are counts of spikes divided by T: whole numbers, which float32 sums hold exactly.</summary>
    public bool ReadsCounts => EndsInNeurons && MembraneDecay is null;

    /// <summary>Whether the last spiking layer's spikes themselves are read out.</summary>
    public bool EndsInNeurons => Graph is not null ? Graph[^1].Stage >= 0 : Tail.Maps.Count == 0;

    /// <summary>At most how many float32 operations a value that is read out meets.</summary>
    public int ReadoutRoundings => ((2 + (MeanMembrane ? 1 : 0) + (SynapticDecay == 0 ? 0 : 2)) * Steps) + 2;

    /// <summary>Whether the first layer's current is the same at every step.</summary>
    public bool HasConstantInput => Encoding == Encoding.Direct;

    /// <summary>Whether a spiking layer's current is the same at every step.</summary>
    /// <param name="layer">Its index.</param>
    public bool IsConstant(int layer) => Graph is null
        ? layer == 0 && HasConstantInput
        : Graph.First(node => node.Stage == layer).Sources is [var source] && (source < 0 ? HasConstantInput : Graph[source].IsConstant);

    /// <summary>
    /// What margins are carried back times: T where logits are means over time, so that the weights of single steps are whole numbers.
    /// </summary>
    public int MarginScale => MembraneDecay is null || MeanMembrane ? Steps : 1;

    /// <summary>Whether several maps lead to some layer of neurons.</summary>
    public bool HasChains => Graph is null && Stages.Any(stage => stage.Maps.Maps.Count > 1);

    /// <summary>How many products a forward pass takes.</summary>
    public long Products => Graph is not null ? Steps * Graph.Sum(node => node.Maps?.Maps[^1].Products ?? 0) : Steps * (Tail.Maps.Sum(map => map.Products) + Stages.Sum(stage => stage.Maps.Maps.Sum(map => map.Products) + (stage.Recurrence?.Products ?? 0)));

    /// <summary>Builds a network.</summary>
    /// <param name="architecture">Its layers.</param>
    /// <param name="weights">Values by name, as in its file, row-major.</param>
    /// <param name="steps">T.</param>
    /// <exception cref="FormatException">A layer is unknown, or a weight is missing or of another size.</exception>
    public static Network<T> Build(Architecture architecture, IReadOnlyDictionary<string, float[]> weights, int steps)
    {
        if (!architecture.IsChain)
        {
            return BuildGraph(architecture, weights, steps);
        }

        List<SpikingStage<T>> stages = [];
        List<AffineMap<T>> maps = [];
        int[] shape = architecture.Input;
        for (int i = 0; i < architecture.Layers.Count; i++)
        {
            var layer = architecture.Layers[i];
            // A normalisation is in the weights of the map before it.
            var norm = architecture.Layers.ElementAtOrDefault(i + 1) is { Kind: "BatchNorm1d" or "BatchNorm2d" } next ? next : null;
            if (layer.Kind is "BatchNorm1d" or "BatchNorm2d")
            {
                if (i == 0 || architecture.Layers[i - 1].Kind is not ("Linear" or "Conv2d" or "ConvTranspose2d"))
                {
                    throw new FormatException($"{layer.Name} normalises no layer with weights.");
                }
            }
            else if (layer.Kind is "Lif" or "Neuron")
            {
                maps.AddRange(maps.Count == 0 ? [AffineMap<T>.Identity(Size(shape))] : []);
                stages.Add(new(new(maps), Neurons(layer, Size(shape), weights)));
                maps = [];
            }
            else if (layer.Kind == "Recurrent")
            {
                stages[^1] = Recurring(architecture, i, stages, weights);
            }
            else if (layer.Kind != "Flatten")
            {
                maps.Add(Map(layer, shape, new(layer, norm, weights)));
            }

            if (maps.Count > 0 && maps[^1].Outputs != Size(layer.Output))
            {
                throw new FormatException($"{layer.Name} gives {maps[^1].Outputs} values, but its architecture says {Size(layer.Output)}.");
            }

            shape = layer.Output;
        }

        return stages.Count > 0
            ? new(architecture, steps, stages, new(maps))
            : throw new FormatException("The architecture has no spiking layer: there is nothing to verify.");
    }

    /// <summary>
    /// What step t weighs in the logits times <see cref="MarginScale"/>: 1; or what a current of 1 at that step leaves of the last membrane, decay^(T-1-t) without a synapse;
    /// or the sum of what it leaves of all.
    /// </summary>
    /// <param name="t">The step.</param>
    public Interval<T> ReadoutWeight(int t)
    {
        Interval<T> current = T.One, membrane = T.One, sum = T.One;
        for (int i = t; MembraneDecay is { } decay && i < Steps - 1; i++)
        {
            current *= T.From(SynapticDecay);
            membrane = (membrane * T.From(decay)) + current;
            sum += membrane;
        }

        return MeanMembrane ? sum : membrane;
    }

    private static Neurons Neurons(LayerSpec layer, int width, IReadOnlyDictionary<string, float[]> weights) => layer.Kind == "Neuron" ? ByEquations(layer, width, weights) : new(
        Architecture.Float(layer.Constants["threshold"]), Architecture.Float(layer.Constants["decay"]),
        layer.Constants["reset"] switch
        {
            "Hard" => false,
            "Soft" => true,
            var other => throw new FormatException($"The verifier does not know the reset {other}."),
        },
        Architecture.Float(layer.Constants["resetValue"]));

    // The neurons before a layer, whose spikes come back.
    private static SpikingStage<T> Recurring(
        Architecture architecture, int at, IReadOnlyList<SpikingStage<T>> stages, IReadOnlyDictionary<string, float[]> weights)
    {
        var layer = architecture.Layers[at];
        if (at == 0 || architecture.Layers[at - 1].Kind != "Neuron" || layer.Reads is not null || Size(layer.Output) != stages[^1].Width)
        {
            throw new FormatException($"{layer.Name} does not stand behind the neurons whose spikes come back.");
        }

        bool isDiagonal = layer.Constants["diagonal"] == "true";
        int width = stages[^1].Width, count = isDiagonal ? width : checked(width * width);
        string name = $"{layer.Name}.weight";
        if (!weights.TryGetValue(name, out float[]? values) || values.Length != count)
        {
            throw new FormatException($"The architecture needs {count} values {name}, but the weights hold {values?.Length ?? 0}.");
        }

        T[] numbers = Array.ConvertAll(values, value => T.From(value));
        return stages[^1] with { Recurrence = isDiagonal ? AffineMap<T>.Diagonal(numbers) : AffineMap<T>.Linear(width, numbers, new T[width]) };
    }

    // A learned decay is the float32 number that the network runs with.
    private static Neurons ByEquations(LayerSpec layer, int width, IReadOnlyDictionary<string, float[]> weights)
    {
        if (LearnedDecay.Read(layer.Text) is not { } learned)
        {
            return Networks.Neurons.By(NeuronEquations.Parse(layer.Text));
        }

        int count = learned.PerNeuron ? width : 1;
        float[] Numbers(string parameter)
        {
            string name = $"{layer.Name}.{parameter}";
            return weights.TryGetValue(name, out float[]? found) && found.Length == count && Array.TrueForAll(found, float.IsFinite)
                ? found
                : throw new FormatException($"The architecture needs {count} finite values {name}, but the weights hold {found?.Length ?? 0} of that name.");
        }

        float[] decays = [.. Numbers(LearnedDecay.Parameter).Select(LearnedDecay.Decay)];
        float[] logs = learned.LearnsThreshold ? Numbers(LearnedDecay.ThresholdParameter) : new float[count];
        return Networks.Neurons.By([.. decays.Zip(logs, (decay, log) => learned.At(decay, learned.Gain(decay, log)))]);
    }

    private static AffineMap<T> Map(LayerSpec layer, int[] shape, LayerWeights weights)
    {
        int Constant(string name) => Architecture.Whole(layer.Constants[name]);
        T[] Numbers(string name) => [.. layer.Constants[name].Split('|').Select(number => T.From(Architecture.Float(number)))];
        switch (layer.Kind)
        {
            case "Linear":
                int features = Constant("features");
                var (matrix, bias) = weights.Of<T>(features, Size(shape));
                return AffineMap<T>.Linear(Size(shape), matrix, bias);
            case "Conv2d":
                var (channels, window) = (Constant("channels"), Window.Read(layer));
                int groups = layer.Constants.ContainsKey("groups") ? Constant("groups") : 1;
                if (groups < 1 || shape[0] % groups != 0 || channels % groups != 0)
                {
                    throw new FormatException($"{layer.Name} divides {shape[0]} and {channels} channels into {groups} groups.");
                }

                var (kernels, constants) = weights.Of<T>(channels, checked(shape[0] / groups * window.Taps));
                return AffineMap<T>.Convolution(shape, layer.Output, window, groups, kernels, constants);
            case "ConvTranspose2d":
                var (made, edge, step, cut) = (Constant("channels"), Constant("kernel"), Constant("stride"), Constant("padding"));
                if (layer.Output is not [_, var tall, var wide] || layer.Output[0] != made || edge < 1 || step < 1 || cut < 0
                    || tall != ((shape[1] - 1) * step) - (2 * cut) + edge + Constant("outputPadding") || wide != ((shape[2] - 1) * step) - (2 * cut) + edge + Constant("outputPadding"))
                {
                    throw new FormatException($"{layer.Name} gives another image than it states.");
                }

                var (spread, shifts) = weights.Of<T>(made, checked(shape[0] * edge * edge), transposed: edge * edge);
                return AffineMap<T>.Transposed(shape, layer.Output, edge, step, cut, spread, shifts);
            case "AvgPool2d":
                var means = Window.Read(layer);
                return AffineMap<T>.Pool(shape, layer.Output, means, divisor: means.Taps);
            case "AdaptiveAvgPool2d":
                return layer.Output is [var count, var height, var width] && count == shape[0] && height == Constant("height") && width == Constant("width")
                    ? AffineMap<T>.Means(shape, layer.Output)
                    : throw new FormatException($"{layer.Name} gives another image than it states.");
            case "SumPool2d":
                return AffineMap<T>.Pool(shape, layer.Output, Window.Read(layer), divisor: 1);
            case "Normalize":
                return AffineMap<T>.Scale(shape, Numbers("scale"), Numbers("shift"));
            case "Voting":
                return AffineMap<T>.Groups(Size(shape), Constant("size"));
            default:
                throw new FormatException($"The verifier does not know layers of the kind {layer.Kind}.");
        }
    }

    private static int Size(int[] shape) => shape.Aggregate((a, b) => a * b);
}
