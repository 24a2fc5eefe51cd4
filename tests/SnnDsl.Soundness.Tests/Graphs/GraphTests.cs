using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Evaluation;
using SnnDsl.Exact;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Neurons;
using TorchSharp;
using static SnnDsl.Soundness.Tests.Neurons.NeuronCases;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Graphs;

/// <summary>Networks whose layers are a graph: forward, gradients, every bound that they have, and what they refuse.</summary>
public class GraphTests
{
    private const int Samples = GraphCases.Samples;

    private static readonly BoundMethod[] s_methods = [BoundMethod.SIbp, BoundMethod.SIbpCounts, BoundMethod.SCrown, BoundMethod.SCrownTrains];

    public static TheoryData<string> Networks => [nameof(Summed), nameof(Currents), nameof(Branched), nameof(Graphs.Pooled), nameof(Delayed)];

    public GraphTests() => set_num_threads(1);

    [Theory, MemberData(nameof(Networks))]
    public void LogitsAndGradientsAreThoseOfAnEagerLoop(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            double tolerance = type == ScalarType.Float64 ? 1e-10 : 1e-4;
            var (network, input) = GraphCases.Draw(name, type, seed: 3);
            using var owned = network;
            var encoded = network.Encode(input, null);
            var weights = rand([Samples, network.Description.Classes], type);
            var logits = network.forward(input);
            (logits * weights).sum().backward();
            Tensor[] gradients = [.. network.parameters().Select(parameter => parameter.grad!.clone())];
            network.zero_grad();
            var expected = new GraphLoop(network).Fire(encoded, network.Steps).Logits;
            (expected * weights).sum().backward();
            Assert.True((logits - expected).abs().max().ToDouble() <= tolerance);
            Assert.All(network.parameters().Zip(gradients), pair =>
                Assert.True((pair.First.grad! - pair.Second).abs().max().ToDouble() <= tolerance * (1 + pair.Second.abs().max().ToDouble())));
            Assert.Contains(gradients, gradient => gradient.abs().max().ToDouble() > 0.01);
        }
    }

    /// <summary>What a trace says of every layer is what the loop does.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void TracesAreThoseOfAnEagerLoop(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, input) = GraphCases.Draw(name, ScalarType.Float32, seed: 4);
        using var owned = network;
        using var trace = network.Trace(input);
        var run = new GraphLoop(network).Fire(network.Encode(input, null), network.Steps);
        Assert.Equal(run.Guards.Count, trace.Layers.Count);
        for (int layer = 0; layer < run.Guards.Count; layer++)
        {
            bool isMaximum = trace.Layers[layer].Name == "pool";
            var seen = isMaximum ? trace.Layers[layer].Spikes : trace.Layers[layer].Membranes;
            Assert.True((seen - run.Guards[layer]).abs().max().ToDouble() < 1e-4, trace.Layers[layer].Name);
            Assert.True((trace.Layers[layer].Operations <= trace.Layers[layer].DenseOperations).all().ToBoolean());
            Assert.True(trace.Layers[layer].Operations.min().ToDouble() > 0);
        }
    }

    /// <summary>A thousand points of each set: no membrane and no margin lies outside its bounds.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void BoundsHold(string name)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (network, input) = GraphCases.Draw(name, ScalarType.Float64, seed: 5);
        using var owned = network;
        bool isLif = network.Stages.Neurons.All(neurons => neurons.IsFused);
        foreach (var perturbation in Sets(network))
        {
            var set = perturbation.Apply(network, input, null);
            var labels = tensor(new long[] { 0, 1, 2 });
            var intervals = network.BoundMembranes(set);
            (string Name, Tensor Bound)[] margins =
            [
                .. s_methods.Concat(isLif ? [BoundMethod.SCrownPaper] : []).Select(method => (method.ToString(), network.BoundMargins(set, labels, method, intervals))),
                ("alpha", new SlopeOptimiser(network, new AlphaOptions { Iterations = 4 }).BoundMargins(set, labels)),
            ];
            // Linear bounds of every layer's membranes at the middle and the last step, from below and from above.
            var rows = Enumerable.Range(0, intervals.Membranes.Count).SelectMany(layer => new[] { network.Steps / 2, network.Steps - 1 }.Select(step =>
            {
                var lower = Rows(network, set, intervals.Membranes, layer, step, ScalarType.Float64);
                long size = lower.size(1) / 2;
                return (Layer: layer, Step: step, Lower: lower.narrow(1, 0, size), Upper: lower.narrow(1, size, size).neg());
            })).ToArray();
            for (int point = 0; point < 340; point++)
            {
                using var inner = NewDisposeScope();
                var run = new GraphLoop(network).Fire(Point(network, perturbation, input), network.Steps);
                for (int layer = 0; layer < run.Guards.Count; layer++)
                {
                    // A maximum is 1 where its sum, the membrane, is above 1/256.
                    bool isMaximum = IsMaximum(network, layer);
                    var (l, u) = intervals.Membranes[layer];
                    var value = run.Guards[layer];
                    Assert.True((isMaximum ? value * 4 : value).ge(l - 1e-9).all().ToBoolean() && value.le(u + 1e-9).all().ToBoolean(), $"interval of layer {layer}");
                }

                foreach (var (layer, step, lower, upper) in rows.Where(row => !IsMaximum(network, row.Layer)))
                {
                    var value = run.Guards[layer][step].flatten(1);
                    Assert.True((value >= lower - 1e-8).all().ToBoolean() && (value <= upper + 1e-8).all().ToBoolean(), $"line of layer {layer} at step {step}");
                }

                var margin = Margin(run.Logits, labels);
                Assert.All(margins, bound => Assert.True((margin >= bound.Bound - 1e-8).all().ToBoolean(), $"{bound.Name}: {(margin - bound.Bound).min().ToDouble()}"));
            }

            // A bound that never says anything would pass as well.
            Assert.True(intervals.Membranes.All(layer => (layer.Upper - layer.Lower).max().ToDouble() < 50));
        }
    }

    /// <summary>Over a set of one point every bound is the point's.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void BoundsOfOnePointAreThePoint(string name)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var (network, input) = GraphCases.Draw(name, ScalarType.Float64, seed: 6);
        using var owned = network;
        Perturbation none = network.Description.Encoding == Encoding.Spikes ? new SpikeFlips(0) : new LInfinity(0);
        var set = none.Apply(network, input, null);
        var labels = tensor(new long[] { 0, 1, 2 });
        var margin = Margin(network.forward(input), labels);
        Assert.All(s_methods, method => Assert.True((network.BoundMargins(set, labels, method) - margin).abs().max().ToDouble() < 1e-9, method.ToString()));
    }

    /// <summary>Fused kernels, plain operations and a float64 view give the same bounds, and the first two the same gradients.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void EnginesAgree(string name)
    {
        using var scope = NewDisposeScope();
        var (network, input) = GraphCases.Draw(name, ScalarType.Float32, seed: 7);
        using var owned = network;
        var labels = tensor(new long[] { 0, 1, 2 });
        double largest = 0;
        foreach (var perturbation in Sets(network))
        {
            foreach (var method in new[] { CertificationMethod.SIbp, CertificationMethod.SCrown })
            {
                Tensor Bound(Engine engine, Precision precision) => On(engine, () =>
                {
                    using var bounder = new MarginBounder(network, method, precision);
                    return bounder.Bound(perturbation, input, labels);
                });

                var fused = Bound(Engine.Auto, Precision.Float32);
                Assert.True((fused - Bound(Engine.Plain, Precision.Float32)).abs().max().ToDouble() <= 1e-4);
                // The box of a float64 view is the larger one, by rounding.
                Assert.True((fused - Bound(Engine.Auto, Precision.Float64)).abs().max().ToDouble() <= 1e-3);
            }

            foreach (var method in new[] { BoundMethod.SIbp, BoundMethod.SCrown })
            {
                Tensor[] Gradients(Engine engine) => On(engine, () =>
                {
                    network.zero_grad();
                    network.BoundMargins(perturbation.Apply(network, input, null), labels, method).sum().backward();
                    return network.parameters().Select(parameter => parameter.grad is { } found ? found.clone() : zeros_like(parameter)).ToArray();
                });

                var (fused, plain) = (Gradients(Engine.Auto), Gradients(Engine.Plain));
                Assert.All(fused.Zip(plain), pair =>
                    Assert.True((pair.First - pair.Second).abs().max().ToDouble() <= 1e-3 * (1 + pair.Second.abs().max().ToDouble()), $"{perturbation}, {method}"));
                largest = Math.Max(largest, plain.Max(gradient => gradient.abs().max().ToDouble()));
            }
        }

        Assert.True(largest > 1e-3, "No gradient was other than 0: the test says nothing.");
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
            var (network, input) = GraphCases.Draw(name, ScalarType.Float32, seed);
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
                var margins = s_methods.Select(method => (Method: method, Bound: safe.Report(safe.Network.BoundMargins(set, labels, method, intervals)))).ToArray();
                var rows = Enumerable.Range(0, intervals.Membranes.Count)
                    .Select(layer => Rows(safe.Network, set, intervals.Membranes, layer, network.Steps - 1, ScalarType.Float64)).ToArray();
                for (int point = 0; point < 25; point++)
                {
                    using var inner = NewDisposeScope();
                    var run = new GraphLoop(network).Fire(Point(network, perturbation, input), network.Steps);
                    for (int layer = 0; layer < run.Guards.Count; layer++)
                    {
                        var u = run.Guards[layer].to(ScalarType.Float64);
                        if (IsMaximum(network, layer))
                        {
                            continue;
                        }

                        Assert.True((u >= intervals.Membranes[layer].Lower).all().ToBoolean() && (u <= intervals.Membranes[layer].Upper).all().ToBoolean(), $"interval of layer {layer}");
                        outside += (u < exact.Membranes[layer].Lower).logical_or(u > exact.Membranes[layer].Upper).sum().ToInt32();
                        var last = u[^1].flatten(1);
                        Assert.True((cat([last, last.neg()], 1) >= rows[layer]).all().ToBoolean(), $"line of layer {layer}");
                    }

                    var margin = Margin(run.Logits.to(ScalarType.Float64), labels);
                    Assert.All(margins, bound => Assert.True((margin >= bound.Bound.to(ScalarType.Float64)).all().ToBoolean(), bound.Method.ToString()));
                }
            }
        }

        Assert.True(outside > 0, "Rounding never mattered: the test says nothing.");
    }

    /// <summary>The walk of graphs on a chain gives the bounds that the chain's own walks give.</summary>
    [Theory]
    [InlineData(nameof(Mixed))]
    [InlineData(nameof(AdaptiveEvents))]
    [InlineData(nameof(Turning))]
    public void AChainIsAGraph(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            var (network, input) = NeuronCases.Draw(name, type, seed: 12);
            using var owned = network;
            var walk = new GraphWalk(new NetworkStages(network.Stages.Nodes, network.Stages.MembraneDecay), network.Steps, network.Description.Encoding == Encoding.Direct);
            var labels = tensor(new long[] { 0, 1, 2 });
            foreach (var set in Sets(network).Select(perturbation => perturbation.Apply(network, input, null)))
            {
                var (own, other) = (network.BoundMembranes(set), walk.Bound(set));
                Assert.All(own.Membranes.Zip(other.Membranes), pair => Assert.True(
                    pair.First.Lower.equal(pair.Second.Lower).all().ToBoolean() && pair.First.Upper.equal(pair.Second.Upper).all().ToBoolean()));
                LinearQuery query = new()
                {
                    Layer = own.Membranes.Count, Rows = Margins.Rows(labels, network.Description.Classes, type), Steps = network.Steps, Membranes = own.Membranes,
                };
                Assert.True((network.BoundRows(set, query).Lower - walk.Relax(set, query, new()).Lower).abs().max().ToDouble() <= (type == ScalarType.Float64 ? 1e-12 : 1e-5));
            }
        }
    }

    /// <summary>What is derived for chains alone refuses the network by its name, before any work.</summary>
    [Fact]
    public void WhatIsKnownOfChainsAloneIsRefused()
    {
        using var scope = NewDisposeScope();
        var (network, input) = GraphCases.DrawDecided(nameof(Summed), input => input, seed: 10, least: 1);
        using var owned = network;
        var logits = network.forward(input);
        long right = Margin(logits, logits.argmax(1)).amin([1L]).argmax().ToInt64(), label = logits[right].argmax().ToInt64();
        var set = new LInfinity(0.05);
        var data = Clusters();
        Action[] refused =
        [
            () => new MarginBounder(network, CertificationMethod.Alpha, Precision.Float32),
            () => new Certifier(network, set, CertificationMethod.Bab) { Precision = Precision.Float64 }.Run(data),
            () => new Certifier(network, set, CertificationMethod.Alpha) { Precision = Precision.Float32 }.Run(data),
            () => new BranchAndBound(network).Run(set, input.narrow(0, right, 1), (int)label),
            () => new MembraneRefiner(network).Refine(set.Apply(network, input, null)),
            () => new ExactVerifier(network).Minimise(set, input.narrow(0, 0, 1), 0, 1),
        ];
        for (int i = 0; i < refused.Length; i++)
        {
            var error = Assert.Throws<NotSupportedException>(refused[i]);
            Assert.True(error.Message.StartsWith("The layers of Summed are a graph, and ", StringComparison.Ordinal), $"{i}: {error.Message}");
        }
    }

    private static bool IsMaximum(SpikingModule network, int layer) => network.Description.SpikingLayers[layer].Name == "pool";

    private static Tensor Margin(Tensor logits, Tensor labels) =>
        (Margins.Rows(labels, (int)logits.size(1), logits.dtype) * logits.unsqueeze(1)).sum(2L);

    // Rows on all membranes of a layer at a step, and on what they are less than.
    private static Tensor Rows(SpikingModule network, IPerturbedInput set, IReadOnlyList<Interval> membranes, int layer, int step, ScalarType type)
    {
        long[] shape = membranes[layer].Lower.shape[2..];
        long size = shape.Aggregate(1L, (a, b) => a * b);
        var unit = eye(size, dtype: type).view([1, size, .. shape]).expand([Samples, size, .. shape]);
        return network.BoundRows(set, new() { Layer = layer, Rows = cat([unit, unit.neg()], 1), Steps = step + 1, Membranes = membranes }).Lower;
    }

    private static T On<T>(Engine engine, Func<T> run)
    {
        SpikingLayer.Engine = engine;
        try
        {
            return run();
        }
        finally
        {
            SpikingLayer.Engine = Engine.Auto;
        }
    }
}
