using SnnDsl.Affine;
using SnnDsl.Model;
using SnnDsl.Networks;
using SnnDsl.TinyNetworks.Tests;
using SnnDsl.Verification.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AffineMap = SnnDsl.Affine.AffineMap;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>A tiny network as the runtime sees it, as the compiler would have emitted it.</summary>
internal sealed class TinyModule : GraphModule
{
    private readonly Dictionary<string, Parameter> weights = [];

    /// <param name="network">The network.</param>
    public TinyModule(TinyNetwork network)
        : base(new()
        {
            Name = "Tiny",
            TimeSteps = network.Steps,
            Encoding = network.Encoding,
            InputShape = [.. network.Input.Select(size => (long)size)],
            Classes = network.Classes,
            ReadsSpikes = network.MembraneDecay is null && network.Layers.Last(layer => layer.Kind != "Recurrent").Kind is "Lif" or "Neuron",
            Layers =
            [
                .. network.Layers.Select(layer => new LayerDescription(
                    layer.Name, layer.Kind, [.. layer.Output.Select(size => (long)size)], 0, "", layer.Kind == "Lif" ? 1 : layer.Kind == "Neuron" ? NeuronEquations.Parse(layer.Text).Size : 0)),
            ],
            Readout = network.Text[(network.Text.IndexOf("readout=", StringComparison.Ordinal) + 8)..],
            Architecture = network.Text,
        })
    {
        foreach (var (name, values) in network.Weights)
        {
            weights[name] = new(tensor(values), requires_grad: false);
            register_parameter(name.Replace('.', '_'), weights[name]);
        }

        Stages = Of(network);
    }

    /// <inheritdoc/>
    public override NetworkStages Stages { get; }

    /// <summary>Runs what is encoded already.</summary>
    /// <param name="input">[B, ...], or [T, B, ...] where inputs have steps.</param>
    public Tensor Encoded(Tensor input) => Simulate(input);

    /// <inheritdoc/>
    protected override Tensor Simulate(Tensor input)
    {
        bool isDirect = Description.Encoding == Encoding.Direct;
        List<Tensor> values = [];
        List<bool> constant = [];
        foreach (var node in Stages.Nodes)
        {
            Tensor Value(int source) => source < 0 ? input : values[source];
            bool IsConstant(int source) => source < 0 ? isDirect : constant[source];
            var (one, same) = (Value(node.Sources[0]), node is { Neurons: null, Later: 0 } && node.Sources.All(IsConstant));
            values.Add(node switch
            {
                { Neurons: { } neurons } => (IsConstant(node.Sources[0]) ? neurons.FireConstant(one, Steps) : neurons.Fire(one)).ToTensor(),
                { Map: { } map } => map.Apply(one),
                { Later: > 0 } => IsConstant(node.Sources[0]) ? Joined.DelayConstant(one, node.Later, Steps) : Joined.Delay(one, node.Later),
                { Joins: true } => Joined.Concat([.. node.Sources.Select(Value)]),
                _ => Joined.Add([.. node.Sources.Select(Value)]),
            });
            constant.Add(same);
        }

        return Stages.MembraneDecay is not { } decay ? Readouts.Mean(values[^1])
            : Stages.MeanMembrane ? Readouts.MeanMembrane(values[^1], decay, Stages.SynapticDecay) : Readouts.LastMembrane(values[^1], decay, Stages.SynapticDecay);
    }

    private NetworkStages Of(TinyNetwork network)
    {
        float? decay = (float?)network.MembraneDecay;
        float synaptic = (float)network.SynapticDecay;
        bool mean = network.Text.Contains("mean=true");
        List<NetworkNode> nodes = [];
        Dictionary<string, int> places = new() { ["input"] = NetworkNode.Input };
        Dictionary<string, int[]> shapes = new() { ["input"] = network.Input };
        string before = "input";
        bool isChain = true;
        for (int i = 0; i < network.Layers.Count; i++)
        {
            var layer = network.Layers[i];
            if (layer.Kind == "Recurrent")
            {
                continue;
            }

            string[] reads = layer.Reads is { } names ? [.. names] : [before];
            int[] sources = [.. reads.Select(name => places[name])];
            long[] shape = [.. shapes[reads[0]].Select(size => (long)size)];
            var next = network.Layers.ElementAtOrDefault(i + 1) is { Kind: "Recurrent" } recurrent ? recurrent : null;
            isChain &= layer.Reads is null && layer.Kind is not "Delay";
            if (layer.Kind is "Lif" or "Neuron" && sources[0] < 0)
            {
                // A spiking encoder's currents are the inputs, as the compiler writes it.
                nodes.Add(NetworkNode.Affine(new ScaleMap([1], [0], shape), NetworkNode.Input));
                sources = [nodes.Count - 1];
            }

            nodes.Add(layer.Kind switch
            {
                "Lif" => NetworkNode.Fire(new(TinyKernels.Of(layer)), sources[0]),
                "Neuron" => NetworkNode.Fire(new(layer.Name, NeuronEquations.Parse(layer.Text), next is null ? null : Back(next)), sources[0]),
                "Add" => NetworkNode.Add(sources),
                "Concat" => NetworkNode.Concat(sources),
                "Delay" => NetworkNode.Delay(Whole(layer, "steps"), sources[0]),
                _ => NetworkNode.Affine(Map(layer, shape), sources[0]),
            });
            (places[layer.Name], shapes[layer.Name], before) = (nodes.Count - 1, layer.Output, layer.Name);
        }

        return isChain ? Chain(nodes, decay, mean, synaptic) : new(nodes, decay, mean, synaptic);
    }

    // Maps in a row are one; each spiking layer stands with the one before it.
    private static NetworkStages Chain(List<NetworkNode> nodes, float? decay, bool mean, float synaptic)
    {
        List<NetworkStage> stages = [];
        List<AffineMap> maps = [];
        AffineMap Joint() => maps.Count == 1 ? maps[0] : new AffineChain([.. maps]);
        foreach (var node in nodes)
        {
            if (node.Neurons is { } neurons)
            {
                stages.Add(new(Joint(), neurons));
                maps = [];
            }
            else
            {
                maps.Add(node.Map!);
            }
        }

        return new(stages, maps.Count == 0 ? null : Joint(), decay, mean, synaptic);
    }

    private AffineMap Map(LayerSpec layer, long[] input)
    {
        Tensor Weight(params long[] shape) => weights[$"{layer.Name}.weight"].view(shape);
        var bias = layer.Constants.GetValueOrDefault("bias") == "true" ? weights[$"{layer.Name}.bias"] : null;
        return layer.Kind switch
        {
            "Flatten" => new FlattenMap(input),
            "Linear" => new LinearMap(Weight(layer.Output[0], -1), bias),
            "Conv2d" => new Conv2dMap(Weight(layer.Output[0], input[0], Whole(layer, "kernel"), -1), bias, Whole(layer, "stride"), Whole(layer, "padding"), input),
            "AvgPool2d" => new AvgPool2dMap(Whole(layer, "kernel"), Whole(layer, "stride"), input),
            _ => throw new ArgumentException(layer.Kind),
        };
    }

    private AffineMap Back(LayerSpec recurrent)
    {
        Tensor weight = weights[$"{recurrent.Name}.weight"];
        int width = recurrent.Output[0];
        return recurrent.Constants["diagonal"] == "true" ? new DiagonalMap(weight) : new LinearMap(weight.view(width, width), null);
    }

    private static int Whole(LayerSpec layer, string name) => (int)TinyNetwork.Constant(layer, name);
}
