using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// Lines of whole spike trains, against neurons that are run: below what every current gives, in float64 and in float32, on break points
/// and next to them; and at the midpoint as high as any line can be.
/// </summary>
public class TrainLineTests
{
    private const int Neurons = 48;
    private const int Rows = 3;

    public static TheoryData<double, double, int> Kinds => new()
    {
        { 0.25, 0.25, 10 }, { 0.25, 0, 4 }, { 0.5, 1, 10 }, { 1, 0.5, 7 }, { 0.25, 0.9, 12 }, { 0.3, 0.6, 1 }, { 4, 0.99, 5 },
    };

    /// <summary>Fast and plain, float32 and float64, the hull's edge and any slope between its first and its last; also for many steps, most
    /// of whose break points float64 cannot tell apart.</summary>
    [Theory, MemberData(nameof(Kinds)), InlineData(0.25, 0.25, 40)]
    public void AreSound(double threshold, double decay, int steps)
    {
        var neuron = new Neuron((float)threshold, (float)decay, Soft: false, 0, Surrogate.Rectangular, 1);
        var random = new Random(3);
        foreach (var draw in Draws(neuron, steps, random, hard: true))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            foreach (var (lines, type) in new[]
            {
                (Fast(draw, neuron), float32), (Plain(draw, neuron, float64, null), float64), (Plain(draw, neuron, float32, null), float32),
                (Plain(draw, neuron, float64, random.NextDouble()), float64),
            })
            {
                AssertBelow(draw, lines, neuron, type == float64 ? 1e-11 : 1e-5);
            }
        }
    }

    /// <summary>Where the interval is not tiny and ends on no break point, the line is the convex envelope at the midpoint, up to the room that rounding is given.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void AreTheEnvelopeAtTheMidpoint(double threshold, double decay, int steps)
    {
        var neuron = new Neuron((float)threshold, (float)decay, Soft: false, 0, Surrogate.Rectangular, 1);
        int compared = 0;
        foreach (var draw in Draws(neuron, steps, new Random(4), hard: false))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var (fast, plain) = (Fast(draw, neuron), Plain(draw, neuron, float64, null));
            for (int i = 0; i < Neurons; i++)
            {
                double middle = ((double)draw.Lower[i] + draw.Upper[i]) / 2;
                for (int k = 0; k < Rows; k++)
                {
                    double envelope = Envelope(draw, k, i, neuron, middle), size = draw.Size(k, i);
                    double slack = 1e-3 * size;
                    foreach (var (slope, intercept) in new[] { fast.At(k, i), plain.At(k, i) })
                    {
                        Assert.InRange(slope * middle + intercept, envelope - slack, envelope + 1e-5 * size);
                        compared++;
                    }
                }
            }
        }

        Assert.True(compared > 100);
    }

    /// <summary>No sum of lines for single steps, over the exact hulls of their membranes, is above the train's line at the midpoint.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void AreNeverBelowTheSumOfSteps(double threshold, double decay, int steps)
    {
        var neuron = new Neuron((float)threshold, (float)decay, Soft: false, 0, Surrogate.Rectangular, 1);
        int better = 0, compared = 0;
        foreach (var draw in Draws(neuron, steps, new Random(6), hard: false).Where(draw => draw.OnMembrane is null))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var (trains, each) = (Plain(draw, neuron, float64, null), Plain(draw, neuron, float64, null, trains: false));
            for (int i = 0; i < Neurons; i++)
            {
                double middle = ((double)draw.Lower[i] + draw.Upper[i]) / 2;
                for (int k = 0; k < Rows; k++)
                {
                    double gain = trains.Value(k, i, middle) - each.Value(k, i, middle);
                    // The steps' exact lines may be a little above one that allows for rounding.
                    Assert.True(gain > -1e-3 * draw.Size(k, i), $"{gain} below the steps' lines.");
                    better += gain > 1e-3 * draw.Size(k, i) ? 1 : 0;
                    compared++;
                }
            }
        }

        Assert.True(steps == 1 || decay == 0 || better > compared / 20, $"Only {better} of {compared} are better.");
    }

    /// <summary>In networks: the walk through all layers, the layers one by one, and TorchSharp operations in both precisions.</summary>
    [Theory, InlineData(nameof(HardRectangular)), InlineData(nameof(DeepTriangular)), InlineData(nameof(ConvStrided)), InlineData(nameof(PoolFirst))]
    public void AreTheSameOnAllWays(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        List<double[]> ways = [];
        foreach (var platform in new[] { Platform.Double, Platform.Plain, Platform.Fused })
        {
            using var subject = new Subject(network, platform, seed: 4);
            var (perturbed, labels) = (subject.Perturbed(new Perturbations.LInfinity(0.08), subject.Inputs(6)), subject.Labels(6));
            var intervals = subject.Module.BoundMembranes(perturbed);
            ways.Add(Values.Of(subject.Module.BoundMargins(perturbed, labels, BoundMethod.SCrownTrains, intervals)));
            ways.Add(Values.Of(subject.Module.BoundMargins(perturbed, labels, BoundMethod.SCrownTrains, intervals.Computed())));
            Assert.NotEqual(ways[^1], Values.Of(subject.Module.BoundMargins(perturbed, labels, BoundMethod.SCrown, intervals)));
        }

        Assert.All(ways, way => Assert.All(way.Zip(ways[0]), pair => Assert.Equal(pair.Second, pair.First, 2e-3)));
    }

    /// <summary>What is written down for an optimisation gives the flattest line of the hull, or the one over the midpoint.</summary>
    [Fact]
    public void StartsAreBetweenFlatAndTheMidpoint()
    {
        var neuron = new Neuron(0.25, 0.25, Soft: false, 0, Surrogate.Rectangular, 1);
        foreach (var draw in Draws(neuron, 10, new Random(8), hard: false))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var middle = Plain(draw, neuron, float64, null);
            foreach (double share in new[] { 0, 1.0 })
            {
                var start = new SlopeStart(share, 1);
                var lines = Plain(draw, neuron, float64, null, start: start);
                Assert.Equal([1, Neurons, Rows, 1], start.Slopes[0]!.shape);
                Assert.InRange(start.Slopes[0]!.min().item<double>(), 0, 1);
                Assert.InRange(start.Slopes[0]!.max().item<double>(), 0, 1);
                for (int i = 0; i < Neurons; i++)
                {
                    for (int k = 0; k < Rows; k++)
                    {
                        double size = draw.Size(k, i), at = ((double)draw.Lower[i] + draw.Upper[i]) / 2;
                        double expected = share == 1 ? middle.Value(k, i, at) : draw.OnMembrane is null ? Least(draw, k, i, neuron) : double.NaN;
                        Assert.True(double.IsNaN(expected) || Math.Abs(lines.Value(k, i, at) - expected) < 1e-6 * (1 + 1024 * size * (draw.Upper[i] - draw.Lower[i])));
                    }
                }
            }
        }
    }

    /// <summary>The derivatives of slope and intercept: by the coefficients and by lambda, against finite differences.</summary>
    [Fact]
    public void GradientsEqualFiniteDifferences()
    {
        var neuron = new Neuron(0.25, 0.5, Soft: false, 0, Surrogate.Rectangular, 1);
        var draw = Draws(neuron, 6, new Random(9), hard: false).First();
        using var scope = NewDisposeScope();
        var kernel = new SpikingLayer(new UnusedKernel(neuron));
        Tensor a = tensor(draw.OnSpikes!.ToArray(), [6, 1, Rows, Neurons]).to(float64), lambda = full([1, 1, Rows, Neurons], 0.37, float64);
        // Coefficients of 0 make equal trains, where there is no derivative.
        a += rand(a.shape, float64, generator: new Generator(2)) * 0.1;
        var (l, u) = (tensor(draw.Lower).to(float64).view(1, 1, -1), tensor(draw.Upper).to(float64).view(1, 1, -1));
        var weights = rand([1, Rows, Neurons], float64, generator: new Generator(3));
        Tensor Total()
        {
            var form = Relax(kernel, a, null, new(l.expand(6, -1, -1), u.expand(6, -1, -1)), lambda, null, trains: true);
            return (form.Spikes! * weights).sum() + (form.Constants! * tensor(new[] { 0.5, 1, 2 })).sum();
        }

        foreach (var variable in new[] { a, lambda })
        {
            variable.requires_grad = true;
            var gradient = autograd.grad([Total()], [variable])[0];
            variable.requires_grad = false;
            using var guard = no_grad();
            var direction = rand(variable.shape, float64, generator: new Generator(5)) - 0.5;
            const double step = 1e-8;
            variable.add_(direction * step);
            double above = Total().item<double>();
            variable.add_(direction * (-2 * step));
            double below = Total().item<double>();
            variable.add_(direction * step);
            double expected = (above - below) / (2 * step), actual = (gradient * direction).sum().item<double>();
            Assert.InRange(actual, expected - 1e-4 * (1 + Math.Abs(expected)), expected + 1e-4 * (1 + Math.Abs(expected)));
        }
    }

    // Intervals of every width, from break points, next to them and far from them; sparse and dense coefficients of all signs.
    private static IEnumerable<Draw> Draws(Neuron neuron, int steps, Random random, bool hard)
    {
        float[] breaks = [.. Enumerable.Range(1, steps).Select(p => (float)(neuron.Threshold / Enumerable.Range(0, p).Sum(i => Math.Pow(neuron.Decay, i))))];
        for (int repeat = 0; repeat < 4; repeat++)
        {
            var (lower, upper) = (new float[Neurons], new float[Neurons]);
            for (int i = 0; i < Neurons; i++)
            {
                float Near(float at) => random.Next(4) switch { 0 => at, 1 => MathF.BitIncrement(at), 2 => MathF.BitDecrement(at), _ => at * (1 + 3e-6f * (random.NextSingle() - 0.5f)) };
                float from = random.Next(3) == 0 ? Near(breaks[random.Next(steps)]) : (float)(neuron.Threshold * (random.NextDouble() * 2 - 0.5));
                float width = random.Next(5) switch { 0 => 0, 1 => 1e-6f, 2 => (float)(0.1 * neuron.Threshold), _ => (float)(random.NextDouble() * 1.5 * neuron.Threshold) };
                float to = random.Next(4) == 0 ? Math.Max(from, Near(breaks[random.Next(steps)])) : from + width;
                // Next to a break point the room for rounding lets in a train that no current of the interval has.
                if (!hard && (to - from < 0.05 * neuron.Threshold || breaks.Any(at => Math.Min(Math.Abs(at - from), Math.Abs(at - to)) < 1e-3 * at)))
                {
                    i--;
                    continue;
                }

                (lower[i], upper[i]) = (from, to);
            }

            float[] Coefficients(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? 0 : (float)(random.NextDouble() * 4 - (repeat == 1 ? 0 : 2)))];
            bool membrane = repeat == 3;
            yield return new(steps, membrane ? null : Coefficients(steps * Rows * Neurons), membrane ? Coefficients(Rows * Neurons) : null, lower, upper);
        }
    }

    private static Lines Fast(Draw draw, Neuron neuron)
    {
        SpikingLayer.Engine = Engine.Auto;
        return Of(draw, neuron, float32, null, null, trains: true);
    }

    private static Lines Plain(Draw draw, Neuron neuron, ScalarType type, double? slope, SlopeStart? start = null, bool trains = true)
    {
        SpikingLayer.Engine = Engine.Plain;
        try
        {
            return Of(draw, neuron, type, slope, start, trains);
        }
        finally
        {
            SpikingLayer.Engine = Engine.Auto;
        }
    }

    private static Lines Of(Draw draw, Neuron neuron, ScalarType type, double? slope, SlopeStart? start, bool trains)
    {
        // Each neuron is a sample, so that each has a constant of its own: [S, B, K, 1].
        var layer = new SpikingLayer(new UnusedKernel(neuron));
        var spikes = draw.OnSpikes is null ? null : tensor(draw.OnSpikes, [draw.Steps, Rows, Neurons]).to(type).transpose(1, 2).unsqueeze(3);
        var row = draw.OnMembrane is null ? null : tensor(draw.OnMembrane, [Rows, Neurons]).to(type).transpose(0, 1).unsqueeze(2);
        var current = new Interval(tensor(draw.Lower).to(type).view(-1, 1), tensor(draw.Upper).to(type).view(-1, 1));
        var membranes = trains
            ? new Interval(current.Lower.unsqueeze(0).expand(draw.Steps, -1, -1), current.Upper.unsqueeze(0).expand(draw.Steps, -1, -1))
            : PlainNeuron.Intervals(current, layer.Parameters, draw.Steps, constant: true).Membranes;
        var lambda = slope is { } number ? full([1, Neurons, Rows, 1], number, type) : null;
        var form = Relax(layer, spikes, row, membranes, lambda, start, trains);
        return new(Values.Of(form.Spikes!), Values.Of(form.Constants!));
    }

    private static LinearForm Relax(
        SpikingLayer layer, Tensor? spikes, Tensor? row, Interval membranes, Tensor? lambda, SlopeStart? start, bool trains)
    {
        var query = new LinearQuery
        {
            Layer = 0,
            Rows = row ?? spikes![0],
            Steps = (int)membranes.Lower.shape[0],
            Membranes = [membranes],
            Trains = trains,
            Slopes = lambda is null ? null : [lambda],
            Start = start,
        };
        var form = LinearForm.OnMembrane(query);
        return layer.RelaxConstant(spikes is null ? form : form.OnCurrents(spikes, zeros(spikes.shape[1..3], spikes.dtype)), query, 0);
    }

    // Currents on a grid, on break points and next to them: what the neuron gives for each, run in both precisions.
    private static void AssertBelow(Draw draw, Lines lines, Neuron neuron, double rounding)
    {
        for (int i = 0; i < Neurons; i++)
        {
            foreach (float current in Currents(draw, i, neuron))
            {
                foreach (bool single in new[] { false, true })
                {
                    var (spikes, membrane) = Run(current, neuron, draw.Steps, single);
                    for (int k = 0; k < Rows; k++)
                    {
                        double actual = draw.Value(k, i, spikes, membrane), line = lines.Value(k, i, current);
                        // A membrane that is itself rounded to float32 is none that a linear form speaks of.
                        double loss = (single && draw.OnMembrane is not null ? 1e-6 : 0) * Math.Abs(actual);
                        Assert.True(
                            line <= actual + loss + rounding * (draw.Size(k, i) + Math.Abs(lines.At(k, i).Slope * current)),
                            $"At {current:R} in [{draw.Lower[i]:R}, {draw.Upper[i]:R}] the line is {line}, the neuron gives {actual} ({(single ? "float32" : "float64")}).");
                    }
                }
            }
        }
    }

    private static IEnumerable<float> Currents(Draw draw, int i, Neuron neuron)
    {
        var (lower, upper) = (draw.Lower[i], draw.Upper[i]);
        var grid = Enumerable.Range(0, 41).Select(step => lower + (upper - lower) * step / 40);
        var breaks = Enumerable.Range(1, draw.Steps).Select(p => (float)(neuron.Threshold / Enumerable.Range(0, p).Sum(m => Math.Pow(neuron.Decay, m))))
            .SelectMany(at => new[] { at, MathF.BitIncrement(at), MathF.BitDecrement(at), at * (1 + 1e-6f), at * (1 - 1e-6f) });
        return grid.Concat(breaks).Where(current => current >= lower && current <= upper).Append(lower).Append(upper);
    }

    private static (bool[] Spikes, double Membrane) Run(double current, Neuron neuron, int steps, bool single)
    {
        var spikes = new bool[steps];
        double u = 0, r = 0;
        for (int t = 0; t < steps; t++)
        {
            u = single ? (float)((float)((float)neuron.Decay * (float)r) + (float)current) : neuron.Decay * r + current;
            spikes[t] = u > neuron.Threshold;
            r = spikes[t] ? 0 : u;
        }

        return (spikes, u);
    }

    // The exact pieces, run at their middles; the lowest segment over a point between any two of their ends.
    private static double Envelope(Draw draw, int k, int i, Neuron neuron, double at)
    {
        var points = Points(draw, k, i, neuron).ToList();
        return points.Where(p => p.X <= at).SelectMany(
            p => points.Where(q => q.X > at), (p, q) => p.Y + (q.Y - p.Y) * (at - p.X) / (q.X - p.X)).Min();
    }

    private static double Least(Draw draw, int k, int i, Neuron neuron) => Currents(draw, i, neuron)
        .SelectMany(current => new[] { false, true }.Select(single => draw.Value(k, i, Run(current, neuron, draw.Steps, single).Spikes, 0))).Min();

    private static IEnumerable<(double X, double Y)> Points(Draw draw, int k, int i, Neuron neuron)
    {
        double[] ends =
        [
            draw.Lower[i],
            .. Enumerable.Range(1, draw.Steps).Select(p => neuron.Threshold / Enumerable.Range(0, p).Sum(m => Math.Pow(neuron.Decay, m)))
                .Where(at => at > draw.Lower[i] && at < draw.Upper[i]).Order(),
            draw.Upper[i],
        ];
        foreach (var (from, to) in ends.Zip(ends.Skip(1)).Where(piece => piece.Second > piece.First))
        {
            double middle = (from + to) / 2;
            var (spikes, membrane) = Run(middle, neuron, draw.Steps, single: false);
            double gain = middle == 0 ? 0 : membrane / middle;
            yield return (from, draw.Value(k, i, spikes, gain * from));
            yield return (to, draw.Value(k, i, spikes, gain * to));
        }
    }

    private sealed record Draw(int Steps, float[]? OnSpikes, float[]? OnMembrane, float[] Lower, float[] Upper)
    {
        public double Value(int k, int i, bool[] spikes, double membrane)
        {
            double sum = OnMembrane is null ? 0 : OnMembrane[k * Neurons + i] * membrane;
            for (int t = 0; t < Steps; t++)
            {
                sum += spikes[t] && OnSpikes is not null ? OnSpikes[(t * Rows + k) * Neurons + i] : 0;
            }

            return sum;
        }

        public double Size(int k, int i) => 1e-9 + Math.Abs(OnMembrane is null ? 0 : OnMembrane[k * Neurons + i])
            + (OnSpikes is null ? 0 : Enumerable.Range(0, Steps).Sum(t => Math.Abs((double)OnSpikes[(t * Rows + k) * Neurons + i])));
    }

    // [B, K], a sample for each neuron.
    private sealed record Lines(double[] Slopes, double[] Intercepts)
    {
        public (double Slope, double Intercept) At(int k, int i) => (Slopes[i * Rows + k], Intercepts[i * Rows + k]);

        public double Value(int k, int i, double current) => At(k, i).Slope * current + At(k, i).Intercept;
    }
}
