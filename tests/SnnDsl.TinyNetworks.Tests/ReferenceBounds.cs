using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>
/// The bounds as docs/mathematics.md defines them, in float64 numbers that lose no digit: every interval, count and linear bound that the
/// checker proves in fractions must be this one, no lower and no higher.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="set">The set.</param>
/// <param name="phase">What is assumed of a neuron at a step: 1 fires, -1 silent, 0 nothing.</param>
/// <param name="products">Whether maps in a row are multiplied out.</param>
internal sealed class ReferenceBounds(TinyNetwork network, TinySet set, Func<int, int, int, int> phase, bool products = false)
{
    private readonly List<List<LayerSpec>> maps = [];
    private readonly List<LayerSpec> neurons = [];
    private readonly List<int[]> shapes = [];

    /// <summary>Whether lines are drawn even where nothing weighs on a neuron.</summary>
    public bool Always { get; set; } = true;

    /// <summary>By layer, step and neuron; phases are 1, 0 or -1.</summary>
    public List<(double Lower, double Upper, int Phase)[][]> Membranes { get; } = [];

    /// <summary>By layer and step the currents.</summary>
    public List<(double Lower, double Upper)[][]> Currents { get; } = [];

    /// <summary>Computes all intervals; false if the assumptions contradict them.</summary>
    public bool Run()
    {
        Split();
        for (int layer = 0; layer < neurons.Count; layer++)
        {
            var currents = Enumerable.Range(0, network.Steps).Select(t => Current(layer, t)).ToArray();
            Currents.Add(currents);
            Membranes.Add([.. currents.Select(step => new (double, double, int)[step.Length])]);
            for (int t = 0; t < network.Steps; t++)
            {
                for (int i = 0; i < currents[t].Length; i++)
                {
                    if (!Step(layer, t, i))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    /// <summary>The least and the greatest number of spikes of a neuron of the last layer.</summary>
    public (int Least, int Most) Count(int layer, int neuron)
    {
        double threshold = Threshold(layer), decay = Of(layer, "decay"), reset = Of(layer, "resetValue");
        bool soft = IsSoft(layer);
        int certain = Enumerable.Range(0, network.Steps).Count(t => Membranes[layer][t][neuron].Phase == 1);
        int possible = Enumerable.Range(0, network.Steps).Count(t => Membranes[layer][t][neuron].Phase != -1);
        if (reset > threshold)
        {
            return (certain, possible);
        }

        double low = 0, high = 0;
        var (least, most) = (0, 0);
        for (int t = 0; t < network.Steps; t++)
        {
            var (l, u, known) = Membranes[layer][t][neuron];
            double a = Math.Max((decay * low) + Currents[layer][t][neuron].Lower, l), b = Math.Min((decay * high) + Currents[layer][t][neuron].Upper, u);
            bool fires = known == 1 || (known == 0 && a > threshold), may = known == 1 || (known == 0 && b > threshold);
            (least, most) = (least + (fires ? 1 : 0), most + (may ? 1 : 0));
            low = !fires ? a : soft ? Math.Max(a, threshold) - threshold : reset;
            high = !may ? b : soft ? Math.Max(b, threshold) - threshold : reset;
        }

        return (Math.Max(certain, least), Math.Min(possible, most));
    }

    /// <summary>The margin's bound by counts, or over the bounds of the last spikes.</summary>
    public double ByIntervals(int own, int rival)
    {
        if (maps.Count == neurons.Count || maps[^1].Count == 0)
        {
            return (Count(neurons.Count - 1, own).Least - Count(neurons.Count - 1, rival).Most) / (double)network.Steps;
        }

        double least = 0;
        for (int t = 0; t < network.Steps; t++)
        {
            var (onSpikes, constant) = Back(maps[^1], ReadOut(own, rival, t));
            least += constant + onSpikes.Select((a, i) => a * (Spike(t, i, a < 0) ? 1 : 0)).Sum();
        }

        return least / Scale;
    }

    /// <summary>The margin's bound by lines of given slopes.</summary>
    /// <param name="own">The class.</param>
    /// <param name="rival">The rival.</param>
    /// <param name="slope">By layer, step and neuron; null takes the neuron as it is, where its spike is known.</param>
    /// <param name="lines">What else stands for a neuron of the first layer: from the weights of its spikes a slope and an intercept.</param>
    public double ByLines(int own, int rival, Func<int, int, int, double?> slope, Func<int, double[], (double Slope, double Intercept)>? lines = null)
    {
        double constant = 0;
        var onSpikes = new double[network.Steps][];
        for (int t = 0; t < network.Steps; t++)
        {
            (onSpikes[t], double more) = Back(maps.Count > neurons.Count ? maps[^1] : [], ReadOut(own, rival, t));
            constant += more;
        }

        return Down(onSpikes, neurons.Count - 1, constant, slope, lines) / Scale;
    }

    /// <summary>The bound of sign times a membrane by lines of given slopes.</summary>
    public double OfMembrane(int layer, int t, int neuron, int sign, Func<int, int, int, double?> slope)
    {
        double constant = 0, next = sign;
        double[][] onCurrents = [.. Enumerable.Range(0, t + 1).Select(_ => new double[Currents[layer][0].Length])];
        onCurrents[t][neuron] = sign;
        for (int s = t - 1; s >= 0; s--)
        {
            (next, double intercept) = Line(layer, s, neuron, 0, Of(layer, "decay") * next, slope(layer, s, neuron));
            constant += intercept;
            onCurrents[s][neuron] = next;
        }

        return Through(onCurrents, layer, constant, slope, null);
    }

    private int Scale => network.Scale;

    private double Down(double[][] onSpikes, int layer, double constant, Func<int, int, int, double?> slope, Func<int, double[], (double, double)>? lines)
    {
        int width = Currents[layer][0].Length;
        double[][] onCurrents = [.. onSpikes.Select(_ => new double[width])];
        for (int i = 0; i < width; i++)
        {
            if (layer == 0 && lines is not null)
            {
                var (k, b) = lines(i, [.. onSpikes.Select(step => step[i])]);
                onCurrents[0][i] = k;
                constant += b;
                continue;
            }

            double next = 0;
            for (int t = onSpikes.Length - 1; t >= 0; t--)
            {
                (next, double intercept) = Line(layer, t, i, onSpikes[t][i], Of(layer, "decay") * next, slope(layer, t, i));
                constant += intercept;
                onCurrents[t][i] = next;
            }
        }

        return Through(onCurrents, layer, constant, slope, lines);
    }

    private double Through(double[][] onCurrents, int layer, double constant, Func<int, int, int, double?> slope, Func<int, double[], (double, double)>? lines)
    {
        var back = onCurrents.Select(step => Back(maps[layer], step)).ToArray();
        constant += back.Sum(step => step.Constant);
        double[][] before = [.. back.Select(step => step.Coefficients)];
        return layer > 0
            ? Down(before, layer - 1, constant, slope, lines)
            : constant + set.Members.Min(member => before.Select((step, t) => step.Select((a, i) => a * member[Math.Min(t, member.Length - 1)][i]).Sum()).Sum());
    }

    // A line k u + b below what a spike weighs and what the rest of the membrane weighs: b is the least over both sides' ends.
    private (double Slope, double Intercept) Line(int layer, int t, int i, double onSpike, double onRest, double? given)
    {
        var (l, u, known) = Membranes[layer][t][i];
        double threshold = Threshold(layer);
        if (given is null && known == -1)
        {
            return (onRest, 0);
        }

        if (!Always && onSpike == 0 && onRest == 0)
        {
            return (0, 0);
        }

        double k = given ?? (IsSoft(layer) ? onRest : 0);
        List<double> values = [];
        if (known != 1)
        {
            values.AddRange(from x in new[] { l, Math.Min(u, threshold) } select (onRest * x) - (k * x));
        }

        if (known != -1)
        {
            values.AddRange(from x in new[] { Math.Max(l, threshold), u }
                            select onSpike + (onRest * (IsSoft(layer) ? x - threshold : Of(layer, "resetValue"))) - (k * x));
        }

        return (k, values.Min());
    }

    private bool Step(int layer, int t, int i)
    {
        double threshold = Threshold(layer), decay = Of(layer, "decay");
        var (lower, upper) = Currents[layer][t][i];
        if (t > 0)
        {
            var (l, u, known) = Membranes[layer][t - 1][i];
            double low = Math.Max(l, threshold), after = IsSoft(layer) ? low - threshold : Of(layer, "resetValue"), most = IsSoft(layer) ? u - threshold : Of(layer, "resetValue");
            var (least, greatest) = known == -1 ? (l, Math.Min(u, threshold)) : known == 1 ? (after, most)
                : (Math.Min(l, after), Math.Max(Math.Min(u, threshold), most));
            (lower, upper) = (lower + (decay * least), upper + (decay * greatest));
        }

        int bounded = upper <= threshold ? -1 : lower > threshold ? 1 : 0, assumed = phase(layer, t, i);
        int is_ = assumed == 0 ? bounded : assumed;
        (lower, upper) = (is_ == 1 ? Math.Max(lower, threshold) : lower, is_ == -1 ? Math.Min(upper, threshold) : upper);
        Membranes[layer][t][i] = (lower, upper, is_);
        return bounded * assumed != -1 && lower <= upper;
    }

    private (double, double)[] Current(int layer, int t)
    {
        var (lower, upper) = layer > 0
            ? (Ends(layer - 1, t, -1), Ends(layer - 1, t, 1))
            : (Hull(set.Members.Select(member => member[Math.Min(t, member.Length - 1)]), Math.Min), Hull(set.Members.Select(member => member[Math.Min(t, member.Length - 1)]), Math.Max));
        if (layer == 0 && (products || maps[0].Count == 1))
        {
            // An affine map of all members has its ends among them.
            var outputs = set.Members.Select(member => Forward(maps[0], member[Math.Min(t, member.Length - 1)])).ToList();
            return [.. Hull(outputs, Math.Min).Zip(Hull(outputs, Math.Max))];
        }

        if (products)
        {
            return Box(x => Forward(maps[layer], x), lower, upper);
        }

        int[] shape = shapes[layer];
        foreach (var map in maps[layer])
        {
            var from = shape;
            var box = Box(x => network.Apply(map, from, x), lower, upper);
            (lower, upper) = ([.. box.Select(end => end.Item1)], [.. box.Select(end => end.Item2)]);
            shape = map.Output;
        }

        return [.. lower.Zip(upper)];
    }

    // The ends of an affine map over a box: column by column.
    private static (double, double)[] Box(Func<double[], double[]> map, double[] lower, double[] upper)
    {
        double[] at = map(lower), low = [.. at], high = [.. at];
        for (int i = 0; i < lower.Length; i++)
        {
            double[] moved = [.. lower];
            moved[i] = upper[i];
            double[] to = map(moved);
            for (int o = 0; o < to.Length; o++)
            {
                (low[o], high[o]) = (low[o] + Math.Min(0, to[o] - at[o]), high[o] + Math.Max(0, to[o] - at[o]));
            }
        }

        return [.. low.Zip(high)];
    }

    private double[] Forward(IEnumerable<LayerSpec> chain, double[] x)
    {
        int[] shape = shapes[maps.FindIndex(own => ReferenceEquals(own, chain))];
        foreach (var map in chain)
        {
            x = network.Apply(map, shape, x);
            shape = map.Output;
        }

        return x;
    }

    // The transpose of a chain of maps, by unit vectors.
    private (double[] Coefficients, double Constant) Back(List<LayerSpec> chain, double[] a)
    {
        if (chain.Count == 0)
        {
            return (a, 0);
        }

        int inputs = shapes[maps.FindIndex(own => ReferenceEquals(own, chain))].Aggregate((p, q) => p * q);
        double[] zero = Forward(chain, new double[inputs]);
        double[] coefficients = [.. Enumerable.Range(0, inputs).Select(i =>
        {
            double[] unit = new double[inputs];
            unit[i] = 1;
            return Forward(chain, unit).Select((y, o) => a[o] * (y - zero[o])).Sum();
        })];
        return (coefficients, zero.Select((y, o) => a[o] * y).Sum());
    }

    private double[] ReadOut(int own, int rival, int t)
    {
        double[] a = new double[network.Classes];
        (a[own], a[rival]) = (network.ReadoutWeight(t), -network.ReadoutWeight(t));
        return a;
    }

    private void Split()
    {
        int[] shape = network.Input;
        List<LayerSpec> chain = [];
        shapes.Add(shape);
        foreach (var layer in network.Layers)
        {
            if (layer.Kind == "Lif")
            {
                maps.Add(chain);
                neurons.Add(layer);
                chain = [];
                shapes.Add(layer.Output);
            }
            else if (layer.Kind != "Flatten")
            {
                chain.Add(layer);
            }
        }

        maps.Add(chain);
    }

    private bool Spike(int t, int i, bool upper) => upper ? Membranes[^1][t][i].Phase != -1 : Membranes[^1][t][i].Phase == 1;

    private double[] Ends(int layer, int t, int sign) => [.. Membranes[layer][t].Select(membrane => sign < 0 ? membrane.Phase == 1 ? 1.0 : 0 : membrane.Phase == -1 ? 0.0 : 1)];

    private static double[] Hull(IEnumerable<double[]> values, Func<double, double, double> end) => values.Aggregate((a, b) => [.. a.Zip(b, end)]);

    private double Of(int layer, string name) => TinyNetwork.Constant(neurons[layer], name);

    private double Threshold(int layer) => Of(layer, "threshold");

    private bool IsSoft(int layer) => neurons[layer].Constants["reset"] == "Soft";
}
