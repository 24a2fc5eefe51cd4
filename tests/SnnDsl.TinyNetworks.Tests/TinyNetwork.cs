using System.Globalization;
using SnnDsl.Model;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>
/// A network of a few neurons, declared by the text of its architecture, with weights of few binary digits: float64 runs of it are exact,
/// so that whatever is said of all inputs can be held against each of them.
/// </summary>
internal sealed class TinyNetwork
{
    private static readonly string[] Neurons =
    [
        "threshold=1,decay=0.5,reset=Hard,resetValue=0", "threshold=1,decay=0.5,reset=Soft,resetValue=0",
        "threshold=1,decay=1,reset=Hard,resetValue=0", "threshold=0.5,decay=0.25,reset=Hard,resetValue=0.25",
        "threshold=1,decay=0.5,reset=Hard,resetValue=-0.5", "threshold=1,decay=0.5,reset=Hard,resetValue=1.5",
        "threshold=1,decay=0,reset=Soft,resetValue=0", "threshold=0.75,decay=1,reset=Soft,resetValue=0",
        "threshold=1,decay=0.5,reset=Hard,resetValue=1", "threshold=1,decay=0,reset=Hard,resetValue=0",
        "threshold=0.5,decay=0.75,reset=Soft,resetValue=0", "threshold=2,decay=0.75,reset=Hard,resetValue=0",
    ];

    private readonly Architecture architecture;

    private TinyNetwork(string text, Random random, bool isFine)
    {
        float Part() => isFine ? random.NextSingle() / 64 : 0;

        (Text, architecture) = (text, Architecture.Read(text));
        int[] shape = architecture.Input;
        foreach (var layer in architecture.Layers)
        {
            var (outputs, inputs) = layer.Kind switch
            {
                "Linear" => (layer.Output[0], shape.Aggregate((a, b) => a * b)),
                "Recurrent" => (layer.Constants["diagonal"] == "true" ? 1 : layer.Output[0], layer.Output[0]),
                "Conv2d" => (layer.Output[0], shape[0] * Whole(layer, "kernel") * Whole(layer, "kernel")),
                _ => (0, 0),
            };
            if (outputs > 0)
            {
                Weights[$"{layer.Name}.weight"] = [.. Enumerable.Range(0, outputs * inputs).Select(_ => random.Next(5) == 0 ? 0 : (random.Next(-7, 10) / 4f) + Part())];
                Weights[$"{layer.Name}.bias"] = [.. Enumerable.Range(0, outputs).Select(_ => (random.Next(-3, 6) / 8f) + Part())];
            }

            shape = layer.Output;
        }
    }

    /// <summary>The canonical text.</summary>
    public string Text { get; }

    /// <summary>Weights and biases by name.</summary>
    public Dictionary<string, float[]> Weights { get; } = [];

    /// <summary>T.</summary>
    public int Steps => architecture.Steps;

    /// <summary>How many values one step has.</summary>
    public int Inputs => architecture.Input.Aggregate((a, b) => a * b);

    /// <summary>How inputs are encoded.</summary>
    public Encoding Encoding => architecture.Encoding;

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<LayerSpec> Layers => architecture.Layers;

    /// <summary>The shape of one sample and step.</summary>
    public int[] Input => architecture.Input;

    /// <summary>The decay of a last membrane that is read out.</summary>
    public double? MembraneDecay => architecture.MembraneDecay;

    /// <summary>What a readout's synaptic current keeps; 0 for none.</summary>
    public double SynapticDecay => architecture.SynapticDecay;

    /// <summary>How many logits.</summary>
    public int Classes => Layers[^1].Output[0];

    /// <summary>Layouts that cover every kind of layer, readout and encoding.</summary>
    public static readonly string[] Layouts = ["dense", "deep", "pooled", "chain", "membrane", "bare", "poisson", "recording"];

    /// <summary>Layouts whose layers are a graph, whose neurons are stated by equations, or whose spikes come back.</summary>
    public static readonly string[] Graphs = ["currents", "spikes", "joined", "recurrent", "delayed", "mean", "all", "mapped"];

    /// <summary>Layouts of one layer of neurons, which are the first and the last.</summary>
    public static readonly string[] Single = ["single", "single event", "counted"];

    /// <summary>Layouts of more neurons than a word has bits and of more classes than rows are carried together: for native walks, too many for fractions.</summary>
    public static readonly string[] Wide = ["wide", "image"];

    /// <summary>Layouts whose sums are of numbers that are large and cancel out: what float32 loses is as large as what else there is.</summary>
    public static readonly string[] Costly = ["costly", "costly equations", "costly values", "costly states"];

    /// <summary>Layouts whose neurons are any equations: offsets, guards of several states, both sides of the guard whatever they are.</summary>
    public static readonly string[] Any = ["any"];

    /// <summary>A network of one layout, with the neurons, T and weights of a seed.</summary>
    /// <param name="layout">One of <see cref="Layouts"/> or <see cref="Graphs"/>.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="isFine">Whether weights have all their digits, so that no membrane lies on its threshold.</param>
    public static TinyNetwork Of(string layout, int seed, bool isFine = false)
    {
        string[] all = [.. Layouts, .. Graphs, .. Single, .. Wide, .. Costly, .. Any];
        var random = new Random((seed * 31) + Array.IndexOf(all, layout));
        // Over layouts and seeds each comes first and each comes last.
        string first = $"Lif({Neurons[((seed * Layouts.Length) + Array.IndexOf(all, layout)) % Neurons.Length]})", second = $"Lif({Neurons[random.Next(Neurons.Length)]})";
        int steps = layout == "recording" ? 3 : 2 + (seed % 4);
        // Equations whose runs are exact: those of a name have few digits.
        string By() => NeuronDraws.Of(random.Next(7), random).ToString();
        string text = layout switch
        {
            "dense" => $"encoding=Direct;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=3,bias=true)->3;lif2={second}->3;readout=Mean()",
            "deep" => $"encoding=Direct;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=2,bias=true)->2;lif1={first}->2;fc2=Linear(features=3,bias=false)->3;lif2={second}->3;fc3=Linear(features=2,bias=true)->2;lif3={first}->2;readout=Mean()",
            "pooled" => $"encoding=Direct;steps={steps};input=1x3x2;conv1=Conv2d(channels=1,kernel=2,stride=1,padding=1,bias=true)->1x4x3;lif1={first}->1x4x3;pool1=AvgPool2d(kernel=2,stride=2)->1x2x1;flatten1=Flatten()->2;fc1=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "chain" => $"encoding=Direct;steps={steps};input=2x3x3;conv1=Conv2d(channels=2,kernel=2,stride=1,padding=0,bias=true)->2x2x2;pool1=AvgPool2d(kernel=2,stride=2)->2x1x1;lif1={first}->2x1x1;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;fc2=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "membrane" => $"encoding=Direct;steps={steps};input=1x1x3;flatten1=Flatten()->3;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=3,bias=true)->3;readout={(seed % 4) switch { 0 => "Membrane(decay=0.5)", 2 => "Membrane(decay=0.5,synaptic=0.25)", _ => "Mean()" }}",
            "bare" => $"encoding=Direct;steps={steps};input=1x1x2;lif1={first}->1x1x2;flatten1=Flatten()->2;fc1=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "poisson" => $"encoding=Poisson;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "recording" => $"encoding=Spikes;steps={steps};input=2x1x1;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "currents" => $"encoding=Direct;steps={steps};input=2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=3,bias=true)->3;add1<-fc2,fc1=Add()->3;lif2={second}->3;readout=Mean()",
            "spikes" => $"encoding=Direct;steps={steps};input=2;fc1=Linear(features=3,bias=true)->3;n1={By()}->3;fc2=Linear(features=3,bias=false)->3;lif2={second}->3;add1<-lif2,n1=Add()->3;fc3=Linear(features=2,bias=true)->2;lif3={first}->2;readout=Mean()",
            "joined" => $"encoding=Direct;steps={steps};input=2;fc1=Linear(features=2,bias=true)->2;lif1={first}->2;fc2<-input=Linear(features=3,bias=true)->3;n2={By()}->3;concat1<-lif1,n2=Concat()->5;fc3=Linear(features=2,bias=true)->2;readout={(seed % 2 == 0 ? "Membrane(decay=0.5)" : "Mean()")}",
            "recurrent" => $"encoding=Direct;steps={steps};input=2;fc1=Linear(features=3,bias=true)->3;n1={By()}->3;n1.recurrent=Recurrent(diagonal=false)->3;fc2=Linear(features=2,bias=true)->2;n2={By()}->2;n2.recurrent=Recurrent(diagonal=true)->2;readout=Mean()",
            "delayed" => $"encoding=Spikes;steps=3;input=2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;delay1=Delay(steps=1)->3;fc2=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "mean" => $"encoding=Direct;steps={steps};input=3;fc1=Linear(features=3,bias=true)->3;n1={By()}->3;fc2=Linear(features=2,bias=true)->2;readout=Membrane(decay=0.5{(seed % 2 == 0 ? "" : ",synaptic=0.75")},mean=true)",
            "all" => $"encoding=Spikes;steps=3;input=2;fc1=Linear(features=2,bias=true)->2;n1={By()}->2;n1.recurrent=Recurrent(diagonal=false)->2;delay1=Delay(steps=1)->2;add1<-delay1,n1=Add()->2;fc2=Linear(features=2,bias=true)->2;concat1<-fc2,fc1=Concat()->4;n3={By()}->4;fc3=Linear(features=2,bias=true)->2;n4={By()}->2;readout=Mean()",
            "mapped" => $"encoding=Direct;steps={steps};input=2;lif0={first}->2;fc1=Linear(features=2,bias=true)->2;fc2=Linear(features=2,bias=true)->2;lif1={second}->2;fc3<-lif0=Linear(features=2,bias=true)->2;lif2={first}->2;concat1<-lif1,lif2=Concat()->4;fc4=Linear(features=2,bias=true)->2;readout=Mean()",
            "single" => $"encoding=Direct;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;readout=Mean()",
            "single event" => $"encoding=Spikes;steps=3;input=2x1x1;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;readout=Mean()",
            "counted" => $"encoding=Spikes;steps=6;input=1x1x1;flatten1=Flatten()->1;fc1=Linear(features=2,bias=true)->2;lif1={first}->2;readout=Mean()",
            "wide" => $"encoding=Direct;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=70,bias=true)->70;lif1={first}->70;fc2=Linear(features=66,bias=true)->66;lif2={second}->66;fc3=Linear(features=8,bias=true)->8;lif3={first}->8;readout=Mean()",
            "image" => $"encoding=Direct;steps={steps};input=2x3x3;conv1=Conv2d(channels=66,kernel=2,stride=1,padding=0,bias=true)->66x2x2;lif1={first}->66x2x2;conv2=Conv2d(channels=3,kernel=2,stride=1,padding=1,bias=true)->3x3x3;lif2={second}->3x3x3;flatten1=Flatten()->27;fc1=Linear(features=5,bias=true)->5;readout={(seed % 2 == 0 ? "Membrane(decay=0.5)" : "Mean()")}",
            "costly" => $"encoding=Direct;steps={steps};input=4;fc1=Linear(features=4,bias=true)->4;lif1={first}->4;fc2=Linear(features=3,bias=true)->3;lif2={second}->3;readout=Mean()",
            "costly values" => $"encoding=Direct;steps={steps};input=4;fc1=Linear(features=4,bias=true)->4;lif1={first}->4;fc2=Linear(features=3,bias=true)->3;readout={(seed % 2 == 0 ? "Membrane(decay=0.5)" : "Mean()")}",
            "any" => $"encoding=Direct;steps={steps};input=2;fc1=Linear(features=3,bias=true)->3;n1={AnyOf(random)}->3;fc2=Linear(features=2,bias=true)->2;n2={AnyOf(random)}->2;readout=Mean()",
            "costly states" => $"encoding=Direct;steps={steps};input=4;fc1=Linear(features=4,bias=true)->4;n1={Opposed}->4;fc2=Linear(features=3,bias=true)->3;n2={Opposed}->3;readout=Mean()",
            "costly equations" => $"encoding=Direct;steps={steps};input=4;fc1=Linear(features=4,bias=true)->4;n1={By()}->4;fc2=Linear(features=3,bias=true)->3;n2={By()}->3;readout=Mean()",
            _ => throw new ArgumentException(layout),
        };
        var network = new TinyNetwork(text, random, isFine);
        if (Costly.Contains(layout) && layout != "costly states")
        {
            network.Cancel();
        }

        return network;
    }

    // Two states that are large and whose guard takes one from the other.
    private const string Opposed = "Neuron(states=a b,A=0.5 0|0 0.5,B=1 0,c=4096 -4096,w=1 1,threshold=1,fires=above,P0=1 0|0 1,q0=0 0,P1=1 0|0 1,q1=-1 0,"
        + "surrogate=Rectangular,width=1,reset=differentiated)";

    private static string AnyOf(Random random) => NeuronDraws.Of(random.Next(7, NeuronDraws.Kinds), random).ToString();

    // The last two pixels are equal and meet opposite weights; the first neuron fires whatever comes, and its weight takes back what a bias brings.
    private void Cancel()
    {
        const float Large = 4096;
        float[] first = Weights["fc1.weight"], second = Weights["fc2.weight"], bias = Weights["fc2.bias"];
        first.AsSpan(0, 4).Clear();
        Weights["fc1.bias"][0] = 8;
        for (int i = 0; i < 4; i++)
        {
            (first[(4 * i) + 2], first[(4 * i) + 3]) = (Large, -Large);
        }

        for (int i = 0; i < bias.Length; i++)
        {
            second[4 * i] = Large;
            bias[i] -= Large;
        }
    }

    /// <summary>The network as the checker sees it.</summary>
    public Network<T> Build<T>()
        where T : struct, IReal<T> => Network<T>.Build(architecture, Weights, Steps);

    /// <summary>Runs one input.</summary>
    /// <param name="input">By step, the values; one entry where they are the same at all steps.</param>
    public TinyRun Run(double[][] input)
    {
        var run = new TinyRun();
        double[][] values = [.. Enumerable.Range(0, Steps).Select(t => input[Math.Min(t, input.Length - 1)])];
        Dictionary<string, (double[][] Values, int[] Shape)> known = new() { ["input"] = (values, Input) };
        string before = "input";
        for (int at = 0; at < Layers.Count; at++)
        {
            var layer = Layers[at];
            var reads = (layer.Reads ?? [before]).Select(name => known[name]).ToArray();
            var (x, shape) = reads[0];
            if (layer.Kind is "Lif" or "Neuron")
            {
                var back = Layers.ElementAtOrDefault(at + 1) is { Kind: "Recurrent" } recurrent ? recurrent : null;
                var (membranes, spikes) = layer.Kind == "Lif" ? Neuron(layer, x) : ByEquations(NeuronEquations.Parse(layer.Text), x, back);
                run.Membranes.Add(membranes);
                run.Spikes.Add(values = spikes);
            }
            else
            {
                values = layer.Kind switch
                {
                    "Add" => [.. x.Select((step, t) => step.Select((value, i) => reads.Sum(source => source.Values[t][i])).ToArray())],
                    "Concat" => [.. x.Select((_, t) => reads.SelectMany(source => source.Values[t]).ToArray())],
                    "Delay" => [.. x.Select((step, t) => t < Whole(layer, "steps") ? new double[step.Length] : x[t - Whole(layer, "steps")])],
                    "Recurrent" => x,
                    _ => [.. x.Select(step => Apply(layer, shape, step))],
                };
            }

            known[layer.Name] = (values, layer.Output);
            before = layer.Name;
        }

        // Times T for means, as the checker carries margins back.
        run.Logits = [.. Enumerable.Range(0, Classes).Select(c => Enumerable.Range(0, Steps).Sum(t => ReadoutWeight(t) * values[t][c]))];
        return run;
    }

    /// <summary>What a step weighs in T times the logits, or in the last membrane.</summary>
    public double ReadoutWeight(int t)
    {
        if (MembraneDecay is not { } decay)
        {
            return 1;
        }

        // h(k), what a current of 1 leaves of the membrane k steps later.
        double Left(int k) => Enumerable.Range(0, k + 1).Sum(j => Math.Pow(decay, k - j) * Math.Pow(architecture.SynapticDecay, j));
        return architecture.MeanMembrane ? Enumerable.Range(0, Steps - t).Sum(Left) : Left(Steps - 1 - t);
    }

    /// <summary>What margins are carried back times.</summary>
    public int Scale => MembraneDecay is null || architecture.MeanMembrane ? Steps : 1;

    /// <summary>What comes back of the spikes of the step before.</summary>
    public double[] Back(LayerSpec recurrent, double[] spikes)
    {
        float[] w = Weights[$"{recurrent.Name}.weight"];
        return [.. spikes.Select((own, i) => w.Length == spikes.Length ? w[i] * own : spikes.Select((spike, j) => w[(i * spikes.Length) + j] * spike).Sum())];
    }

    /// <summary>One affine layer on one step's values.</summary>
    public double[] Apply(LayerSpec layer, int[] shape, double[] x)
    {
        float[] w = Weights.GetValueOrDefault($"{layer.Name}.weight", []), b = Weights.GetValueOrDefault($"{layer.Name}.bias", []);
        double Bias(int channel) => !layer.Constants.TryGetValue("bias", out string? has) || has == "false" ? 0 : b[channel];
        switch (layer.Kind)
        {
            case "Linear":
                return [.. Enumerable.Range(0, layer.Output[0]).Select(i => Bias(i) + x.Select((value, j) => w[(i * x.Length) + j] * value).Sum())];
            case "Conv2d" or "AvgPool2d":
                int kernel = Whole(layer, "kernel"), stride = Whole(layer, "stride"), padding = layer.Kind == "Conv2d" ? Whole(layer, "padding") : 0;
                double[] y = new double[layer.Output.Aggregate((p, q) => p * q)];
                for (int at = 0; at < y.Length; at++)
                {
                    int column = at % layer.Output[2], row = at / layer.Output[2] % layer.Output[1], channel = at / layer.Output[2] / layer.Output[1];
                    y[at] = Bias(channel);
                    for (int c = 0; c < shape[0]; c++)
                    {
                        for (int tap = 0; tap < kernel * kernel; tap++)
                        {
                            int yy = (row * stride) - padding + (tap / kernel), xx = (column * stride) - padding + (tap % kernel);
                            double weight = layer.Kind == "Conv2d" ? w[(((channel * shape[0]) + c) * kernel * kernel) + tap] : c == channel ? 1.0 / (kernel * kernel) : 0;
                            y[at] += yy >= 0 && yy < shape[1] && xx >= 0 && xx < shape[2] ? weight * x[(((c * shape[1]) + yy) * shape[2]) + xx] : 0;
                        }
                    }
                }

                return y;
            default:
                return x;
        }
    }

    /// <summary>A constant of a layer.</summary>
    public static double Constant(LayerSpec layer, string name) => double.Parse(layer.Constants[name], CultureInfo.InvariantCulture);

    private static (double[][] Membranes, double[][] Spikes) Neuron(LayerSpec layer, double[][] currents)
    {
        double threshold = Constant(layer, "threshold"), decay = Constant(layer, "decay"), reset = Constant(layer, "resetValue");
        double[] left = new double[currents[0].Length];
        double[][] membranes = [.. currents.Select(step => new double[step.Length])], spikes = [.. currents.Select(step => new double[step.Length])];
        for (int t = 0; t < currents.Length; t++)
        {
            for (int i = 0; i < left.Length; i++)
            {
                double u = membranes[t][i] = (decay * left[i]) + currents[t][i];
                spikes[t][i] = u > threshold ? 1 : 0;
                left[i] = u <= threshold ? u : layer.Constants["reset"] == "Soft" ? u - threshold : reset;
            }
        }

        return (membranes, spikes);
    }

    private (double[][] Membranes, double[][] Spikes) ByEquations(NeuronEquations neuron, double[][] currents, LayerSpec? recurrent)
    {
        int width = currents[0].Length;
        double[][] left = [.. Enumerable.Range(0, width).Select(_ => new double[neuron.Size])];
        double[][] membranes = [.. currents.Select(step => new double[step.Length])], spikes = [.. currents.Select(step => new double[step.Length])];
        double Row(Coefficients m, int row, double[] x) => x.Select((value, j) => m[row, j] * value).Sum();
        for (int t = 0; t < currents.Length; t++)
        {
            double[] back = t == 0 || recurrent is null ? new double[width] : Back(recurrent, spikes[t - 1]);
            for (int i = 0; i < width; i++)
            {
                double[] y = [.. left[i].Select((_, k) => Row(neuron.Decay, k, left[i]) + (neuron.Input[k] * (currents[t][i] + back[i])) + neuron.Bias[k])];
                double v = membranes[t][i] = Row(neuron.Guard, 0, y), threshold = neuron.Spike.Threshold;
                bool fires = neuron.Spike.FiresAtThreshold ? v >= threshold : v > threshold;
                spikes[t][i] = fires ? 1 : 0;
                var after = fires ? neuron.Fired : neuron.Silent;
                left[i] = [.. y.Select((_, k) => Row(after.Matrix, k, y) + after.Offset[k])];
            }
        }

        return (membranes, spikes);
    }

    private static int Whole(LayerSpec layer, string name) => (int)Constant(layer, name);
}
