namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>Interval bounds of one sample in plain arithmetic over explicit matrices.</summary>
/// <param name="MembraneLower">Of each spiking layer, [layer][t][n].</param>
/// <param name="MembraneUpper">Likewise.</param>
/// <param name="SpikeLower">Likewise.</param>
/// <param name="SpikeUpper">Likewise.</param>
internal sealed record ScalarIntervals(
    double[][][] MembraneLower, double[][][] MembraneUpper, double[][][] SpikeLower, double[][][] SpikeUpper);

/// <summary>Which lines the walk takes: one of the two rules, or Joint's lines by a slope parameter, and splits.</summary>
internal sealed record WalkOptions(bool Paper)
{
    /// <summary>lambda of (layer, t, n); null leaves the choice to the rule.</summary>
    public Func<int, int, int, double?> Slope { get; init; } = (_, _, _) => null;

    /// <summary>Phase (-1, 0, 1) and multiplier of (layer, t, n).</summary>
    public Func<int, int, int, (int Phase, double Beta)> Split { get; init; } = (_, _, _) => (0, 0);

    /// <summary>Sees every unstable neuron's case.</summary>
    public Action<Line.Case, Neuron>? Seen { get; init; }
}

/// <summary>A lower bound, its linear form on the input, how steep its steepest line is, and how large its numbers get.</summary>
internal sealed record ScalarBound(double Lower, double[][] Coefficients, double Constant, double Steepness, double Scale);

/// <summary>Both bounds of one network, in plain arithmetic, loops and double precision, sample by sample and row by row.</summary>
internal sealed class ScalarBounds
{
    private readonly Blueprint blueprint;
    private readonly DenseMap[][] maps;
    private readonly DenseMap[] tail;

    public ScalarBounds(Blueprint blueprint, Func<string, double[]?> parameter)
    {
        this.blueprint = blueprint;
        maps = [.. blueprint.Stages.Select(stage => stage.Maps.Select(map => DenseMap.Of(map, parameter)).ToArray())];
        tail = [.. blueprint.Tail.Select(map => DenseMap.Of(map, parameter))];
    }

    public ScalarIntervals Intervals(IInputSet input, int steps)
    {
        int count = blueprint.Stages.Count;
        var result = new ScalarIntervals(new double[count][][], new double[count][][], new double[count][][], new double[count][][]);
        var (lower, upper) = input.Currents(maps[0], steps);
        for (int layer = 0; layer < count; layer++)
        {
            var neuron = blueprint.Stages[layer].Neuron;
            if (layer > 0)
            {
                var boxes = Enumerable.Range(0, steps).Select(t => maps[layer].Aggregate(
                    (Lower: result.SpikeLower[layer - 1][t], Upper: result.SpikeUpper[layer - 1][t]),
                    (box, map) => map.Apply(box.Lower, box.Upper))).ToList();
                (lower, upper) = ([.. boxes.Select(box => box.Lower)], [.. boxes.Select(box => box.Upper)]);
            }

            var (l, u, sl, su) = (Grid(steps, lower[0].Length), Grid(steps, lower[0].Length), Grid(steps, lower[0].Length), Grid(steps, lower[0].Length));
            for (int n = 0; n < lower[0].Length; n++)
            {
                double restLower = 0, restUpper = 0;
                for (int t = 0; t < steps; t++)
                {
                    l[t][n] = neuron.Decay * restLower + lower[t][n];
                    u[t][n] = neuron.Decay * restUpper + upper[t][n];
                    sl[t][n] = l[t][n] > neuron.Threshold ? 1 : 0;
                    su[t][n] = u[t][n] > neuron.Threshold ? 1 : 0;
                    (restLower, restUpper) = Rest(l[t][n], u[t][n], neuron);
                }
            }

            (result.MembraneLower[layer], result.MembraneUpper[layer]) = (l, u);
            (result.SpikeLower[layer], result.SpikeUpper[layer]) = (sl, su);
        }

        return result;
    }

    /// <summary>S-IBP's lower bound of a margin: of counts where the logits are firing rates.</summary>
    public double IntervalMargin(ScalarIntervals intervals, int label, int rival)
    {
        double[][] lower = intervals.SpikeLower[^1], upper = intervals.SpikeUpper[^1];
        int steps = lower.Length;
        if (tail.Length == 0)
        {
            return (lower.Sum(step => step[label]) - upper.Sum(step => step[rival])) / steps;
        }

        double constant = 0;
        var coefficients = OnSpikes(MarginRow(label, rival), steps, ref constant);
        return constant + ((IInputSet)new SpikeBox(lower, upper)).Least(coefficients);
    }

    public double[] MarginRow(int label, int rival)
    {
        var row = new double[blueprint.Classes];
        (row[label], row[rival]) = (1, -1);
        return row;
    }

    /// <summary>A lower bound of a row over the logits (layer = the number of spiking layers) or over a layer's membranes at the last
    /// of the steps.</summary>
    public ScalarBound Walk(IInputSet input, ScalarIntervals intervals, int layer, double[] row, int steps, WalkOptions options)
    {
        double constant = 0, steepest = 0, scale = 0;
        double[][]? onSpikes = null;
        double[]? onMembrane = row;
        if (layer == blueprint.Stages.Count)
        {
            onSpikes = OnSpikes(row, steps, ref constant);
            onMembrane = null;
            layer--;
        }

        for (; layer >= 0; layer--)
        {
            var neuron = blueprint.Stages[layer].Neuron;
            int count = (int)blueprint.Stages[layer].Neurons;
            var onCurrents = Grid(steps, count);
            for (int n = 0; n < count; n++)
            {
                double next = 0;
                for (int t = steps - 1; t >= 0; t--)
                {
                    var met = new Line.Case(
                        onSpikes?[t][n] ?? 0, neuron.Decay * next, intervals.MembraneLower[layer][t][n], intervals.MembraneUpper[layer][t][n]);
                    var line = Choose(met, neuron, options, layer, t, n);
                    constant += line.Intercept;
                    next = line.Slope + (t == steps - 1 ? onMembrane?[n] ?? 0 : 0);
                    onCurrents[t][n] = next;
                    steepest = Math.Max(steepest, line.Steepness);
                    scale += Math.Abs(line.Intercept) + Math.Abs(next);
                }
            }

            onSpikes = PullBack(maps[layer], onCurrents, ref constant);
            onMembrane = null;
        }

        return new(constant + input.Least(onSpikes!), onSpikes!, constant, steepest, scale);
    }

    private static Line Choose(Line.Case met, Neuron neuron, WalkOptions options, int layer, int t, int n)
    {
        if (met.Lower <= neuron.Threshold && met.Upper > neuron.Threshold)
        {
            options.Seen?.Invoke(met, neuron);
        }

        var (phase, beta) = options.Split(layer, t, n);
        return phase != 0 ? Line.Split(met, neuron, phase, beta)
            : options.Paper ? Line.Paper(met, neuron)
            : Line.Joint(met, neuron, options.Slope(layer, t, n));
    }

    private double[][] OnSpikes(double[] row, int steps, ref double constant)
    {
        double[][] onLogits =
            [.. Enumerable.Range(0, steps).Select(t => row.Select(value => value * blueprint.ReadoutWeight(t, steps)).ToArray())];
        return PullBack(tail, onLogits, ref constant);
    }

    private static double[][] PullBack(DenseMap[] chain, double[][] coefficients, ref double constant)
    {
        foreach (var map in chain.Reverse())
        {
            var pulled = coefficients.Select(map.PullBack).ToList();
            constant += pulled.Sum(step => step.Constant);
            coefficients = [.. pulled.Select(step => step.Coefficients)];
        }

        return coefficients;
    }

    private static (double, double) Rest(double l, double u, Neuron neuron)
    {
        double th = neuron.Threshold;
        if (u <= th)
        {
            return (l, u);
        }

        if (neuron.Soft)
        {
            return l > th ? (l - th, u - th) : (Math.Min(l, 0), Math.Max(th, u - th));
        }

        return l > th ? (neuron.ResetValue, neuron.ResetValue)
            : (Math.Min(l, neuron.ResetValue), Math.Max(th, neuron.ResetValue));
    }

    private static double[][] Grid(int steps, int count) => [.. Enumerable.Range(0, steps).Select(_ => new double[count])];
}
