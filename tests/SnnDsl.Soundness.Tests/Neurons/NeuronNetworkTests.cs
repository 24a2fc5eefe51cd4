using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Exact;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>Networks of neurons that are walked by their equations: forward, gradients, every bound that they have, and what they refuse.</summary>
public class NeuronNetworkTests
{
    private const int Samples = 3;

    public static TheoryData<string> Networks => [nameof(Mixed), nameof(AdaptiveEvents), nameof(Turning)];

    public NeuronNetworkTests() => set_num_threads(1);

    [Theory, MemberData(nameof(Networks))]
    public void LogitsAndGradientsAreThoseOfAnEagerLoop(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            double tolerance = type == ScalarType.Float64 ? 1e-10 : 1e-4;
            var (network, input) = Draw(name, type, seed: 3);
            using var _ = network;
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
        foreach (int seed in new[] { 5, 6 })
        {
            using var scope = NewDisposeScope();
            var (network, input) = Draw(name, ScalarType.Float64, seed);
            using var _ = network;
            foreach (var perturbation in Perturbations(network))
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
                    var unit = eye(size, ScalarType.Float64).view([1, size, .. shape]).expand([Samples, size, .. shape]);
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
    }

    /// <summary>The fused kernels of LIF layers between others, and plain operations: the same bounds. So are those of a float64 view.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void EnginesAgree(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, input) = Draw(name, ScalarType.Float32, seed: 7);
        using var _ = network;
        var labels = tensor(new long[] { 0, 1, 2 });
        foreach (var perturbation in Perturbations(network))
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

    /// <summary>The gradient of a certified loss is that of its value, where no spike and no case of a bound is near to changing.</summary>
    [Fact]
    public void GradientsOfLinesAreThoseOfTheirValues()
    {
        using var scope = NewDisposeScope();
        var (network, input) = Draw(nameof(Turning), ScalarType.Float64, seed: 8);
        using var _ = network;
        var labels = tensor(new long[] { 0, 1, 2 });
        Tensor Value() => network.BoundMargins(new LInfinity(0.1).Apply(network, input, null), labels, BoundMethod.SCrown).sum();
        Value().backward();
        var bias = network.get_parameter("fc3.bias");
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
    public void TrainsWithBoundsAndIsBounded(string name, double crown)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(9);
        var (network, data) = name == nameof(Mixed)
            ? ((SpikingModule)new Mixed(1), Clusters())
            : (new AdaptiveEvents(1), Bars());
        using var _ = network;
        var target = name == nameof(Mixed) ? new RobustOptions { Epsilon = 0.02 } : new RobustOptions { Flips = 1 };
        var progress = new Trainer(
            network, data,
            Recipes.Best(target with { CrownShare = Ramp.Constant(crown) }, 25) with { BatchSize = 10, LearningRate = 1e-2 }).Run();
        Assert.True(progress[^1].Loss < 0.8 * progress[0].Loss, $"from {progress[0].Loss} to {progress[^1].Loss}");

        Perturbation set = target.Flips is null ? new LInfinity(0.02) : new SpikeFlips(1);
        var report = new Certifier(network, set, crown == 0 ? CertificationMethod.SIbp : CertificationMethod.SCrown) { Precision = Precision.Float32 }.Run(data);
        Assert.True(report.Records.Count(record => record.Verdict == Verdict.Bounded) > 10);
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
        using var _ = network;
        var set = new LInfinity(0.05);
        var labels = tensor(new long[] { 0, 1, 2 });
        var data = Clusters();
        Action[] refused =
        [
            () => new NetworkView(network, Precision.RoundingSafe),
            () => new MarginBounder(network, CertificationMethod.SCrown),
            () => new MarginBounder(network, CertificationMethod.Alpha, Precision.Float32),
            () => new Certifier(network, set, CertificationMethod.SCrown).Run(data),
            () => new Certifier(network, set, CertificationMethod.Auto) { Precision = Precision.Float32 }.Run(data),
            () => new Certifier(network, set, CertificationMethod.Bab) { Precision = Precision.Float64 }.Run(data),
            () => new Certifier(network, set, CertificationMethod.Alpha) { Precision = Precision.Float32 }.Run(data),
            () => new BranchAndBound(network).Run(set, input.narrow(0, 0, 1), (int)network.forward(input)[0].argmax().ToInt64()),
            () => new MembraneRefiner(network).Refine(set.Apply(network, input, null)),
            () => new ExactVerifier(network).Minimise(set, input.narrow(0, 0, 1), 0, 1),
            () => network.BoundMargins(set.Apply(network, input, null), labels, BoundMethod.SCrownPaper),
            () => _ = network.Stages.Spiking[0].Neurons.Parameters,
        ];
        for (int i = 0; i < refused.Length; i++)
        {
            var error = Assert.Throws<NotSupportedException>(refused[i]);
            Assert.True(error.Message.StartsWith("n1 is no [Lif] layer (its neurons keep i and u), and ", StringComparison.Ordinal)
                || error.Message.StartsWith("n3 is no [Lif] layer (its neurons keep u and b), and ", StringComparison.Ordinal), $"{i}: {error.Message}");
        }

        // Bounds of membranes without those of the states are no bounds to draw lines from.
        var known = network.BoundMembranes(set.Apply(network, input, null));
        Assert.Throws<ArgumentException>(() => network.BoundRows(set.Apply(network, input, null), new()
        {
            Layer = 3, Rows = ones([Samples, 1, 3]), Steps = network.Steps, Membranes = [.. known.Membranes],
        }));
    }

    private static (SpikingModule Network, Tensor Input) Draw(string name, ScalarType type, int seed)
    {
        random.manual_seed(seed);
        SpikingModule network = name switch
        {
            nameof(Mixed) => new Mixed(seed),
            nameof(AdaptiveEvents) => new AdaptiveEvents(seed),
            _ => new Turning(seed),
        };
        using (no_grad())
        {
            foreach (var (parameter, weight) in network.named_parameters())
            {
                double scale = parameter.EndsWith(".bias", StringComparison.Ordinal) ? 0.25 : 1.6 / Math.Sqrt(weight.numel() / (double)weight.shape[0]);
                weight.copy_((rand(weight.shape) * 2 - 0.7) * scale);
            }
        }

        network.to(type);
        long[] shape = [.. network.Description.InputShape];
        var input = network.Description.Encoding == Encoding.Spikes
            ? (rand([network.Steps, Samples, .. shape]) < 0.35).to(type)
            : rand([Samples, .. shape]).to(type);
        return (network, input);
    }

    private static IEnumerable<Perturbation> Perturbations(SpikingModule network) => network.Description.Encoding == Encoding.Spikes
        ? [new SpikeFlips(1), new SpikeFlips(3, FlipMode.Insert), new SpikeFlips(2, FlipMode.Delete)]
        : [new LInfinity(0.03), new LInfinity(0.15)];

    // A random member of the set, as the first layer sees it.
    private static Tensor Point(SpikingModule network, Perturbation perturbation, Tensor input)
    {
        if (perturbation is LInfinity box)
        {
            var way = rand_like(input) * 2 - 1;
            // Half of them at corners.
            way = rand([1]).ToDouble() < 0.5 ? way.sign() : way;
            return network.Encode((input + way * box.Epsilon).clamp(0, 1), null);
        }

        var (flips, point) = ((SpikeFlips)perturbation, input.clone());
        for (int sample = 0; sample < Samples; sample++)
        {
            var flat = point.select(1, sample).flatten();
            for (int k = 0; k < flips.Count; k++)
            {
                // What is there already needs no change; flipping an entry twice is flipping it never: still a member.
                long at = randint(0, flat.shape[0], [1]).ToInt64();
                flat[at] = flips.Mode switch
                {
                    FlipMode.Insert => ones_like(flat[at]),
                    FlipMode.Delete => zeros_like(flat[at]),
                    _ => 1 - flat[at],
                };
            }

            point.select(1, sample).copy_(flat.view_as(point.select(1, sample)));
        }

        return point;
    }

    // Three classes around three points.
    private static Dataset Clusters()
    {
        var labels = arange(30) % 3;
        var centres = tensor(new float[] { 0.9f, 0.9f, 0.1f, 0.1f, 0.5f, 0.2f, 0.1f, 0.1f, 0.9f, 0.9f, 0.2f, 0.5f, 0.9f, 0.1f, 0.1f, 0.9f, 0.9f, 0.9f }, [3, 6]);
        return Dataset.FromTensors((centres.index_select(0, labels) + 0.05 * (rand([30, 6]) - 0.5)).clamp(0, 1), labels);
    }

    // Three classes of moving bars, with a few spikes of noise.
    private static Dataset Bars()
    {
        var spikes = (rand([30, 4, 1, 4, 4]) < 0.03).to(ScalarType.Float32);
        for (int i = 0; i < 30; i++)
        {
            for (int t = 0; t < 4; t++)
            {
                (i % 3 == 0 ? spikes[i, t, 0, t] : i % 3 == 1 ? spikes[i, t, 0].select(1, t) : spikes[i, t, 0].narrow(0, 0, 2)).fill_(1);
            }
        }

        return Dataset.FromSpikes(spikes, arange(30) % 3);
    }
}
