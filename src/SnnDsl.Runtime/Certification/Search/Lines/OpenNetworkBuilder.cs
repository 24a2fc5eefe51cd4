using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Certification.Search.Inputs;
using SnnDsl.Evaluation;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search;

/// <summary>
/// Finds what a set of inputs leaves open, layer by layer: intervals say which neurons' spikes are settled at all steps, the others'
/// weights are taken from the maps, whatever kind they are.
/// </summary>
internal sealed class OpenNetworkBuilder
{
    // Neurons between two looks at the clock.
    private const int Often = 256;

    // Weights of a layer's open neurons: 2 GiB.
    private const long MostWeights = 1L << 28;

    private readonly SpikingModule network;
    private readonly IPerturbedInput set;
    private readonly Tensor like;
    private readonly RoundingErrors? errors;
    private readonly SearchClock? clock;
    private readonly List<OpenLayer> layers = [];

    // Of the layer before: its open neurons, and every neuron's settled spikes, [T, neurons].
    private int[] open;
    private double[] settled = [];
    private Interval spikes;

    private OpenNetworkBuilder(SpikingModule network, IPerturbedInput set, SearchSet input, SearchClock? clock)
    {
        (this.network, this.set, this.clock) = (network, set, clock);
        like = zeros(0, ScalarType.Float64, set.Currents(network.Stages.Spiking[0].Map).Lower.device);
        errors = network is RoundingSafeNetwork safe ? new(safe, set) : null;
        open = [.. Enumerable.Range(0, input.Entries)];
    }

    /// <summary>Finds it.</summary>
    /// <param name="network">The network in float64, or its rounding-safe view.</param>
    /// <param name="set">The set of a batch of one, in float64.</param>
    /// <param name="sample">The unperturbed sample.</param>
    /// <param name="label">Its class.</param>
    /// <param name="members">The set in the network's own precision, which counterexamples are taken from; null for the same.</param>
    /// <param name="guard">What a bound must exceed to be a certificate.</param>
    /// <param name="clock">Until when; null for any time.</param>
    /// <exception cref="TimeoutException">Time is over.</exception>
    /// <exception cref="InsufficientMemoryException">More is open than a search can hold.</exception>
    public static OpenNetwork Build(
        SpikingModule network, IPerturbedInput set, Tensor sample, int label, IPerturbedInput? members = null, double guard = Guard.Plain,
        SearchClock? clock = null)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        var input = SearchSet.Of(set, sample, network.Steps, members);
        var builder = new OpenNetworkBuilder(network, set, input, clock);
        foreach (var stage in network.Stages.Spiking)
        {
            clock?.ThrowIfLate();
            builder.Add(stage);
        }

        return new(network.Steps, input, [.. builder.layers], builder.Margins(label), network.Description.ReadsSpikes, guard);
    }

    private void Add(NetworkStage stage)
    {
        bool first = layers.Count == 0, constant = first && network.Description.Encoding == Encoding.Direct;
        int steps = network.Steps;
        var neuron = stage.Neurons.Parameters;
        var currents = first ? set.Currents(stage.Map) : stage.Map.Apply(spikes);
        double[] lower = currents.Lower.Doubles(), upper = currents.Upper.Doubles();
        int size = lower.Length / (constant ? 1 : steps);
        double[] sizes = Sizes(stage.Map, size), own = errors?.OfMembranes(layers.Count) ?? new double[size];
        // What float64 sums of so many numbers, and the rows of several maps in one, lose at most.
        double lost = (stage.Map.InputShape.Aggregate(1L, (a, b) => a * b) + 64) * 2 * Rounding.Double;
        double[] off = [.. own.Zip(sizes, (error, met) => error + (lost * met))];
        // An empty layer of all its neurons lends its equations.
        var all = new OpenLayer(
            neuron, new int[size], new Matrix(size, 0, []), new double[constant ? size : steps * size], constant, steps, sizes, off, errors is not null);
        double[] low = new double[steps * size], high = new double[steps * size];
        for (int n = 0; n < size; n++)
        {
            if (n % Often == 0)
            {
                clock?.ThrowIfLate();
            }

            CaseBounds.BoundSpikes(all, n, lower, upper, low, high);
        }

        int[] live = [.. Enumerable.Range(0, size).Where(n => Enumerable.Range(0, steps).Any(t => low[(t * size) + n] != high[(t * size) + n]))];
        layers.Add(Take(stage.Map, neuron, live, constant, sizes, off));
        // What an open neuron does at its settled steps comes through its column of weights.
        (open, settled) = (live, [.. low]);
        foreach (int n in live)
        {
            for (int t = 0; t < steps; t++)
            {
                settled[(t * size) + n] = 0;
            }
        }

        long[] shape = [steps, 1, .. stage.Map.OutputShape];
        spikes = new(tensor(low).to(like.dtype).to(like.device).view(shape), tensor(high).to(like.dtype).to(like.device).view(shape));
    }

    // The sum of the magnitudes that meet in each of a map's outputs, of what fires at any step: at least as much as at the worst.
    private double[] Sizes(AffineMap map, int size)
    {
        using var scope = NewDisposeScope();
        var magnitudes = map.With(weight => weight.abs());
        var most = layers.Count == 0 ? set.Magnitudes.Currents(magnitudes).Upper : magnitudes.Apply(spikes.Upper.amax([0L]));
        return most.reshape([-1, size]).amax([0L]).Doubles();
    }

    // The weights and base currents of some of a map's outputs.
    private OpenLayer Take(AffineMap map, NeuronParameters neuron, int[] live, bool constant, double[] sizes, double[] off)
    {
        if ((long)live.Length * open.Length > MostWeights)
        {
            throw new InsufficientMemoryException($"{live.Length} open neurons behind {open.Length} open values are more than a search can hold.");
        }

        int steps = constant ? 1 : network.Steps;
        double[] bias = map.Apply(zeros([1, .. map.InputShape], like.dtype, like.device)).Doubles();
        double[] basis = new double[steps * live.Length], weights = new double[(long)live.Length * open.Length];
        // Where an input's weights go; spikes that are settled add theirs to the currents. The first layer has none.
        int size = settled.Length / network.Steps;
        int[] columns = new int[map.InputShape.Aggregate(1L, (a, b) => a * b)];
        Array.Fill(columns, -1);
        for (int i = 0; i < open.Length; i++)
        {
            columns[open[i]] = i;
        }

        int done = 0;
        foreach (var row in map.Rows(live, like))
        {
            clock?.ThrowIfLate();
            row.CopyTo(columns, weights.AsSpan(done * open.Length, open.Length));
            for (int t = 0; t < steps; t++)
            {
                basis[(t * live.Length) + done] = bias[live[done]] + (size == 0 ? 0 : row.Dot(settled.AsSpan(t * size, size)));
            }

            done++;
        }

        return new(
            neuron, live, new Matrix(live.Length, open.Length, weights), basis, constant, network.Steps,
            [.. live.Select(n => sizes[n])], [.. live.Select(n => off[n])], errors is not null);
    }

    private OpenMargin[] Margins(int label)
    {
        int classes = network.Description.Classes, steps = network.Steps, size = settled.Length / steps;
        var tail = network.Stages.Tail;
        double[] readout = network.Stages.ReadoutWeights(steps);
        double[] bias = tail is null ? new double[classes] : tail.Apply(zeros([1, .. tail.InputShape], like.dtype, like.device)).Doubles();
        double[][] rows = tail is null
            ? [.. Enumerable.Range(0, classes).Select(c => Enumerable.Range(0, size).Select(i => i == c ? 1.0 : 0).ToArray())]
            : [.. tail.Rows([.. Enumerable.Range(0, classes)], like).Select(row => Spread(row, size))];
        double[]? lost = network.Description.ReadsSpikes ? null : errors?.OfLogits();
        List<OpenMargin> margins = [];
        for (int rival = 0; rival < classes; rival++)
        {
            if (rival == label)
            {
                continue;
            }

            double[] onSpikes = new double[steps * open.Length];
            // What the readout may lose.
            double constant = lost is null ? 0 : -(lost[label] + lost[rival]), met = 0;
            for (int t = 0; t < steps; t++)
            {
                constant += readout[t] * (bias[label] - bias[rival]);
                met += readout[t] * (Math.Abs(bias[label]) + Math.Abs(bias[rival]));
                for (int i = 0; i < size; i++)
                {
                    constant += readout[t] * (rows[label][i] - rows[rival][i]) * Settled(t, i);
                    met += readout[t] * (Math.Abs(rows[label][i]) + Math.Abs(rows[rival][i]));
                }

                for (int i = 0; i < open.Length; i++)
                {
                    onSpikes[(t * open.Length) + i] = readout[t] * (rows[label][open[i]] - rows[rival][open[i]]);
                }
            }

            int count = network.Description.ReadsSpikes
                ? Enumerable.Range(0, steps).Sum(t => (int)(Settled(t, label) - Settled(t, rival)))
                : 0;
            // And what this sum has lost; of rates, whole counts over T, more than enough.
            constant -= ((double)steps * (size + 8)) * 2 * Rounding.Double * met;
            margins.Add(new(rival, onSpikes, constant, Array.IndexOf(open, label), Array.IndexOf(open, rival), count));
        }

        return [.. margins];

        double Settled(int t, int i) => settled[(t * size) + i];
    }

    private static double[] Spread(MapRow row, int size)
    {
        double[] all = new double[size];
        row.CopyTo([.. Enumerable.Range(0, size)], all);
        return all;
    }
}
