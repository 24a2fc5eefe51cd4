using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>
/// Membranes of a first layer that no spike changes are sums over all steps: their bounds against every recording of a set that is small enough to be gone through.
/// </summary>
public class SummedMembraneTests
{
    private const int Steps = 4;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string network in new[] { nameof(Latching), nameof(Summing), nameof(SummingGraph) })
            {
                foreach (string set in new[] { "flips 1", "insert 2", "delete 2", "retime 1", "retime 2" })
                {
                    cases.Add(network, set);
                }
            }

            return cases;
        }
    }

    /// <summary>The least and the greatest membrane of any recording, no more and no less; every layer's, and every margin, lie within their bounds.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void FirstMembranesAreExactAndAllHold(string name, string set)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        for (int seed = 31; seed < 34; seed++)
        {
            var (network, all, perturbed, bounds) = Drawn(name, set, ScalarType.Float64, seed);
            using var owned = network;
            using var trace = network.Trace(all);
            for (int layer = 0; layer < trace.Layers.Count; layer++)
            {
                var u = trace.Layers[layer].Membranes;
                var (lower, upper) = bounds.Membranes[layer];
                Assert.True((u >= lower - 1e-9).all().item<bool>() && (u <= upper + 1e-9).all().item<bool>(), $"{name}, {set}: a membrane of layer {layer} lies outside");
                if (layer == 0)
                {
                    Assert.True((u.amin([1L], keepdim: true) - lower).abs().max().ToDouble() < 1e-9, $"{name}, {set}: a lower bound is not reached");
                    Assert.True((u.amax([1L], keepdim: true) - upper).abs().max().ToDouble() < 1e-9, $"{name}, {set}: an upper bound is not reached");
                }
            }

            var logits = trace.Logits;
            var label = logits[0].argmax().reshape(1);
            var margins = (logits.narrow(1, label.ToInt64(), 1) - logits).amin([0L]);
            var rivals = Enumerable.Range(0, 3).Where(rival => rival != label.ToInt64()).Select(rival => margins[rival].ToDouble()).ToArray();
            foreach (var method in new[] { BoundMethod.SIbp, BoundMethod.SCrown })
            {
                var least = network.BoundMargins(perturbed, label, method)[0];
                Assert.All(rivals.Select((margin, i) => (margin, i)), pair => Assert.True(least[pair.i].ToDouble() <= pair.margin + 1e-9, $"{name}, {set}, {method}"));
            }
        }
    }

    /// <summary>Step by step the same sums would have wider bounds: what a set shares between steps is worth something, in every precision.</summary>
    [Theory]
    [InlineData("flips 1"), InlineData("retime 1")]
    public void StepByStepTheyAreWider(string set)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, _, perturbed, bounds) = Drawn(nameof(Summing), set, ScalarType.Float64, 31);
        using var owned = network;
        var (first, neurons) = network.Stages.Spiking[0];
        var apart = neurons.Intervals(perturbed.Currents(first)).Membranes;
        var together = bounds.Membranes[0];
        Assert.True((apart.Lower <= together.Lower + 1e-12).all().item<bool>() && (apart.Upper >= together.Upper - 1e-12).all().item<bool>());
        Assert.True((together.Upper - together.Lower).sum().ToDouble() < 0.8 * (apart.Upper - apart.Lower).sum().ToDouble());
    }

    /// <summary>
    /// Rounding-safe bounds hold for float32 runs that add up in any order, and are wider than exact ones by no more than float32 loses.
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void RoundedBoundsHoldInAnyOrder(string name, string set)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, all, _, exact) = Drawn(name, set, ScalarType.Float32, 35);
        using var owned = network;
        using var view = new NetworkView(network, Precision.RoundingSafe);
        var bounds = view.Network.BoundMembranes(view.Set(SetOf(set), all.narrow(1, 0, 1))).Membranes[0];
        using var trace = network.Trace(all);
        Assert.True((trace.Layers[0].Membranes.to(float64) >= bounds.Lower).all().item<bool>() && (trace.Layers[0].Membranes.to(float64) <= bounds.Upper).all().item<bool>());
        Assert.True((bounds.Upper - bounds.Lower - (exact.Membranes[0].Upper - exact.Membranes[0].Lower)).abs().max().ToDouble() < 1e-4);

        // The first layer by hand: columns of its matrix added up in float32, one after the other, in orders of our own.
        var nodes = network.Stages.Nodes;
        var (map, neurons) = (nodes.First(node => node.Map is not null && node.Sources[0] < 0).Map!, nodes.First(node => node.Neurons is not null).Neurons!);
        var inputs = all.flatten(2).data<float>().ToArray();
        int points = (int)all.size(1), entries = inputs.Length / (Steps * points);
        float[] bias = map.Apply(zeros([1, .. map.InputShape])).flatten().data<float>().ToArray();
        float[] columns = (map.Apply(eye(entries).view([entries, .. map.InputShape])).flatten(1) - tensor(bias)).data<float>().ToArray();
        float[] response = [.. neurons.Equations.Response(Steps)!.Select(weight => (float)weight)];
        if (name == nameof(Summing))
        {
            return; // two states: the trace above ran them
        }

        float decay = response[1] / response[0];
        float[] lower = bounds.Lower.to(float32).flatten(1).data<float>().ToArray(), upper = bounds.Upper.to(float32).flatten(1).data<float>().ToArray();
        var random = new Random(5);
        for (int p = 0; p < points; p++)
        {
            float[] u = new float[bias.Length];
            for (int t = 0; t < Steps; t++)
            {
                int[] order = [.. Enumerable.Range(0, entries).OrderBy(_ => random.Next())];
                for (int n = 0; n < u.Length; n++)
                {
                    float current = random.Next(2) == 0 ? bias[n] : 0;
                    bool isBiased = current != 0;
                    foreach (int entry in order)
                    {
                        current += inputs[(((t * points) + p) * entries) + entry] == 1 ? columns[(entry * bias.Length) + n] : 0;
                    }

                    current = isBiased ? current : current + bias[n];
                    u[n] = (u[n] * decay) + current;
                    // The bounds were rounded to float32 here: a unit in the last place.
                    Assert.InRange(u[n], MathF.BitDecrement(lower[(t * u.Length) + n]), MathF.BitIncrement(upper[(t * u.Length) + n]));
                }
            }
        }
    }

    /// <summary>The derivative of the bounds in the weights is what differences say, so that training follows it.</summary>
    [Theory]
    [InlineData("flips 1"), InlineData("insert 2"), InlineData("retime 1")]
    public void WeightsHaveTheGradientOfTheirBounds(string set)
    {
        using var scope = NewDisposeScope();
        var (network, _, perturbed, _) = Drawn(nameof(Summing), set, ScalarType.Float64, 36);
        using var owned = network;
        var weight = network.get_parameter("fc1.weight")!;
        var (on, direction) = (rand([Steps, 1, 8], float64) - 0.5, (rand_like(weight) - 0.5) * 1e-6);
        Tensor Value()
        {
            var (lower, upper) = network.BoundMembranes(perturbed).Membranes[0];
            return (lower * on).sum() + (upper * on.flip(0)).sum();
        }

        double slope;
        using (enable_grad())
        {
            slope = (autograd.grad([Value()], [weight])[0] * direction).sum().ToDouble();
        }

        using var guard = no_grad();
        weight.add_(direction);
        double above = Value().ToDouble();
        weight.sub_(direction * 2);
        Assert.Equal((above - Value().ToDouble()) / 2, slope, 1e-12);
    }

    public static TheoryData<string> Maps => ["linear", "scale", "flatten", "sum", "mean", "adaptive", "conv", "back", "chain"];

    /// <summary>Means of flipped recordings through every map: what any two changes, each weighed as its step is, reach at most.</summary>
    [Theory, MemberData(nameof(Maps))]
    public void MeansOfFlipsAreExactThroughEveryMap(string kind)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        random.manual_seed(41);
        var spikes = (rand([3, 2, 2, 3, 3]) < 0.4).to(float64);
        Tensor Weight(params long[] shape) => rand(shape, float64) - 0.5;
        AffineMap map = kind switch
        {
            "linear" => new AffineChain(new FlattenMap(2, 3, 3), new LinearMap(Weight(5, 18), Weight(5))),
            "scale" => new ScaleMap([0.5f, -1.25f], [0.25f, 0], 2, 3, 3),
            "flatten" => new FlattenMap(2, 3, 3),
            "sum" => new SumPool2dMap(2, 1, 0, 2, 3, 3),
            "mean" => new AvgPool2dMap(3, 3, 2, 3, 3),
            "adaptive" => new AdaptiveAvgPool2dMap(2, 2, 2, 3, 3),
            "conv" => new Conv2dMap(Weight(4, 2, 2, 2), Weight(4), 1, 0, 2, 3, 3),
            "back" => new ConvTranspose2dMap(Weight(2, 3, 2, 2), Weight(3), 1, 0, 0, 2, 3, 3),
            _ => new AffineChain(new SumPool2dMap(2, 1, 0, 2, 3, 3), new FlattenMap(2, 2, 2), new LinearMap(Weight(5, 8), null)),
        };
        double[][] weights = [[1, 0, 0], [0.25, 0.75, 0], [0.5, 0.2, 0.3]];
        foreach (var mode in Enum.GetValues<FlipMode>())
        {
            var (lower, upper) = new FlippedInput(spikes, 2, mode).Means(map, weights)!.Value;
            for (int sample = 0; sample < 2; sample++)
            {
                var all = Flips(spikes.select(1, sample), 2, mode);
                for (int mean = 0; mean < weights.Length; mean++)
                {
                    var outputs = map.Apply(weights[mean].Select((weight, t) => all[t] * weight).Aggregate((sum, term) => sum + term));
                    Assert.True((outputs.amin([0L]) - lower[mean, sample]).abs().max().ToDouble() < 1e-12, $"{kind}, {mode}, mean {mean}, lower");
                    Assert.True((outputs.amax([0L]) - upper[mean, sample]).abs().max().ToDouble() < 1e-12, $"{kind}, {mode}, mean {mean}, upper");
                }
            }
        }
    }

    [Fact]
    public void OtherSetsAndNeuronsGoStepByStep()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var spikes = zeros([2, 1, 3], float64);
        var map = new LinearMap(ones([2, 3], float64), null);
        Assert.Null(new RetimedInput(spikes, 1, 2).Means(map, [[0.5, 0.5]]));
        Assert.Null(((IPerturbedInput)new BoxInput(new Interval(spikes, spikes), hasTime: true)).Means(map, [[0.5, 0.5]]));
        using var network = new AdaptiveEvents(3);
        Assert.Null(network.Stages.Spiking[0].Neurons.Equations.Response(3));
    }

    // A network, all recordings of the set [T, points, ...] of which the first is the recording itself, the set and the bounds.
    private static (SpikingModule Network, Tensor All, IPerturbedInput Set, NetworkIntervals Bounds) Drawn(string name, string set, ScalarType type, int seed)
    {
        var (network, _) = NeuronCases.Draw(name, type, seed);
        var recording = zeros([Steps, 1, 4, 4], type);
        // Spikes next to each other, apart and at both ends, in few enough pixels to go through all retimings.
        foreach (var (t, row, column) in new[] { (0, 0, 0), (1, 0, 0), (3, 0, 1), (1, 1, 2), (2, 2, 2), (0, 3, 3), (3, 3, 3) })
        {
            recording[t, 0, row, column] = ones([], type);
        }

        var all = SetOf(set) switch
        {
            SpikeFlips flips => Flips(recording, flips.Count, flips.Mode),
            var retiming => Retimings(recording, ((SpikeRetiming)retiming).Jitter),
        };
        var perturbed = SetOf(set).Apply(network, recording.unsqueeze(1), null);
        return (network, cat([recording.unsqueeze(1), all], 1), perturbed, network.BoundMembranes(perturbed));
    }

    private static Perturbation SetOf(string set) => set[..^2] switch
    {
        "flips" => new SpikeFlips(1),
        "insert" => new SpikeFlips(2, FlipMode.Insert),
        "delete" => new SpikeFlips(2, FlipMode.Delete),
        _ => new SpikeRetiming(set[^1] - '0'),
    };

    private static Tensor Flips(Tensor recording, int count, FlipMode mode)
    {
        double[] own = [.. recording.to(float64).flatten().data<double>()];
        int[] free = [.. Enumerable.Range(0, own.Length).Where(i => mode == FlipMode.Both || own[i] == (mode == FlipMode.Insert ? 0 : 1))];
        List<double[]> found = [own];
        for (int k = 0, from = 0; k < count; k++)
        {
            int end = found.Count;
            for (; from < end; from++)
            {
                found.AddRange(free.Where(i => found[from][i] == own[i]).Select(i =>
                {
                    double[] changed = [.. found[from]];
                    changed[i] = 1 - changed[i];
                    return changed;
                }));
            }
        }

        return stack(found.Select(values => tensor(values, recording.shape).to(recording.dtype)), 1);
    }

    // Every pixel's trains: as many spikes, the m-th no further than so many steps from the m-th.
    private static Tensor Retimings(Tensor recording, int jitter)
    {
        var flat = recording.to(float64).flatten(1);
        List<double[,]> found = [new double[Steps, (int)flat.size(1)]];
        for (int pixel = 0; pixel < flat.size(1); pixel++)
        {
            int[] own = [.. Enumerable.Range(0, Steps).Where(t => flat[t, pixel].ToDouble() == 1)];
            var trains = Enumerable.Range(0, 1 << Steps)
                .Select(bits => Enumerable.Range(0, Steps).Where(t => (bits >> t & 1) == 1).ToArray())
                .Where(train => train.Length == own.Length && train.Zip(own).All(pair => Math.Abs(pair.First - pair.Second) <= jitter)).ToList();
            found = [.. found.SelectMany(values => trains.Select(train =>
            {
                var more = (double[,])values.Clone();
                foreach (int t in train)
                {
                    more[t, pixel] = 1;
                }

                return more;
            }))];
        }

        return stack(found.Select(values => tensor(values).view(recording.shape).to(recording.dtype)), 1);
    }
}
