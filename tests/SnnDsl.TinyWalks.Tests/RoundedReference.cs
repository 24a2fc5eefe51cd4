using SnnDsl.TinyNetworks.Tests;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>
/// Bounds of float32 chains of LIF layers as docs/mathematics.md has them ("The float32 network as it runs"), number by number: a membrane lies
/// within E = gamma (|W| |x| + |b| + decay |r|) + an underflow of its recursion, and each use of one costs its coefficient times E.
/// </summary>
internal sealed class RoundedReference
{
    private const double Up = 1 + 1.0 / (1 << 20);
    private static readonly double s_tiny = Math.ScaleB(1, -100);
    private readonly TinyNetwork network;
    private readonly TinyNetwork absolute;
    private readonly double[][][] members;
    private readonly TinySet.Pixels? box;
    private readonly List<(List<LayerSpec> Maps, int[] Shape)> chains = [];
    private readonly List<LayerSpec> neurons = [];

    /// <param name="network">The network.</param>
    /// <param name="absolute">The same network once more, whose weights become their absolute values.</param>
    /// <param name="set">The set of inputs.</param>
    public RoundedReference(TinyNetwork network, TinyNetwork absolute, TinySet set)
    {
        (this.network, this.absolute, members, box) = (network, absolute, set.Members, set as TinySet.Pixels);
        foreach (var (_, values) in absolute.Weights)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = Math.Abs(values[i]);
            }
        }

        List<LayerSpec> chain = [];
        int[] shape = network.Input, from = shape;
        foreach (var layer in network.Layers)
        {
            if (layer.Kind == "Lif")
            {
                chains.Add((chain, from));
                neurons.Add(layer);
                (chain, from) = ([], layer.Output);
            }
            else
            {
                chain.Add(layer);
            }
        }

        chains.Add((chain, from));
        for (int layer = 0; layer < neurons.Count; layer++)
        {
            Bound(layer);
        }
    }

    /// <summary>By layer, step and neuron.</summary>
    public List<(double Lower, double Upper)[][]> Membranes { get; } = [];

    /// <summary>By layer, step and neuron: E.</summary>
    public List<double[][]> Errors { get; } = [];

    /// <summary>The bound of a margin by lines of given slopes.</summary>
    /// <param name="own">The class.</param>
    /// <param name="rival">The rival.</param>
    /// <param name="slope">By layer, step and neuron.</param>
    public double ByLines(int own, int rival, Func<int, int, int, double> slope)
    {
        int steps = network.Steps;
        double[][] on = [.. Enumerable.Range(0, steps).Select(Row)];
        double constant = 0;
        if (chains[^1].Maps.Count > 0)
        {
            // Values that are read out pay for their sums, for T products and additions, each with its weight, and for those of a synapse.
            int more = ((network.SynapticDecay == 0 ? 2 : 4) * steps) + 2;
            for (int t = 0; t < steps; t++)
            {
                double[] error = Error(neurons.Count, t, null, more);
                constant -= Math.Abs(on[t][own]) * error[own] + Math.Abs(on[t][rival]) * error[rival];
                (on[t], double bias) = Back(neurons.Count, on[t]);
                constant += bias;
            }
        }

        return constant + Down(neurons.Count - 1, on, null, slope);

        double[] Row(int t)
        {
            double[] row = new double[network.Classes];
            double weight = network.ReadoutWeight(t) / network.Scale;
            (row[own], row[rival]) = (weight, -weight);
            return row;
        }
    }

    /// <summary>The bound of a membrane, or of minus one, by lines of given slopes.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="sign">1 or -1.</param>
    /// <param name="slope">By layer, step and neuron, the row itself included.</param>
    public double OfMembrane(int layer, int t, int neuron, int sign, Func<int, int, int, double> slope) => Down(
        layer, [.. Enumerable.Range(0, t + 1).Select(_ => new double[Membranes[layer][0].Length])], n => n == neuron ? sign : 0, slope);

    // From the spikes of a layer, and from a row on its last membranes, down to the inputs.
    private double Down(int from, double[][] on, Func<int, double>? row, Func<int, int, int, double> slope)
    {
        double constant = 0;
        int steps = on.Length;
        for (int layer = from; layer >= 0; layer--)
        {
            double[][] currents = [.. on.Select(step => new double[step.Length])];
            for (int n = 0; n < currents[0].Length; n++)
            {
                double next = 0;
                for (int t = steps - 1; t >= 0; t--)
                {
                    double k = slope(layer, t, n), own = t == steps - 1 && layer == from ? row?.Invoke(n) ?? 0 : 0;
                    constant += Intercept(layer, t, n, on[t][n], t == steps - 1 ? 0 : Decay(layer) * next, k - own) - (Math.Abs(k) * Errors[layer][t][n]);
                    currents[t][n] = next = k;
                }
            }

            for (int t = 0; t < steps; t++)
            {
                (on[t], double bias) = Back(layer, currents[t]);
                constant += bias;
            }
        }

        return constant + members.Min(member => Enumerable.Range(0, steps).Sum(t => on[t].Zip(member[Math.Min(t, member.Length - 1)], (a, x) => a * x).Sum()));
    }

    // What the least line of a slope leaves below c_s s + c_r r: at the ends of both sides.
    private double Intercept(int layer, int t, int n, double onSpike, double onRest, double k)
    {
        var (l, u) = Membranes[layer][t][n];
        double th = Threshold(layer), least = double.PositiveInfinity;
        if (l <= th)
        {
            least = Math.Min((onRest - k) * l, (onRest - k) * Math.Min(u, th));
        }

        if (u > th)
        {
            double Fired(double x) => IsSoft(layer)
                ? onSpike + (onRest * (x - th)) - (Math.Abs(onRest) * ResetError(layer, u)) - (k * x)
                : onSpike + (onRest * Reset(layer)) - (k * x);
            least = Math.Min(least, Math.Min(Fired(Math.Max(l, th)), Fired(u)));
        }

        return least;
    }

    private void Bound(int layer)
    {
        int width = neurons[layer].Output.Aggregate((a, b) => a * b);
        Membranes.Add([.. Enumerable.Range(0, network.Steps).Select(_ => new (double, double)[width])]);
        Errors.Add([.. Enumerable.Range(0, network.Steps).Select(_ => new double[width])]);
        double[] low = new double[width], high = new double[width];
        for (int t = 0; t < network.Steps; t++)
        {
            var (lower, upper) = Currents(layer, t);
            double[]? kept = t == 0 ? null : [.. low.Zip(high, (a, b) => Decay(layer) * Math.Max(Math.Abs(a), Math.Abs(b)))];
            double[] error = Errors[layer][t] = Error(layer, t, kept, 1);
            for (int n = 0; n < width; n++)
            {
                double l = (t == 0 ? 0 : Decay(layer) * low[n]) + lower[n] - error[n], u = (t == 0 ? 0 : Decay(layer) * high[n]) + upper[n] + error[n], th = Threshold(layer);
                Membranes[layer][t][n] = (l, u);
                double lost = IsSoft(layer) ? ResetError(layer, u) : 0;
                (double from, double to) = IsSoft(layer) ? (Math.Max(l, th) - th, u - th) : (Reset(layer), Reset(layer));
                (low[n], high[n]) = u <= th ? (l, u) : l > th ? (from, to) : (Math.Min(l, from), Math.Max(th, to));
                (low[n], high[n]) = (low[n] - lost, high[n] + lost);
            }
        }
    }

    // Bounds of W x + b: of a set's members; of boxes, and of spikes that are certain and that are possible, map by map.
    private (double[] Lower, double[] Upper) Currents(int layer, int t)
    {
        if (layer == 0 && box is null)
        {
            double[][] all = [.. members.Select(member => Through(network, 0, member[Math.Min(t, member.Length - 1)]))];
            return ([.. all[0].Select((_, n) => all.Min(own => own[n]))], [.. all[0].Select((_, n) => all.Max(own => own[n]))]);
        }

        double[] lower = layer == 0 ? box!.Lower : Spikes(layer - 1, t, certain: true), upper = layer == 0 ? box!.Upper : Spikes(layer - 1, t, certain: false);
        int[] shape = chains[layer].Shape;
        foreach (var map in chains[layer].Maps)
        {
            double[] centre = network.Apply(map, shape, [.. lower.Zip(upper, (a, b) => (a + b) / 2)]);
            double[] nothing = absolute.Apply(map, shape, new double[lower.Length]), radius = absolute.Apply(map, shape, [.. lower.Zip(upper, (a, b) => (b - a) / 2)]);
            lower = [.. centre.Select((value, n) => value - (radius[n] - nothing[n]))];
            upper = [.. centre.Select((value, n) => value + (radius[n] - nothing[n]))];
            shape = map.Output;
        }

        return (lower, upper);
    }

    // E of a layer's membranes, or of what is read out, at a step.
    private double[] Error(int layer, int t, double[]? kept, int more)
    {
        double[] magnitude, nonzero;
        if (layer == 0)
        {
            bool isDirect = network.Encoding == Encoding.Direct;
            double[][] all = [.. members.Select(member => Through(absolute, 0, Array.ConvertAll(member[Math.Min(t, member.Length - 1)], Math.Abs)))];
            magnitude = [.. all[0].Select((_, n) => all.Max(own => own[n]))];
            nonzero = [isDirect ? network.Inputs : members.Max(member => member[t].Count(value => value != 0))];
        }
        else
        {
            double[] possible = Spikes(layer - 1, t, certain: false);
            (magnitude, nonzero) = (Through(absolute, layer, possible), [possible.Sum()]);
        }

        double roundings = more, gain = 1, values = 0;
        bool isFirst = true;
        int[] shape = chains[layer].Shape;
        int inputs = shape.Aggregate((a, b) => a * b);
        List<(double Terms, double Values)> links = [];
        foreach (var map in chains[layer].Maps)
        {
            int outputs = map.Output.Aggregate((a, b) => a * b);
            links.Add((map.Kind switch
            {
                "Linear" => inputs,
                "Conv2d" => shape[0] * TinyNetwork.Constant(map, "kernel") * TinyNetwork.Constant(map, "kernel"),
                "AvgPool2d" => TinyNetwork.Constant(map, "kernel") * TinyNetwork.Constant(map, "kernel"),
                _ => 0,
            }, inputs + outputs));
            (shape, inputs) = (map.Output, outputs);
        }

        if (links.Count == 0)
        {
            links.Add((layer == 0 ? 1 : 0, 2 * inputs));
        }

        foreach (var (terms, size) in links)
        {
            values += size;
            if (terms > 0)
            {
                roundings += (isFirst ? Math.Min(nonzero[0], terms) : terms) + 1;
                gain *= isFirst ? 1 : terms * Math.ScaleB(1, 24);
                isFirst = false;
            }
        }

        double factor = (Gamma(roundings, Math.ScaleB(1, -24)) + Gamma((8.0 * network.Steps * values) + 64, Math.ScaleB(1, -53))) * Up;
        return [.. magnitude.Select((own, n) => ((own + (kept?[n] ?? 0)) * factor) + ((roundings + 2) * 4 * s_tiny * gain))];
    }

    private double[] Spikes(int layer, int t, bool certain) =>
        [.. Membranes[layer][t].Select(u => (certain ? u.Lower : u.Upper) > Threshold(layer) ? 1.0 : 0)];

    private double[] Through(TinyNetwork own, int layer, double[] x)
    {
        int[] shape = chains[layer].Shape;
        foreach (var map in chains[layer].Maps)
        {
            (x, shape) = (own.Apply(map, shape, x), map.Output);
        }

        return x;
    }

    // W' a and a b.
    private (double[] On, double Constant) Back(int layer, double[] a)
    {
        int inputs = chains[layer].Shape.Aggregate((p, q) => p * q);
        double[] bias = Through(network, layer, new double[inputs]), on = new double[inputs];
        for (int i = 0; i < inputs; i++)
        {
            double[] unit = new double[inputs];
            unit[i] = 1;
            on[i] = Through(network, layer, unit).Select((value, n) => (value - bias[n]) * a[n]).Sum();
        }

        return (on, bias.Zip(a, (b, own) => b * own).Sum());
    }

    private double ResetError(int layer, double upper) => (Math.Max(upper - Threshold(layer), 0) * Math.ScaleB(1, -24) * Up) + s_tiny;

    private double Threshold(int layer) => TinyNetwork.Constant(neurons[layer], "threshold");

    private double Decay(int layer) => TinyNetwork.Constant(neurons[layer], "decay");

    private double Reset(int layer) => TinyNetwork.Constant(neurons[layer], "resetValue");

    private bool IsSoft(int layer) => neurons[layer].Constants["reset"] == "Soft";

    private static double Gamma(double n, double unit) => n * unit / (1 - (n * unit));
}
