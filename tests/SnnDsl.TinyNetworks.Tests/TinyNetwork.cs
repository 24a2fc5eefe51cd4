using System.Globalization;
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

    /// <summary>How many logits.</summary>
    public int Classes => Layers[^1].Output[0];

    /// <summary>Layouts that cover every kind of layer, readout and encoding.</summary>
    public static readonly string[] Layouts = ["dense", "deep", "pooled", "chain", "membrane", "bare", "poisson", "recording"];

    /// <summary>A network of one layout, with the neurons, T and weights of a seed.</summary>
    /// <param name="layout">One of <see cref="Layouts"/>.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="isFine">Whether weights have all their digits, so that no membrane lies on its threshold.</param>
    public static TinyNetwork Of(string layout, int seed, bool isFine = false)
    {
        var random = new Random((seed * 31) + Array.IndexOf(Layouts, layout));
        // Over layouts and seeds each comes first and each comes last.
        string first = $"Lif({Neurons[((seed * Layouts.Length) + Array.IndexOf(Layouts, layout)) % Neurons.Length]})", second = $"Lif({Neurons[random.Next(Neurons.Length)]})";
        int steps = layout == "recording" ? 3 : 2 + (seed % 4);
        string text = layout switch
        {
            "dense" => $"encoding=Direct;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=3,bias=true)->3;lif2={second}->3;readout=Mean()",
            "deep" => $"encoding=Direct;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=2,bias=true)->2;lif1={first}->2;fc2=Linear(features=3,bias=false)->3;lif2={second}->3;fc3=Linear(features=2,bias=true)->2;lif3={first}->2;readout=Mean()",
            "pooled" => $"encoding=Direct;steps={steps};input=1x3x2;conv1=Conv2d(channels=1,kernel=2,stride=1,padding=1,bias=true)->1x4x3;lif1={first}->1x4x3;pool1=AvgPool2d(kernel=2,stride=2)->1x2x1;flatten1=Flatten()->2;fc1=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "chain" => $"encoding=Direct;steps={steps};input=2x3x3;conv1=Conv2d(channels=2,kernel=2,stride=1,padding=0,bias=true)->2x2x2;pool1=AvgPool2d(kernel=2,stride=2)->2x1x1;lif1={first}->2x1x1;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;fc2=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "membrane" => $"encoding=Direct;steps={steps};input=1x1x3;flatten1=Flatten()->3;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=3,bias=true)->3;readout={(seed % 2 == 0 ? "Membrane(decay=0.5)" : "Mean()")}",
            "bare" => $"encoding=Direct;steps={steps};input=1x1x2;lif1={first}->1x1x2;flatten1=Flatten()->2;fc1=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "poisson" => $"encoding=Poisson;steps={steps};input=1x1x2;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            "recording" => $"encoding=Spikes;steps={steps};input=2x1x1;flatten1=Flatten()->2;fc1=Linear(features=3,bias=true)->3;lif1={first}->3;fc2=Linear(features=2,bias=true)->2;lif2={second}->2;readout=Mean()",
            _ => throw new ArgumentException(layout),
        };
        return new(text, random, isFine);
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
        int[] shape = Input;
        foreach (var layer in Layers)
        {
            if (layer.Kind == "Lif")
            {
                var (membranes, spikes) = Neuron(layer, values);
                run.Membranes.Add(membranes);
                run.Spikes.Add(values = spikes);
            }
            else
            {
                var from = shape;
                values = [.. values.Select(step => Apply(layer, from, step))];
            }

            shape = layer.Output;
        }

        // Times T for means, as the checker carries margins back.
        run.Logits = [.. Enumerable.Range(0, Classes).Select(c => Enumerable.Range(0, Steps).Sum(t => ReadoutWeight(t) * values[t][c]))];
        return run;
    }

    /// <summary>What a step weighs in T times the logits, or in the last membrane.</summary>
    public double ReadoutWeight(int t) => MembraneDecay is { } decay ? Math.Pow(decay, Steps - 1 - t) : 1;

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

    private static int Whole(LayerSpec layer, string name) => (int)Constant(layer, name);
}
