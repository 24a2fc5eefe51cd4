using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// Rounding-safe bounds hold for float32 networks as they run: for every order of summation, with and without fused multiply-add, on the
/// library's own engines, at every membrane and every margin, without any tolerance.
/// </summary>
public class RoundingSafeTests
{
    private const int Samples = 2;
    private const int Points = 4;

    private static readonly CertificationMethod[] Methods =
        [CertificationMethod.SIbp, CertificationMethod.SCrownPaper, CertificationMethod.SCrown, CertificationMethod.Alpha];

    /// <summary>On the event-driven engine, and on TorchSharp's operations in float64.</summary>
    public static TheoryData<string, bool> NetworksByEngine
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (var type in Subject.Networks)
            {
                data.Add(type.Name, true);
                data.Add(type.Name, false);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(NetworksByEngine))]
    public void BoundsHoldInEveryOrderOfSummation(string network, bool fused)
    {
        foreach (double scale in new[] { 1, 300.0 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, fused ? Platform.Fused : Platform.Plain, seed: scale == 1 ? 51 : 53);
            var inputs = subject.On(subject.Inputs(Samples));
            foreach (var perturbation in scale == 1 ? subject.Perturbations.Where(p => p.Certifies).Take(2) : FloatRuns.Tiny(subject))
            {
                if (scale > 1)
                {
                    FloatRuns.PutNearTheThreshold(subject, inputs, scale);
                }

                Check(subject, perturbation, inputs);
            }
        }
    }

    /// <summary>The same query through the same membranes: what rounding costs lowers a bound, and by little.</summary>
    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void SafeRowsLieJustBelowPlainOnes(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, Platform.Fused, seed: 61);
        var inputs = subject.On(subject.Inputs(Samples));
        using var plain = new Float64Network(subject.Module);
        using var safe = new RoundingSafeNetwork(subject.Module);
        foreach (var perturbation in subject.Perturbations.Where(p => p.Certifies))
        {
            var set = perturbation.Enclose(safe, inputs);
            var known = safe.BoundMembranes(set);
            foreach (var (lower, upper) in known.Membranes.Zip(plain.BoundMembranes(set).Membranes, (s, p) => (p.Lower - s.Lower, s.Upper - p.Upper)))
            {
                Assert.True(lower.ge(tensor(0.0)).all().item<bool>() && upper.ge(tensor(0.0)).all().item<bool>());
            }

            for (int i = 0; i < 4; i++)
            {
                int layer = subject.Next(known.Membranes.Count + 1), steps = layer == known.Membranes.Count ? subject.Steps : 1 + subject.Next(subject.Steps);
                long[] shape = layer == known.Membranes.Count ? [subject.Blueprint.Classes] : known.Membranes[layer].Lower.shape[2..];
                var query = new LinearQuery
                {
                    Layer = layer,
                    Rows = subject.Uniform([Samples, 3, .. shape]) - 0.5,
                    Steps = steps,
                    Membranes = known.Membranes,
                    Rule = i % 2 == 0 ? RelaxationRule.Joint : RelaxationRule.Paper,
                    Slopes = i < 2 ? null : [.. known.Membranes.Select(m => subject.Uniform([steps, Samples, 3, .. m.Lower.shape[2..]]))],
                };
                var (high, low) = (plain.BoundRows(set, query).Lower, safe.BoundRows(set, query).Lower);
                Assert.True(low.le(high).all().item<bool>(), $"{perturbation}: {(low - high).max().item<double>()} above.");
                Assert.True(low.ge(high - high.abs() * 1e-2 - 1e-2).all().item<bool>(), $"{perturbation}: {(high - low).max().item<double>()} below.");
            }
        }
    }

    /// <summary>Networks whose float32 weights are those of their file: a normalisation is folded in the network's own precision.</summary>
    public static TheoryData<string> WithoutNormalisation =>
        [.. Subject.Networks.Where(type => Reference.Blueprint.Of(type).Norms.Count == 0).Select(type => type.Name)];

    /// <summary>Bounds of the float64 view are those of the emitted code on float64 weights.</summary>
    [Theory, MemberData(nameof(WithoutNormalisation))]
    public void TheFloat64ViewIsTheEmittedNetworkInFloat64(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, Platform.Fused, seed: 67);
        var (inputs, labels) = (subject.On(subject.Inputs(Samples)), subject.Labels(Samples));
        foreach (var perturbation in subject.Perturbations.Where(p => p.Certifies))
        {
            using var view = new NetworkView(subject.Module, Precision.Float64);
            var own = view.Set(perturbation, inputs);
            var bounds = Enum.GetValues<BoundMethod>().Select(method => view.Network.BoundMargins(own, labels, method)).ToList();
            // On the view's own set: it holds float32's ends too.
            subject.Module.to(float64);
            foreach (var (method, actual) in Enum.GetValues<BoundMethod>().Zip(bounds))
            {
                Assert.True((actual - subject.Module.BoundMargins(own, labels, method)).abs().le(1e-10).all().item<bool>(), $"{method}, {perturbation}");
            }

            subject.Module.to(float32);
        }
    }

    private static void Check(Subject subject, Perturbation perturbation, Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var labels = subject.Labels(Samples);
        using var safe = new MarginBounder(subject.Module, CertificationMethod.SIbp, Precision.RoundingSafe);
        var set = safe.View.Set(perturbation, inputs);
        NetworkIntervals[] membranes = [safe.View.Network.BoundMembranes(set), new MembraneRefiner(safe.View.Network).Refine(set)];
        var inside = membranes.Select(known => new KnownMembranes(known)).ToList();
        List<(string Name, double[][] Bounds)> margins = [];
        foreach (var method in Methods)
        {
            foreach (var intermediate in Enum.GetValues<IntermediateBounds>())
            {
                using var bounder = new MarginBounder(subject.Module, method, Precision.RoundingSafe)
                {
                    Intermediate = intermediate,
                    Alpha = new() { Iterations = 2, Goal = double.PositiveInfinity },
                };
                margins.Add(($"{method} from {intermediate}", BySample(bounder.Bound(perturbation, inputs, labels))));
            }
        }

        var rows = Enumerable.Range(0, 6).Select(i => RowsOf(subject, safe.View.Network, set, membranes[i % 2], i)).ToList();
        double[] classes = Values.Of(labels);
        foreach (var (_, trace, b, at) in FloatRuns.Of(subject, perturbation, inputs, Points))
        {
            inside.ForEach(known => known.AssertHolds(trace, b, at));
            AssertAbove(trace.Logits, margins, b, (int)classes[b], at);
            rows.ForEach(row => row.AssertBelow(trace, b, at));
        }

        for (int p = 0; p < Points; p++)
        {
            var point = FloatPoints.Draw(subject, perturbation, inputs, p);
            foreach (var engine in new[] { Engine.Plain, Engine.Auto })
            {
                SpikingLayer.Engine = engine;
                var logits = subject.Module.forward(point);
                SpikingLayer.Engine = subject.Platform.Engine;
                for (int b = 0; b < Samples; b++)
                {
                    AssertAbove(FloatPoints.Of(logits[b]), margins, b, (int)classes[b], $"{subject.Blueprint.Name}, {perturbation}, {engine}");
                }
            }
        }
    }

    // Random rows on one layer's membranes at one step, through the rules' lines or random slopes.
    private static MembraneRows RowsOf(Subject subject, SpikingModule view, IPerturbedInput set, NetworkIntervals known, int variant)
    {
        int layer = subject.Next(known.Membranes.Count), steps = 1 + subject.Next(subject.Steps);
        long[] shape = [Samples, 3, .. known.Membranes[layer].Lower.shape[2..]];
        var row = (subject.Uniform(shape) - 0.5) * (subject.Uniform(shape) < 0.5).to(float64);
        var bound = view.BoundRows(set, new()
        {
            Layer = layer,
            Rows = row,
            Steps = steps,
            Membranes = known.Membranes,
            Rule = variant % 3 == 0 ? RelaxationRule.Paper : RelaxationRule.Joint,
            Slopes = variant < 3 ? null : [.. known.Membranes.Select(m => subject.Uniform([steps, Samples, 3, .. m.Lower.shape[2..]]))],
        });
        return new(
            layer, steps - 1, [.. Enumerable.Range(0, Samples).Select(b => Enumerable.Range(0, 3).Select(k => Values.Of(row[b, k])).ToArray())],
            BySample(bound.Lower));
    }

    private sealed record MembraneRows(int Layer, int Step, double[][][] Rows, double[][] Bounds)
    {
        public void AssertBelow(OrderedNetwork.Trace trace, int sample, string at)
        {
            double[] bounds = Bounds[sample];
            for (int k = 0; k < bounds.Length; k++)
            {
                double value = Rows[sample][k].Zip(trace.Membranes[Layer][Step], (weight, u) => weight * u).Sum();
                if (!(value >= bounds[k]))
                {
                    Assert.Fail($"{at}: a row on layer {Layer} at step {Step} is {value}, below {bounds[k]}.");
                }
            }
        }
    }

    private static double[][] BySample(Tensor bounds) => [.. Enumerable.Range(0, Samples).Select(b => Values.Of(bounds[b]))];

    // Bounds of the membranes by layer, sample and step.
    private sealed class KnownMembranes(NetworkIntervals known)
    {
        private readonly (double[][] Least, double[][] Most)[][] bounds = [.. known.Membranes.Select(layer =>
            Enumerable.Range(0, Samples).Select(b => (Values.Sample(layer.Lower, b), Values.Sample(layer.Upper, b))).ToArray())];

        public void AssertHolds(OrderedNetwork.Trace trace, int sample, string at)
        {
            for (int layer = 0; layer < bounds.Length; layer++)
            {
                var (least, most) = bounds[layer][sample];
                for (int t = 0; t < least.Length; t++)
                {
                    for (int n = 0; n < least[t].Length; n++)
                    {
                        double u = trace.Membranes[layer][t][n];
                        if (!(u >= least[t][n] && u <= most[t][n]))
                        {
                            Assert.Fail($"{at}: membrane {n} of layer {layer} at step {t} is {u}, outside [{least[t][n]}, {most[t][n]}].");
                        }
                    }
                }
            }
        }
    }

    private static void AssertAbove(float[] logits, List<(string Name, double[][] Bounds)> margins, int sample, int label, string at)
    {
        foreach (var (name, bounds) in margins)
        {
            double[] own = bounds[sample];
            for (int j = 0, k = 0; j < logits.Length; j++)
            {
                if (j == label)
                {
                    continue;
                }

                // The difference of the logits, and the float32 difference.
                if (!((double)logits[label] - logits[j] >= own[k] && logits[label] - logits[j] >= own[k]))
                {
                    Assert.Fail($"{at}: the margin over {j} is {logits[label] - logits[j]}, below {own[k]} by {name}.");
                }

                k++;
            }
        }
    }
}
