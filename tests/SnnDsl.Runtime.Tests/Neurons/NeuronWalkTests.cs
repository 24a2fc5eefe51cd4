using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Kernels.Derived;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Neurons;

/// <summary>Forward, backward, intervals and lines as they are derived from equations, against single neurons in plain numbers.</summary>
public class NeuronWalkTests
{
    private const int Steps = 6;
    private const int Neurons = 40;

    private static IEnumerable<NeuronEquations> Drawn(int seed, int count)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(i => i % 2 == 0 ? RandomNeuron.Any(random) : RandomNeuron.Named(random));
    }

    [Fact]
    public void SpikesAndGradientsAreThoseOfTheEquations()
    {
        var random = new Random(11);
        foreach (var neuron in Drawn(12, 60))
        {
            using var scope = NewDisposeScope();
            var scalar = new ScalarNeuron(neuron);
            double[][] currents = [.. Enumerable.Range(0, Neurons).Select(_ => Draw(random, 1.5))], weights = [.. currents.Select(_ => Draw(random, 1))];
            var current = Columns(currents).requires_grad_(true);
            var spikes = NeuronForward.Fire(current, neuron, Steps, constant: false);
            // Of some random neurons no current reaches the guard.
            if (spikes.requires_grad)
            {
                (spikes * Columns(weights)).sum().backward();
            }

            for (int n = 0; n < Neurons; n++)
            {
                var run = scalar.Fire(currents[n]);
                // A guard on its threshold up to rounding may go either way.
                if (run.Guards.All(guard => Math.Abs(guard - neuron.Spike.Threshold) > 1e-9))
                {
                    Assert.Equal(run.Spikes, Column(spikes, n));
                    Same(scalar.Backward(run, weights[n]), spikes.requires_grad ? Column(current.grad!, n) : new double[Steps], 1e-9);
                }
            }
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void IntervalsHoldEveryRun(bool constant)
    {
        var random = new Random(13);
        foreach (var neuron in Drawn(14, 80))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var scalar = new ScalarNeuron(neuron);
            var box = new Box(random, constant);
            var bounds = NeuronIntervalWalk.Bound(new(box.Lower, box.Upper), neuron, Steps, constant);
            var (s, g) = (new Ends(bounds.Spikes), new Ends(bounds.Membranes));
            Ends[] states = [.. bounds.States.Select(state => new Ends(state))];
            for (int draw = 0; draw < 25; draw++)
            {
                for (int n = 0; n < Neurons; n++)
                {
                    var run = scalar.Fire(box.Point(random, n));
                    for (int t = 0; t < Steps; t++)
                    {
                        g.Holds(run.Guards[t], t, n);
                        for (int i = 0; i < neuron.Size; i++)
                        {
                            states[i].Holds(run.States[t][i], t, n);
                        }

                        if (Math.Abs(run.Guards[t] - neuron.Spike.Threshold) > 1e-9)
                        {
                            s.Holds(run.Spikes[t], t, n);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Any point of a box, reachable or not, and any coefficients: no line lies above the function.</summary>
    [Fact]
    public void LinesLieBelowWhatSpikeAndSuccessorContribute()
    {
        var random = new Random(15);
        const int Boxes = 60, Points = 40;
        foreach (var neuron in Drawn(16, 150))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var scalar = new ScalarNeuron(neuron);
            double[] Numbers(double scale) => [.. Enumerable.Range(0, Boxes).Select(_ => random.Next(6) == 0 ? 0 : ((2 * random.NextDouble()) - 1) * scale)];
            Tensor Row(double[] values) => tensor(values, [1, 1, Boxes]);
            double[] a = Numbers(1);
            double[][] p = [.. Enumerable.Range(0, neuron.Size).Select(_ => Numbers(1))], middle = [.. p.Select(_ => Numbers(0.6))];
            double[][] radius = [.. p.Select(_ => Numbers(random.Next(3) == 0 ? 0.01 : 0.6).Select(Math.Abs).ToArray())];
            Interval[] states = [.. middle.Zip(radius, (m, r) => new Interval(Row(m) - Row(r), Row(m) + Row(r)))];
            var range = AffineRows.Apply(neuron.Guard, 0, [.. states.Select(state => (Interval?)state)])!.Value;
            // Bounds of the guard may be narrower than those of the box: only points between them count.
            var narrowed = new Interval(range.Lower + (range.Upper - range.Lower) * 0.1, range.Upper - (range.Upper - range.Lower) * 0.15);
            var line = new GuardLine(Row(a), narrowed, neuron.Spike) { Slope = random.Next(2) == 0 ? null : rand([1, 1, Boxes], float64) };
            var (on, constant) = new NeuronRelaxation(neuron).Below([.. p.Select(Row)], line, states, zeros([1, 1, Boxes], float64));
            double[][] slopes = [.. on.Select(Values)];
            double[] intercepts = Values(constant), from = Values(narrowed.Lower), to = Values(narrowed.Upper);
            for (int b = 0; b < Boxes; b++)
            {
                for (int point = 0; point < Points; point++)
                {
                    double[] y = [.. middle.Select((m, i) => m[b] + (radius[i][b] * (random.Next(3) == 0 ? random.Next(2) * 2 - 1 : (2 * random.NextDouble()) - 1)))];
                    double g = y.Select((value, i) => neuron.Guard[i] * value).Sum();
                    if (g < from[b] || g > to[b])
                    {
                        continue;
                    }

                    bool fires = scalar.Fires(g);
                    double value = (fires ? a[b] : 0) + scalar.Succeed(y, fires).Select((left, i) => p[i][b] * left).Sum();
                    double bound = intercepts[b] + y.Select((state, i) => slopes[i][b] * state).Sum();
                    Assert.True(bound <= value + (1e-9 * (1 + slopes.Max(slope => Math.Abs(slope[b])))), $"{bound:R} > {value:R} for {neuron}");
                }
            }
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void LinesHoldForEveryRun(bool constant)
    {
        var random = new Random(17);
        foreach (var neuron in Drawn(18, 80))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var scalar = new ScalarNeuron(neuron);
            var box = new Box(random, constant);
            var bounds = NeuronIntervalWalk.Bound(new(box.Lower, box.Upper), neuron, Steps, constant);
            // Half of the walks start on spikes, half on the last membrane.
            bool onSpikes = random.Next(2) == 0;
            double[][] weights = [.. Enumerable.Range(0, Neurons).Select(_ => Draw(random, 1))];
            var query = new LinearQuery
            {
                Layer = onSpikes ? 1 : 0,
                Rows = onSpikes ? zeros([1, 1, 1], float64) : tensor([.. weights.Select(row => row[0])], [1, 1, Neurons]),
                Steps = Steps,
                Membranes = [],
                Slopes = random.Next(2) == 0 ? null : [rand([Steps, 1, 1, Neurons], float64)],
            };
            // One neuron a sample: each form has a constant of its own.
            Interval Alone(Interval of) => new(of.Lower.transpose(1, 2), of.Upper.transpose(1, 2));
            LinearForm form = onSpikes
                ? LinearForm.OnMean(new LinearQuery { Layer = 1, Rows = ones([Neurons, 1, 1], float64), Steps = Steps, Membranes = [] })
                : LinearForm.OnMembrane(new LinearQuery { Layer = 0, Rows = query.Rows.transpose(0, 2), Steps = Steps, Membranes = [] });
            var alone = new LinearQuery { Layer = query.Layer, Rows = query.Rows, Steps = Steps, Membranes = [], Slopes = query.Slopes is null ? null : [query.Slopes[0]!.transpose(1, 3)] };
            var found = new NeuronRelaxation(neuron).Relax(form, Alone(bounds.Membranes), [.. bounds.States.Select(Alone)], alone, 0, sum: constant);
            double[] coefficients = Values(found.Spikes!), constants = Values(found.Constants!);
            for (int draw = 0; draw < 25; draw++)
            {
                for (int n = 0; n < Neurons; n++)
                {
                    double[] point = box.Point(random, n);
                    var run = scalar.Fire(point);
                    double value = onSpikes ? run.Spikes.Average() : weights[n][0] * run.Guards[^1];
                    double bound = constants[n] + (constant ? coefficients[n] * point[0] : Enumerable.Range(0, Steps).Sum(t => coefficients[(t * Neurons) + n] * point[t]));
                    Assert.True(bound <= value + (1e-8 * (1 + coefficients.Max(Math.Abs))), $"{bound:R} > {value:R} for {neuron}");
                }
            }
        }
    }

    /// <summary>LIF by its equations is LIF: the same spikes, gradients, intervals and lines as what is written by hand.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void LifIsOneOfThem(bool constant)
    {
        var random = new Random(19);
        for (int i = 0; i < 60; i++)
        {
            using var scope = NewDisposeScope();
            var neuron = RandomNeuron.Lif(random);
            var box = new Box(random, constant);
            var points = (box.Lower * 0.5 + box.Upper * 0.5).requires_grad_(true);
            var (byHand, derived) = (new PlainFireFunction(neuron, Steps, constant).Apply(points)[0], NeuronForward.Fire(points, neuron.Equations, Steps, constant));
            Assert.True(byHand.equal(derived).all().item<bool>());
            var weights = rand_like(byHand);
            Same(Gradient((byHand * weights).sum(), points), Gradient((derived * weights).sum(), points), 1e-12);

            var currents = new Interval(box.Lower.requires_grad_(true), box.Upper.requires_grad_(true));
            var (spikes, membranes) = PlainNeuron.Intervals(currents, neuron, Steps, constant);
            var boxes = NeuronIntervalWalk.Bound(currents, neuron.Equations, Steps, constant);
            foreach (var (a, b) in new[] { (spikes, boxes.Spikes), (membranes, boxes.Membranes), (membranes, boxes.States[0]) })
            {
                Assert.True(a.Lower.equal(b.Lower).all().item<bool>() && a.Upper.equal(b.Upper).all().item<bool>());
            }

            Tensor Sum(Interval of) => (of.Lower * weights).sum() - (of.Upper * weights).sum();
            Same(Gradient(Sum(spikes) + Sum(membranes), currents.Lower), Gradient(Sum(boxes.Spikes) + Sum(boxes.Membranes), currents.Lower), 1e-12);

            using var guard = no_grad();
            var rows = (rand([Neurons, 1, 1], float64) * 2) - 1;
            var query = new LinearQuery { Layer = 1, Rows = rows, Steps = Steps, Membranes = [], Slopes = i % 2 == 0 ? null : [rand([Steps, Neurons, 1, 1], float64)] };
            Interval alone = new(membranes.Lower.transpose(1, 2), membranes.Upper.transpose(1, 2));
            var form = LinearForm.OnMean(query);
            var line = PlainNeuron.Relax(form, alone, neuron, query, 0, sum: false);
            var own = new NeuronRelaxation(neuron.Equations).Relax(form, alone, [alone], query, 0, sum: false);
            // Next to the threshold, where slopes are steepest, both flatten them in ways of their own.
            var near = (alone.Lower - neuron.Threshold).abs().minimum((alone.Upper - neuron.Threshold).abs()).amin([0L, 2L]) < 0.01;
            double scale = 1 + line.Spikes!.abs().max().item<double>();
            foreach (int n in Enumerable.Range(0, Neurons).Where(n => !near[n].item<bool>()))
            {
                Same(Values(line.Spikes!.select(1, n)), Values(own.Spikes!.select(1, n)), 1e-6 * scale);
                Same(Values(line.Constants![n]), Values(own.Constants![n]), 1e-6 * scale);
            }
        }
    }

    private static double[] Gradient(Tensor sum, Tensor by)
    {
        sum.backward();
        double[] values = Values(by.grad!);
        by.grad!.zero_();
        return values;
    }

    private static double[] Draw(Random random, double scale) => [.. Enumerable.Range(0, Steps).Select(_ => ((2 * random.NextDouble()) - 1) * scale)];

    // [T, 1, N].
    private static Tensor Columns(double[][] byNeuron) =>
        tensor([.. Enumerable.Range(0, Steps).SelectMany(t => byNeuron.Select(values => values[t]))], [Steps, 1, byNeuron.Length]);

    private static double[] Column(Tensor values, int neuron) => Values(values.select(2, neuron).contiguous());

    private static double[] Values(Tensor values) => values.detach().contiguous().data<double>().ToArray();

    private static void Same(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance, $"{pair.First:R} is not {pair.Second:R}"));

    /// <summary>Bounds as plain numbers, [T, 1, N].</summary>
    private sealed class Ends(Interval bounds)
    {
        private readonly double[] lower = Values(bounds.Lower), upper = Values(bounds.Upper);

        public void Holds(double value, int step, int neuron)
        {
            int at = (step * Neurons) + neuron;
            Assert.True(lower[at] <= value + 1e-9 && value <= upper[at] + 1e-9, $"{value:R} is not in [{lower[at]:R}, {upper[at]:R}]");
        }
    }

    /// <summary>Currents between two ends.</summary>
    private sealed class Box
    {
        private readonly double[][] from, to;

        private readonly bool constant;

        public Box(Random random, bool constant)
        {
            this.constant = constant;
            double scale = random.Next(3) == 0 ? 0.02 : 0.8;
            from = [.. Enumerable.Range(0, Neurons).Select(_ => Draw(random, 1))];
            to = [.. from.Select(values => values.Select(value => value + (scale * random.NextDouble())).ToArray())];
            (Lower, Upper) = (Of(from), Of(to));
        }

        /// <summary>[T, 1, N], or [1, N].</summary>
        public Tensor Lower { get; }

        public Tensor Upper { get; }

        /// <summary>A point, often of the box's corners.</summary>
        public double[] Point(Random random, int neuron)
        {
            double[] values = [.. Enumerable.Range(0, Steps).Select(t =>
                from[neuron][t] + ((to[neuron][t] - from[neuron][t]) * (random.Next(2) == 0 ? random.Next(2) : random.NextDouble())))];
            return constant ? [.. values.Select(_ => values[0])] : values;
        }

        private Tensor Of(double[][] values) => constant ? Columns(values)[0].clone() : Columns(values);
    }
}
