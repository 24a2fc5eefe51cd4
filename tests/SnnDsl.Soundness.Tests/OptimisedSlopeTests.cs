using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Slopes found by gradient ascent: never above what happens, never below the single passes, and often better.</summary>
public class OptimisedSlopeTests
{
    private const int Samples = 3;

    private static readonly AlphaOptions Climb = new() { Iterations = 5, StepSize = 0.2, Goal = double.PositiveInfinity };

    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void BoundsHoldAndAreNeverBelowTheSinglePasses(string network)
    {
        foreach (var platform in new[] { Platform.Double, Platform.Fused })
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(network, platform, seed: 17);
            var inputs = subject.Inputs(Samples);
            var labels = subject.Labels(Samples);
            foreach (var perturbation in subject.Perturbations.Where(perturbation => perturbation.Certifies).Take(2))
            {
                var perturbed = subject.Perturbed(perturbation, inputs);
                var alpha = subject.On(new SlopeOptimiser(subject.Module, Climb).BoundMargins(perturbed, labels));
                foreach (var method in new[] { BoundMethod.SIbp, BoundMethod.SCrown })
                {
                    Assert.True(alpha.ge(subject.Module.BoundMargins(perturbed, labels, method)).all().item<bool>(), $"{perturbation}: below {method}.");
                }

                if (platform.IsExact)
                {
                    var points = new PerturbedPoints(subject, perturbation, inputs, drawn: 12, attacked: 4);
                    var least = stack(Enumerable.Range(0, points.Count).Select(p => Margins.FromLogits(points.Logits[p], labels)), 0).amin([0L]);
                    Assert.True(alpha.le(least + 1e-9).all().item<bool>(), $"{perturbation}: a bound is passed by {(alpha - least).max().item<double>()}.");
                }
            }
        }
    }

    [Fact]
    public void SlopesImproveOnTheSinglePasses()
    {
        int better = 0, all = 0;
        foreach (string network in new[] { nameof(HardRectangular), nameof(DeepTriangular), nameof(SoftArctan), nameof(ResetBelow), nameof(ConvStrided), nameof(PoissonFc) })
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(network, Platform.Double, seed: 23);
            var perturbed = subject.Perturbed(new LInfinity(0.05), subject.Inputs(16));
            var labels = subject.Labels(16);
            var single = maximum(
                subject.Module.BoundMargins(perturbed, labels, BoundMethod.SIbp), subject.Module.BoundMargins(perturbed, labels, BoundMethod.SCrown));
            var gain = new SlopeOptimiser(subject.Module, Climb with { Iterations = 20 }).BoundMargins(perturbed, labels) - single;
            better += (int)gain.gt(1e-6).sum().item<long>();
            all += (int)gain.numel();
        }

        Assert.True(better > all / 4, $"Only {better} of {all} margins were lifted.");
    }

    /// <summary>Whatever is claimed, slopes climb in plain float32, and the precision only bounds them again: bounds differ by rounding alone.</summary>
    [Fact]
    public void PrecisionsBoundTheSameSlopes()
    {
        int lifted = 0;
        foreach (string network in new[] { nameof(HardRectangular), nameof(SoftArctan), nameof(ConvStrided), nameof(PoissonFc) })
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(network, Platform.Fused, seed: 23);
            var (inputs, labels) = (subject.Inputs(4).to(ScalarType.Float32), subject.Labels(4));
            Tensor Bound(CertificationMethod method, Precision precision)
            {
                using var bounder = new MarginBounder(subject.Module, method, precision) { Alpha = Climb with { Iterations = 20 } };
                return bounder.Bound(new LInfinity(0.05), inputs, labels);
            }

            var plain = Bound(CertificationMethod.Alpha, Precision.Float32);
            foreach (var precision in new[] { Precision.Float64, Precision.RoundingSafe })
            {
                var other = Bound(CertificationMethod.Alpha, precision);
                // Rounding-safe bounds know no whole trains of soft resets: they may be lower there, and nowhere else.
                bool isAlike = precision == Precision.Float64 || network != nameof(SoftArctan);
                Assert.True(!isAlike || (other - plain).abs().le(1e-3).all().item<bool>(), $"{network}, {precision}: {(other - plain).abs().max().item<float>()} apart.");
                Assert.True((other - plain).le(1e-3).all().item<bool>(), $"{network}, {precision}: {(other - plain).max().item<float>()} above float32.");
                lifted += (int)(other - maximum(Bound(CertificationMethod.SIbp, precision), Bound(CertificationMethod.SCrown, precision))).gt(1e-3).sum().item<long>();
            }
        }

        Assert.True(lifted > 10, $"Only {lifted} margins were lifted.");
    }

    /// <summary>What makes flat lines a start worth having: with S-IBP's intermediate bounds they are S-IBP.</summary>
    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void FlatLinesReproduceIntervals(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, Platform.Double, seed: 31);
        if (!subject.Module.Description.ReadsSpikes || subject.Blueprint.Stages.Any(stage => stage.Neuron.ResetValue != 0))
        {
            return;
        }

        var labels = subject.Labels(Samples);
        foreach (var perturbation in subject.Perturbations)
        {
            var perturbed = subject.Perturbed(perturbation, subject.Inputs(Samples));
            var intervals = subject.Module.BoundMembranes(perturbed);
            var start = new SlopeStart(0, intervals.Membranes.Count);
            var flat = subject.Module.BoundRows(perturbed, new()
            {
                Layer = intervals.Membranes.Count,
                Rows = Margins.Rows(labels, subject.Blueprint.Classes, float64),
                Steps = subject.Steps,
                Membranes = intervals.Membranes,
                Start = start,
            }).Lower;
            var least = subject.Module.BoundMargins(perturbed, labels, BoundMethod.SIbp);
            Assert.True(flat.ge(least - 1e-9).all().item<bool>(), $"{perturbation}: {(least - flat).max().item<double>()} below S-IBP.");
            Assert.All(start.Slopes, slopes => Assert.InRange(slopes!.max().item<double>(), 0, 1));
        }
    }

    [Fact]
    public void WhatIsNoNumberProvesNothing()
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(HardRectangular), Platform.Double, seed: 3);
        var perturbed = subject.Perturbed(new LInfinity(0.05), subject.Inputs(Samples));
        var labels = subject.Labels(Samples);
        var optimiser = new SlopeOptimiser(subject.Module, Climb);
        var none = full([Samples, subject.Blueprint.Classes - 1], double.NaN, float64);
        // Bounds that are no numbers are as good as none, whatever they are compared with.
        var found = optimiser.BoundMargins(perturbed, labels, bounds: none);
        Assert.True(found.isfinite().all().item<bool>());
        Assert.True(found.ge(subject.Module.BoundMargins(perturbed, labels, BoundMethod.SIbp)).all().item<bool>());

        // A last layer without numbers: each of its neurons may fire, and may be silent.
        using (no_grad())
        {
            subject.Module.parameters().Last().fill_(double.NaN);
        }

        var refined = new MembraneRefiner(subject.Module).Refine(perturbed);
        Assert.Equal((0, 1), (refined.Spikes.Lower.max().item<double>(), refined.Spikes.Upper.min().item<double>()));
        Assert.False(optimiser.BoundMargins(perturbed, labels).max().item<double>() > 0);
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        using var subject = new Subject(nameof(OneStep), Platform.Double, seed: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlopeOptimiser(subject.Module, new() { Iterations = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlopeOptimiser(subject.Module, new() { StepSize = 2 }));
    }
}
