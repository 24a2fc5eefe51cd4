using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Evaluation;
using SnnDsl.Exact;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Training;
using TorchSharp;
using static SnnDsl.Soundness.Tests.Neurons.NeuronCases;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>Networks of neurons that are walked by their equations: forward, gradients, every bound that they have, and what they refuse.</summary>
public class NeuronNetworkTests
{
    public static TheoryData<string> Networks => [nameof(Mixed), nameof(AdaptiveEvents), nameof(Turning), nameof(Options), nameof(MoreOptions), nameof(Latching), nameof(Summing), nameof(Learning), nameof(LearningEach), nameof(Own), nameof(Integrating), nameof(EncodedPixels), nameof(LearningThresholds), nameof(Recurring), nameof(RecurringEvents)];

    public NeuronNetworkTests() => set_num_threads(1);

    [Theory, MemberData(nameof(Networks))]
    public void LogitsAndGradientsAreThoseOfAnEagerLoop(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            double tolerance = type == ScalarType.Float64 ? 1e-10 : 1e-4;
            var (network, input) = Draw(name, type, seed: 3);
            using var owned = network;
            var encoded = network.Encode(input, null);
            var weights = rand([Samples, network.Description.Classes], type);
            var logits = network.forward(input);
            (logits * weights).sum().backward();
            Tensor[] gradients = [.. network.parameters().Select(parameter => parameter.grad!.clone())];
            network.zero_grad();
            var expected = new NeuronLoop(network).Fire(encoded, network.Steps).Logits;
            (expected * weights).sum().backward();
            Assert.True((logits - expected).abs().max().ToDouble() <= tolerance);
            Assert.All(network.parameters().Zip(gradients), pair =>
                Assert.True((pair.First.grad! - pair.Second).abs().max().ToDouble() <= tolerance * (1 + pair.Second.abs().max().ToDouble())));
            Assert.Contains(gradients, gradient => gradient.abs().max().ToDouble() > 0.01);
        }
    }

    /// <summary>A thousand points of each set: no membrane and no margin lies outside its bounds.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void BoundsHold(string name)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (network, input) = Draw(name, ScalarType.Float64, seed: 5);
        using var owned = network;
        foreach (var perturbation in Sets(network))
        {
            var set = perturbation.Apply(network, input, null);
            var labels = tensor(new long[] { 0, 1, 2 });
            var intervals = network.BoundMembranes(set);
            (string Name, Tensor Bound)[] margins =
            [
                .. new[] { BoundMethod.SIbp, BoundMethod.SIbpCounts, BoundMethod.SCrown, BoundMethod.SCrownTrains }
                    .Select(method => (method.ToString(), network.BoundMargins(set, labels, method, intervals))),
                ("alpha", new SlopeOptimiser(network, new AlphaOptions { Iterations = 4 }).BoundMargins(set, labels)),
            ];
            // Linear bounds of every layer's membranes at the middle and the last step, from below and from above.
            var rows = network.Stages.Spiking.SelectMany((stage, layer) => new[] { network.Steps / 2, network.Steps - 1 }.Select(step =>
            {
                long[] shape = intervals.Membranes[layer].Lower.shape[2..];
                long size = shape.Aggregate(1L, (a, b) => a * b);
                var unit = eye(size, dtype: ScalarType.Float64).view([1, size, .. shape]).expand([Samples, size, .. shape]);
                var lower = network.BoundRows(set, new()
                {
                    Layer = layer, Rows = cat([unit, unit.neg()], 1), Steps = step + 1, Membranes = intervals.Membranes,
                }).Lower;
                return (Layer: layer, Step: step, Lower: lower.narrow(1, 0, size), Upper: lower.narrow(1, size, size).neg());
            })).ToArray();
            for (int point = 0; point < 340; point++)
            {
                using var inner = NewDisposeScope();
                var run = new NeuronLoop(network).Fire(Point(network, perturbation, input), network.Steps);
                for (int layer = 0; layer < run.Guards.Count; layer++)
                {
                    var (l, u) = intervals.Membranes[layer];
                    Assert.True((run.Guards[layer] >= l - 1e-9).all().ToBoolean() && (run.Guards[layer] <= u + 1e-9).all().ToBoolean(), $"interval of layer {layer}");
                }

                foreach (var (layer, step, lower, upper) in rows)
                {
                    var value = run.Guards[layer][step].flatten(1);
                    Assert.True((value >= lower - 1e-8).all().ToBoolean() && (value <= upper + 1e-8).all().ToBoolean(), $"line of layer {layer} at step {step}");
                }

                var rivals = Margins.Rows(labels, network.Description.Classes, ScalarType.Float64);
                var margin = (rivals * run.Logits.unsqueeze(1)).sum(2L);
                Assert.All(margins, bound => Assert.True((margin >= bound.Bound - 1e-8).all().ToBoolean(), $"{bound.Name}: {(margin - bound.Bound).min().ToDouble()}"));
            }

            // A bound that never says anything would pass as well.
            Assert.True(intervals.Membranes.All(layer => (layer.Upper - layer.Lower).max().ToDouble() < 50));
        }
    }

    /// <summary>A neuron's type, run as the C# that it is, spikes like the network that the compiler made of it.</summary>
    [Fact]
    public void OwnNeuronsDoWhatTheirCodeDoes()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, _) = Draw(nameof(Own), ScalarType.Float32, seed: 40);
        using var owned = network;
        int spikes = 0;
        foreach (var (layer, neuron) in new (int, Func<INeuron>)[] { (0, () => new Tired()), (1, () => new Driven()) })
        {
            var currents = (rand([network.Steps, 400]) * 1.6) - 0.3;
            Tensor fired = network.Stages.Spiking[layer].Neurons.Fire(currents);
            for (int i = 0; i < 400; i++)
            {
                var own = neuron();
                for (int t = 0; t < network.Steps; t++)
                {
                    own.Integrate(currents[t, i].ToSingle());
                    Assert.Equal(own.Fires, fired[t, i].ToSingle() == 1);
                    spikes += own.Fires ? 1 : 0;
                    if (own.Fires)
                    {
                        own.Spike();
                    }
                    else
                    {
                        (own as ISilentNeuron)?.Silence();
                    }
                }
            }
        }

        Assert.InRange(spikes, 400, 3600);
    }

    /// <summary>Membranes exactly on their thresholds fire where neurons are told so, and no bound in any precision misses it.</summary>
    [Fact]
    public void TiesAreSpikes()
    {
        using var guard = no_grad();
        int ties = 0, matter = 0, checkedBounds = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            using var scope = NewDisposeScope();
            var (network, _) = Draw(nameof(OnTheThreshold), ScalarType.Float32, seed);
            using var owned = network;
            // All sums are exact.
            foreach (var weight in network.parameters())
            {
                weight.copy_(randint(-2, 4, weight.shape).to(ScalarType.Float32) / 4);
            }

            var input = randint(0, 5, [Samples, 4]).to(ScalarType.Float32) / 4;
            var run = new NeuronLoop(network).Fire(input, network.Steps);
            Assert.True((network.forward(input) - run.Logits).abs().max().ToDouble() == 0);
            double[] thresholds = [1, 0.5, 0.25];
            ties += run.Guards.Zip(thresholds, (values, threshold) => (values == threshold).sum().ToInt32()).Sum();
            var labels = run.Logits.argmax(1);
            foreach (var precision in Enum.GetValues<Precision>())
            {
                foreach (double epsilon in new[] { 0, 0.25 })
                {
                    using var view = new NetworkView(network, precision);
                    var set = view.Set(new LInfinity(epsilon), input);
                    var intervals = view.Network.BoundMembranes(set).Computed();
                    var margins = new[] { BoundMethod.SIbp, BoundMethod.SCrown }.Select(method => view.Network.BoundMargins(set, labels, method)).ToArray();
                    for (int point = 0; point < 10; point++)
                    {
                        var moved = (input + (randint(-1, 2, input.shape).to(ScalarType.Float32) * epsilon)).clamp(0, 1);
                        var there = new NeuronLoop(network).Fire(moved, network.Steps);
                        var margin = (Margins.Rows(labels, 3, ScalarType.Float32) * there.Logits.unsqueeze(1)).sum(2L);
                        Assert.All(margins, bound => Assert.True((margin.to(bound.dtype) >= bound - 1e-6).all().ToBoolean()));
                        checkedBounds += margins.Length;
                        var spikes = (there.Guards[^1] >= thresholds[^1]).to(intervals.Spikes.Lower.dtype);
                        Assert.True((spikes >= intervals.Spikes.Lower).all().ToBoolean() && (spikes <= intervals.Spikes.Upper).all().ToBoolean());
                        // One point, exact sums: both ends are that run, ties and all.
                        if (epsilon == 0 && precision == Precision.Float32)
                        {
                            Assert.True((spikes == intervals.Spikes.Lower).all().ToBoolean() && (spikes == intervals.Spikes.Upper).all().ToBoolean());
                            matter += (there.Guards[^1] == thresholds[^1]).sum().ToInt32();
                        }
                    }
                }
            }
        }

        Assert.True(ties > 100 && matter > 50 && checkedBounds > 1000, $"{ties} ties, {matter} in the last layer");
    }

    /// <summary>Spikes of neurons without kernels are pooled as tensors: engines agree, and bounds hold.</summary>
    [Fact]
    public void MaximaOfTheirSpikesAreBoundedToo()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Draw(nameof(Pooled), ScalarType.Float32, seed: 11);
        using var owned = network;
        var labels = tensor(new long[] { 0, 1, 2 });
        var rivals = Margins.Rows(labels, 3, ScalarType.Float32);
        Tensor Margin(Tensor point) => (rivals * network.forward(point).unsqueeze(1)).sum(2L);
        Margin(input).sum().backward();
        Assert.Contains(network.parameters(), parameter => parameter.grad!.abs().max().ToDouble() > 0);

        using var guard = no_grad();
        var fused = Margin(input);
        SpikingLayer.Engine = Engine.Plain;
        try
        {
            Assert.True((fused - Margin(input)).abs().max().ToDouble() == 0);
        }
        finally
        {
            SpikingLayer.Engine = Engine.Auto;
        }

        var set = new LInfinity(0.05);
        Tensor[] bounds =
        [
            .. new[] { CertificationMethod.SIbp, CertificationMethod.SCrown }.SelectMany(method => new[] { Precision.Float32, Precision.RoundingSafe }.Select(precision =>
            {
                using var bounder = new MarginBounder(network, method, precision);
                return bounder.Bound(set, input, labels);
            })),
        ];
        for (int point = 0; point < 100; point++)
        {
            var margin = Margin(Point(network, set, input));
            Assert.All(bounds, bound => Assert.True((margin >= bound - 1e-4).all().ToBoolean()));
        }
    }

    /// <summary>The fused kernels of LIF layers between others, and plain operations: the same bounds. So are those of a float64 view.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void EnginesAgree(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, input) = Draw(name, ScalarType.Float32, seed: 7);
        using var owned = network;
        var labels = tensor(new long[] { 0, 1, 2 });
        foreach (var perturbation in Sets(network))
        {
            foreach (var method in new[] { CertificationMethod.SIbp, CertificationMethod.SCrown })
            {
                Tensor Bound(Engine engine, Precision precision)
                {
                    SpikingLayer.Engine = engine;
                    try
                    {
                        using var bounder = new MarginBounder(network, method, precision);
                        return bounder.Bound(perturbation, input, labels);
                    }
                    finally
                    {
                        SpikingLayer.Engine = Engine.Auto;
                    }
                }

                var fused = Bound(Engine.Auto, Precision.Float32);
                Assert.True((fused - Bound(Engine.Plain, Precision.Float32)).abs().max().ToDouble() <= 1e-4);
                // The box of a float64 view is the larger one, by rounding.
                Assert.True((fused - Bound(Engine.Auto, Precision.Float64)).abs().max().ToDouble() <= 1e-3);
            }
        }
    }

    /// <summary>
    /// Float32 runs, of an eager loop: no membrane and no margin lies outside rounding-safe bounds, even of sets in which
    /// rounding is all that happens, where bounds without it fail.
    /// </summary>
    [Theory, MemberData(nameof(Networks))]
    public void RoundingSafeBoundsHoldFloat32Runs(string name)
    {
        using var guard = no_grad();
        int outside = 0;
        for (int seed = 31; seed < 35; seed++)
        {
            using var scope = NewDisposeScope();
            var (network, input) = Draw(name, ScalarType.Float32, seed);
            using var owned = network;
            using var safe = new NetworkView(network, Precision.RoundingSafe);
            using var wide = new NetworkView(network, Precision.Float64);
            var labels = tensor(new long[] { 0, 1, 2 });
            Perturbation[] sets = network.Description.Encoding == Encoding.Spikes
                ? [new SpikeFlips(0), new SpikeFlips(2)]
                : [new LInfinity(0), new LInfinity(1e-6), new LInfinity(0.05)];
            foreach (var perturbation in sets)
            {
                var set = safe.Set(perturbation, input);
                var intervals = safe.Network.BoundMembranes(set);
                var exact = wide.Network.BoundMembranes(wide.Set(perturbation, input)).Computed();
                var margins = new[] { BoundMethod.SIbp, BoundMethod.SIbpCounts, BoundMethod.SCrown, BoundMethod.SCrownTrains }
                    .Select(method => (Method: method, Bound: safe.Report(safe.Network.BoundMargins(set, labels, method, intervals)))).ToArray();
                var rows = network.Stages.Spiking.Select((_, layer) =>
                {
                    long[] shape = intervals.Membranes[layer].Lower.shape[2..];
                    long size = shape.Aggregate(1L, (a, b) => a * b);
                    var unit = eye(size, dtype: ScalarType.Float64).view([1, size, .. shape]).expand([Samples, size, .. shape]);
                    return safe.Network.BoundRows(set, new()
                    {
                        Layer = layer, Rows = cat([unit, unit.neg()], 1), Steps = network.Steps, Membranes = intervals.Membranes,
                    }).Lower;
                }).ToArray();
                for (int point = 0; point < 25; point++)
                {
                    using var inner = NewDisposeScope();
                    var run = new NeuronLoop(network).Fire(Point(network, perturbation, input), network.Steps);
                    for (int layer = 0; layer < run.Guards.Count; layer++)
                    {
                        var u = run.Guards[layer].to(ScalarType.Float64);
                        Assert.True((u >= intervals.Membranes[layer].Lower).all().ToBoolean() && (u <= intervals.Membranes[layer].Upper).all().ToBoolean(), $"interval of layer {layer}");
                        outside += (u < exact.Membranes[layer].Lower).logical_or(u > exact.Membranes[layer].Upper).sum().ToInt32();
                        var last = u[^1].flatten(1);
                        Assert.True((cat([last, last.neg()], 1) >= rows[layer]).all().ToBoolean(), $"line of layer {layer}");
                    }

                    var rivals = Margins.Rows(labels, network.Description.Classes, ScalarType.Float64);
                    var margin = (rivals * run.Logits.to(ScalarType.Float64).unsqueeze(1)).sum(2L);
                    Assert.All(margins, bound => Assert.True((margin >= bound.Bound.to(ScalarType.Float64)).all().ToBoolean(), bound.Method.ToString()));
                }
            }
        }

        Assert.True(outside > 0, "Rounding never mattered: the test says nothing.");
    }

    /// <summary>The gradient of a certified loss is that of its value, where no spike and no case of a bound is near to changing.</summary>
    [Fact]
    public void GradientsOfLinesAreThoseOfTheirValues()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Draw(nameof(Turning), ScalarType.Float64, seed: 8);
        using var owned = network;
        var labels = tensor(new long[] { 0, 1, 2 });
        Tensor Value() => network.BoundMargins(new LInfinity(0.1).Apply(network, input, null), labels, BoundMethod.SCrown).sum();
        Value().backward();
        var bias = network.get_parameter("fc3.bias")!;
        // Intermediate bounds of the last layer depend on its bias without a spike between them.
        for (int i = 0; i < 3; i++)
        {
            double At(double change)
            {
                using var guard = no_grad();
                bias[i] += change;
                double value = Value().ToDouble();
                bias[i] -= change;
                return value;
            }

            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, bias.grad![i].ToDouble(), 1e-4);
        }
    }

    [Theory]
    [InlineData(nameof(Mixed), 0)]
    [InlineData(nameof(Mixed), 0.5)]
    [InlineData(nameof(AdaptiveEvents), 0.5)]
    [InlineData(nameof(Learning), 0.5)]
    [InlineData(nameof(Own), 0.5)]
    [InlineData(nameof(Recurring), 0.5)]
    public void TrainsWithBoundsAndIsBounded(string name, double crown)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(9);
        SpikingModule network = name switch
        {
            nameof(Mixed) => new Mixed(1),
            nameof(Learning) => new Learning(1),
            nameof(Own) => new Own(1),
            nameof(Recurring) => new Recurring(1),
            _ => new AdaptiveEvents(1),
        };
        using var owned = network;
        var data = network.Description.Encoding == Encoding.Direct ? Clusters() : Bars();
        var target = network.Description.Encoding == Encoding.Direct ? new RobustOptions { Epsilon = 0.02 } : new RobustOptions { Flips = 1 };
        double[] decays = Decays();
        double[] Decays() => [.. network.named_parameters().Where(p => p.name.EndsWith(".decay_logit", StringComparison.Ordinal)).SelectMany(p => p.parameter.detach().clone().data<float>().Select(x => (double)x))];
        new Trainer(
            network, data,
            Recipes.Best(target with { CrownShare = Ramp.Constant(crown) }, 25) with { BatchSize = 10, LearningRate = 1e-2 }).Run();

        Perturbation set = target.Flips is null ? new LInfinity(0.02) : new SpikeFlips(1);
        var report = new Certifier(network, set, crown == 0 ? CertificationMethod.SIbp : CertificationMethod.SCrown) { Precision = Precision.Float32 }.Run(data);
        // What is learned moves, every number of it.
        Assert.All(decays.Zip(Decays()), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(name == nameof(Learning) ? 9 : 0, decays.Length);
        int right = report.Records.Count(record => record.Prediction == record.Label), bounded = report.Records.Count(record => record.Verdict == Verdict.Bounded);
        Assert.True(right >= 18 && bounded > 5, $"{right} right, {bounded} bounded");
        int certified = new Certifier(network, set, crown == 0 ? CertificationMethod.SIbp : CertificationMethod.SCrown).Run(data).Records
            .Count(record => record.Verdict == Verdict.Certified);
        Assert.InRange(certified, 1, bounded + 1);
        // No attack gets below what is bounded.
        using var attacked = new Attacker(network, Attack.On(set, seed: 1)!).Run(data);
        Assert.All(report.Records.Where(record => record.Verdict == Verdict.Bounded), record =>
            Assert.True(attacked.Samples.Single(sample => sample.Index == record.Index).Margin > 0));
    }

    /// <summary>What is derived for LIF alone refuses the network by the layer's name, before any work.</summary>
    [Fact]
    public void WhatIsKnownOfLifAloneIsRefused()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Draw(nameof(Mixed), ScalarType.Float32, seed: 10);
        using var owned = network;
        var set = new LInfinity(0.05);
        var labels = tensor(new long[] { 0, 1, 2 });
        var data = Clusters();
        Action[] refused =
        [
            () => new MarginBounder(network, CertificationMethod.Alpha, Precision.Float32),
            () => new Certifier(network, set, CertificationMethod.Bab) { Precision = Precision.Float64 }.Run(data),
            () => new Certifier(network, set, CertificationMethod.Alpha) { Precision = Precision.Float32 }.Run(data),
            () => new BranchAndBound(network).Run(set, input.narrow(0, 0, 1), (int)network.forward(input)[0].argmax().ToInt64()),
            () => new MembraneRefiner(network).Refine(set.Apply(network, input, null)),
            () => new ExactVerifier(network).Minimise(set, input.narrow(0, 0, 1), 0, 1),
            () => network.BoundMargins(set.Apply(network, input, null), labels, BoundMethod.SCrownPaper),
            () => network.Stages.Spiking[0].Neurons.Parameters.ToString(),
        ];
        for (int i = 0; i < refused.Length; i++)
        {
            var error = Assert.Throws<NotSupportedException>(refused[i]);
            Assert.True(error.Message.StartsWith("n1 is no [Lif] layer (its neurons keep i and u), and ", StringComparison.Ordinal)
                || error.Message.StartsWith("n3 is no [Lif] layer (its neurons keep u and b), and ", StringComparison.Ordinal), $"{i}: {error.Message}");
        }

        // Of a layer whose spikes come back that is what is said, even where its neurons are those of [Lif].
        using var recurring = new Recurring();
        var recurrent = Assert.Throws<NotSupportedException>(() => new MarginBounder(recurring, CertificationMethod.Alpha, Precision.Float32));
        Assert.StartsWith("n1 is recurrent, and ", recurrent.Message, StringComparison.Ordinal);
        Assert.Contains(" are derived for [Lif] layers alone whose spikes do not come back: ", recurrent.Message, StringComparison.Ordinal);

        // Bounds of membranes without those of the states are no bounds to draw lines from.
        var known = network.BoundMembranes(set.Apply(network, input, null));
        Assert.Throws<ArgumentException>(() => network.BoundRows(set.Apply(network, input, null), new()
        {
            Layer = 3, Rows = ones([Samples, 1, 3]), Steps = network.Steps, Membranes = [.. known.Membranes],
        }));
    }
}
