using SnnDsl.Certification.Search;
using SnnDsl.Certification.Search.Inputs;
using SnnDsl.Evaluation;
using SnnDsl.Kernels;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>A tiny network as branch and bound sees it, every neuron open.</summary>
internal static class TinySearch
{
    /// <summary>The open network of a set, with the margin of one class over another.</summary>
    /// <param name="network">The network.</param>
    /// <param name="set">The set.</param>
    /// <param name="own">The class.</param>
    /// <param name="rival">The rival.</param>
    /// <param name="error">What each membrane may be off by.</param>
    public static OpenNetwork Of(TinyNetwork network, TinySet set, int own, int rival, double error = 0)
    {
        List<OpenLayer> layers = [];
        List<LayerSpec> chain = [];
        int[] shape = network.Input;
        foreach (var layer in network.Layers)
        {
            if (layer.Kind != "Lif")
            {
                chain.Add(layer);
                continue;
            }

            var (weights, bias) = Matrix(network, chain, shape);
            bool constant = layers.Count == 0 && network.Encoding == Encoding.Direct;
            double[] basis = [.. Enumerable.Range(0, constant ? 1 : network.Steps).SelectMany(_ => bias)];
            double[] sizes = [.. weights.Select((row, n) => row.Sum(Math.Abs) + Math.Abs(bias[n]))];
            layers.Add(new(
                Parameters(layer), [.. Enumerable.Range(0, bias.Length)], new(bias.Length, weights[0].Length, [.. weights.SelectMany(row => row)]),
                basis, constant, network.Steps, sizes, [.. Enumerable.Repeat(error, bias.Length)], isRounded: false));
            (chain, shape) = ([], layer.Output);
        }

        return new(network.Steps, Set(network, set), [.. layers], [Margin(network, chain, shape, own, rival)], chain.Count == 0, Guard.Plain);
    }

    /// <summary>The set as a search sees it; its points are never asked for.</summary>
    public static SearchSet Set(TinyNetwork network, TinySet set) => set switch
    {
        TinySet.Pixels box => new PixelSet(box.Lower, box.Upper, default),
        TinySet.Flips flips => new FlipSet(
            [.. flips.Recording.SelectMany(step => step).Select(value => (double)value)],
            [.. flips.Recording.SelectMany(step => step).Select(spike => spike > 0 ? (flips.Delete ? -1.0 : 0) : flips.Insert ? 1 : 0)],
            flips.Most, null!, network.Steps),
        _ => throw new ArgumentException(set.ToString()),
    };

    private static OpenMargin Margin(TinyNetwork network, List<LayerSpec> chain, int[] shape, int own, int rival)
    {
        var (weights, bias) = chain.Count == 0
            ? ([.. Enumerable.Range(0, network.Classes).Select(c => Enumerable.Range(0, network.Classes).Select(i => i == c ? 1.0 : 0).ToArray())], new double[network.Classes])
            : Matrix(network, chain, shape);
        double scale = network.Scale;
        double[] readout = [.. Enumerable.Range(0, network.Steps).Select(t => network.ReadoutWeight(t) / scale)];
        return new(
            rival, [.. readout.SelectMany(weight => weights[own].Zip(weights[rival], (a, b) => weight * (a - b)))],
            readout.Sum() * (bias[own] - bias[rival]), chain.Count == 0 ? own : -1, chain.Count == 0 ? rival : -1, 0);
    }

    private static (double[][] Weights, double[] Bias) Matrix(TinyNetwork network, List<LayerSpec> chain, int[] shape)
    {
        int inputs = shape.Aggregate((a, b) => a * b);
        double[] bias = Apply(new double[inputs]);
        double[][] columns = [.. Enumerable.Range(0, inputs).Select(i =>
        {
            double[] unit = new double[inputs];
            unit[i] = 1;
            return Apply(unit);
        })];
        return ([.. bias.Select((b, n) => columns.Select(column => column[n] - b).ToArray())], bias);

        double[] Apply(double[] x)
        {
            int[] from = shape;
            foreach (var map in chain)
            {
                (x, from) = (network.Apply(map, from, x), map.Output);
            }

            return x;
        }
    }

    private static NeuronParameters Parameters(LayerSpec layer) => new(
        (float)TinyNetwork.Constant(layer, "threshold"), (float)TinyNetwork.Constant(layer, "decay"), Enum.Parse<Reset>(layer.Constants["reset"]),
        (float)TinyNetwork.Constant(layer, "resetValue"), Surrogate.Rectangular, 1);
}
