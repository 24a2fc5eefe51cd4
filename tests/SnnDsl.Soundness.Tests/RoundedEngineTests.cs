using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// Rounding-safe bounds in float32 on event-driven code against the same in float64 on TorchSharp's operations: never tighter where they
/// are the same function, and apart by what float32 sums lose.
/// </summary>
public class RoundedEngineTests
{
    private const int Samples = 3;

    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void IntervalsHoldThoseOfTheReference(string network)
    {
        foreach (double scale in new[] { 1, 40.0 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = Scaled(network, scale);
            var inputs = subject.On(subject.Inputs(Samples));
            using var safe = new RoundingSafeNetwork(subject.Module);
            foreach (var perturbation in subject.Perturbations.Where(p => p.Certifies))
            {
                var set = perturbation.Enclose(safe, inputs);
                var (native, reference) = On(() => safe.BoundMembranes(set));
                if (!IsNative(subject, native))
                {
                    return;
                }

                double size = 0;
                foreach (var (own, exact) in native.Membranes.Zip(reference.Membranes))
                {
                    size = Math.Max(size, maximum(exact.Lower.abs(), exact.Upper.abs()).max().item<double>());
                    Below(own.Lower, exact.Lower, size, $"{perturbation}, lower");
                    Below(exact.Upper, own.Upper, size, $"{perturbation}, upper");
                }

                // Where no spike is decided by the last digits, counts are the same whole numbers.
                Assert.True(native.Counts.Lower.le(reference.Counts.Lower).all().item<bool>() && native.Counts.Upper.ge(reference.Counts.Upper).all().item<bool>());
                Assert.True(native.Spikes.Lower.le(reference.Spikes.Lower).all().item<bool>() && native.Spikes.Upper.ge(reference.Spikes.Upper).all().item<bool>());
            }
        }
    }

    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void MarginsAreThoseOfTheReference(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = Scaled(network, 1);
        var (inputs, labels) = (subject.On(subject.Inputs(Samples)), subject.Labels(Samples));
        using var safe = new RoundingSafeNetwork(subject.Module);
        foreach (var perturbation in subject.Perturbations.Where(p => p.Certifies))
        {
            var set = perturbation.Enclose(safe, inputs);
            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                var (native, reference) = On(() => safe.BoundMargins(set, labels, method));
                var apart = (native - reference).abs();
                Assert.True(
                    apart.le((reference.abs() + 1) * 2e-3).all().item<bool>(), $"{perturbation}, {method}: {apart.max().item<double>()} apart.");
            }
        }
    }

    /// <summary>The form itself is a bound: every run's margin lies above its value at the run's own input.</summary>
    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void TheFormIsBelowEveryRun(string network)
    {
        foreach (double scale in new[] { 1, 300.0 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Fused, seed: 73);
            if (subject.Blueprint.Encoding != Encoding.Direct)
            {
                return;
            }

            var inputs = subject.On(subject.Inputs(Samples));
            if (scale > 1)
            {
                FloatRuns.PutNearTheThreshold(subject, inputs, scale);
            }

            using var safe = new RoundingSafeNetwork(subject.Module);
            var labels = subject.Labels(Samples);
            Perturbation perturbation = new LInfinity(scale > 1 ? 1e-6 : 0.05);
            var set = perturbation.Enclose(safe, inputs);
            var known = safe.BoundMembranes(set);
            if (!IsNative(subject, known))
            {
                return;
            }

            var forms = new[] { RelaxationRule.Joint, RelaxationRule.Paper }.SelectMany(rule => new[] { true, false }.Select(trains => safe.BoundRows(set, new()
            {
                Layer = known.Membranes.Count,
                Rows = Margins.Rows(labels, subject.Blueprint.Classes, float64),
                Steps = subject.Steps,
                Membranes = known.Membranes,
                Rule = rule,
                Trains = trains,
            }))).Select(bound => (Coefficients: bound.Coefficients.to(float64).flatten(2), Constants: bound.Constants!, bound.Lower)).ToList();
            foreach (var run in FloatRuns.Of(subject, perturbation, inputs, points: 3))
            {
                var point = tensor(run.Point).to(float64);
                var margins = Margins.FromLogits(tensor(run.Trace.Logits).to(float64).unsqueeze(0), labels[run.Sample].unsqueeze(0))[0];
                foreach (var (coefficients, constants, lower) in forms)
                {
                    var value = coefficients[run.Sample].mv(point) + constants[run.Sample];
                    // Rates divide whole counts, which the reported bound pays for.
                    Assert.True(value.le(margins + 1e-6).all().item<bool>(), $"{run.Name}: {(value - margins).max().item<double>()} above.");
                    Assert.True(lower[run.Sample].le(value + (value.abs() + 1) * 1e-9).all().item<bool>(), run.Name);
                }
            }
        }
    }

    /// <summary>Bounds of some samples are those that they had among all.</summary>
    [Fact]
    public void ASelectionKeepsItsBounds()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = Scaled("HardRectangular", 1);
        var (inputs, labels) = (subject.On(subject.Inputs(Samples)), subject.Labels(Samples));
        using var safe = new RoundingSafeNetwork(subject.Module);
        var set = new LInfinity(0.05).Enclose(safe, inputs);
        var known = safe.BoundMembranes(set);
        Assert.IsType<RoundedMembranes>(known.Membranes);
        var places = tensor([2L, 0L]);
        var some = known.Computed().Select(places);
        Assert.IsType<RoundedMembranes>(some.Membranes);
        Assert.Equal(0, known.Select(tensor(Array.Empty<long>())).Membranes[0].Lower.size(1));
        foreach (var method in Enum.GetValues<BoundMethod>())
        {
            var all = safe.BoundMargins(set, labels, method, known).index_select(0, places);
            Assert.True(all.eq(safe.BoundMargins(set.Select(places), labels.index_select(0, places), method, some)).all().item<bool>(), $"{method}");
        }
    }

    // Boxes so wide and weights so large that float32 cannot hold them bound nothing, and claim nothing.
    [Fact]
    public void WhatOverflowsBoundsNothing()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = Scaled("HardRectangular", 1);
        var (inputs, labels) = (subject.On(subject.Inputs(Samples)), subject.Labels(Samples));
        using var safe = new RoundingSafeNetwork(subject.Module);
        var set = new LInfinity(3e38, clamp: false).Enclose(safe, inputs);
        var known = safe.BoundMembranes(set);
        Assert.True(known.Membranes.All(layer => layer.Lower.isfinite().all().item<bool>() && layer.Upper.isfinite().all().item<bool>()));
        Assert.True(known.Spikes.Lower.eq(0).all().item<bool>() && known.Spikes.Upper.eq(1).any().item<bool>());
        foreach (var method in Enum.GetValues<BoundMethod>())
        {
            Assert.False(safe.BoundMargins(set, labels, method).gt(0).any().item<bool>(), $"{method}");
        }
    }

    private static Subject Scaled(string network, double scale)
    {
        var subject = new Subject(network, Platform.Fused, seed: 71);
        foreach (var (name, weight, reference) in subject.Parameters)
        {
            weight.copy_(reference * (name.EndsWith(".weight") ? scale : 1));
        }

        return subject;
    }

    // Whatever has no pool that leads straight into another map, no groups, no means to a size and no transposed convolution does.
    private static bool IsNative(Subject subject, NetworkIntervals bounds)
    {
        bool native = bounds.Membranes is RoundedMembranes;
        Assert.Equal(subject.Module.Stages.Spiking.All(stage => stage.Map is not (Affine.ScaleMap or Affine.AdaptiveAvgPool2dMap or Affine.ConvTranspose2dMap or Affine.Conv2dMap { Groups: > 1 })
            && (stage.Map is not Affine.AffineChain chain || chain.Maps.Count(map => map.Terms > 0) == 1 && chain.Maps[0] is Affine.FlattenMap or { Terms: > 0 })), native);
        return native;
    }

    private static (T Native, T Reference) On<T>(Func<T> bound)
    {
        var native = bound();
        SpikingLayer.Engine = Engine.Plain;
        try
        {
            return (native, bound());
        }
        finally
        {
            SpikingLayer.Engine = Engine.Auto;
        }
    }

    // Below, up to float64's own rounding; and not by more than float32 sums of some hundred terms lose through a few layers.
    private static void Below(Tensor lower, Tensor upper, double size, string what)
    {
        double least = (upper - lower).min().item<double>();
        Assert.True(least >= -1e-12 * size, $"{what}: {least} apart, of {size}.");
    }
}
