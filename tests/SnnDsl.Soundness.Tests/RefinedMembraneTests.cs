using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Intermediate bounds by linear relaxation: inside the intervals, around what happens, and worth their price.</summary>
public class RefinedMembraneTests
{
    private const int Samples = 3;

    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void BoundsHoldAtEveryMembraneAndAreNeverWider(string network)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Double, seed: 19);
        var inputs = subject.Inputs(Samples);
        var labels = subject.Labels(Samples);
        foreach (var perturbation in subject.Perturbations.Where(perturbation => perturbation.Certifies))
        {
            var perturbed = subject.Perturbed(perturbation, inputs);
            var points = new PerturbedPoints(subject, perturbation, inputs, drawn: 16, attacked: 4);
            var plain = subject.Module.BoundMembranes(perturbed);
            var refined = new MembraneRefiner(subject.Module).Refine(perturbed);
            for (int layer = 0; layer < plain.Membranes.Count; layer++)
            {
                var (lower, upper) = refined.Membranes[layer];
                Assert.True((lower >= plain.Membranes[layer].Lower).all().item<bool>(), $"{perturbation}: layer {layer} reaches lower than intervals.");
                Assert.True((upper <= plain.Membranes[layer].Upper + 1e-12).all().item<bool>(), $"{perturbation}: layer {layer} reaches higher than intervals.");
                // Points come second: [T, P, B, ...].
                var u = points.Membranes[layer];
                Assert.True((u >= lower.unsqueeze(1) - 1e-9).all().item<bool>(), $"{perturbation}: a membrane of layer {layer} lies below its bound.");
                Assert.True((u <= upper.unsqueeze(1) + 1e-9).all().item<bool>(), $"{perturbation}: a membrane of layer {layer} lies above its bound.");
            }

            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                var bounds = subject.Module.BoundMargins(perturbed, labels, method, refined);
                for (int p = 0; p < points.Count; p++)
                {
                    var margins = Margins.FromLogits(points.Logits[p], labels);
                    Assert.True((bounds <= margins + 1e-9).all().item<bool>(), $"{perturbation}: {method} from refined bounds is passed.");
                }

                if (method == BoundMethod.SIbp)
                {
                    Assert.True((bounds >= subject.Module.BoundMargins(perturbed, labels, method) - 1e-9).all().item<bool>());
                }
            }
        }
    }

    /// <summary>On a network of several layers some neurons that intervals leave open are decided.</summary>
    [Fact]
    public void RefinementDecidesNeurons()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(nameof(DeepTriangular), Platform.Fused, seed: 2);
        var perturbed = subject.Perturbed(new LInfinity(0.03), subject.Inputs(24));
        long before = Unstable(subject, subject.Module.BoundMembranes(perturbed)), after = Unstable(subject, new MembraneRefiner(subject.Module).Refine(perturbed));
        Assert.True(after < before, $"{after} of {before} unstable neurons are left.");
    }

    /// <summary>A constant current, as far as possible by trying: every step's membrane lies in the hull and reaches both of its ends.</summary>
    [Theory]
    [InlineData(0.25, 0.25), InlineData(0.25, 0.9), InlineData(0.5, 1), InlineData(0.25, 0), InlineData(1, 0.5)]
    public void TheHullOfTrainsIsExact(double threshold, double decay)
    {
        var random = new Random(5);
        const int steps = 10, tried = 2000;
        var neuron = new Kernels.NeuronParameters((float)threshold, (float)decay, Reset.Hard, 0, Surrogate.Rectangular, 1);
        for (int i = 0; i < 60; i++)
        {
            double a = (random.NextDouble() * 2 - 0.5) * threshold, width = Math.Pow(random.NextDouble(), 2) * threshold;
            using var scope = NewDisposeScope();
            var hull = ConstantCurrent.Membranes(new(tensor(a), tensor(a + width)), neuron, steps);
            // Trains of long periods live on currents so narrow that even steps would miss them.
            var breaks = Enumerable.Range(1, steps).Select(p => ConstantCurrent.Threshold(neuron, p))
                .SelectMany(at => new[] { at, at + 1e-9, at - 1e-9, at + 1e-6, at - 1e-6 }).Where(at => at >= a && at <= a + width);
            double[] currents = [.. Enumerable.Range(0, tried + 1).Select(k => a + width * k / tried), .. breaks];
            for (int t = 0; t < steps; t++)
            {
                var reached = currents.Select(current => Membrane(current, neuron, t)).ToList();
                Assert.InRange(reached.Min(), hull.Lower[t].item<double>() - 1e-9, hull.Lower[t].item<double>() + 1e-4 + 12 * width / tried);
                Assert.InRange(reached.Max(), hull.Upper[t].item<double>() - 1e-4 - 12 * width / tried, hull.Upper[t].item<double>() + 1e-9);
            }
        }
    }

    private static double Membrane(double current, Kernels.NeuronParameters neuron, int step)
    {
        double u = 0, r = 0;
        for (int t = 0; t <= step; t++)
        {
            u = neuron.Decay * r + current;
            r = u > neuron.Threshold ? 0 : u;
        }

        return u;
    }

    private static long Unstable(Subject subject, NetworkIntervals intervals) => subject.Blueprint.Stages.Zip(intervals.Membranes).Sum(layer =>
        (layer.Second.Lower <= layer.First.Neuron.Threshold).logical_and(layer.Second.Upper > layer.First.Neuron.Threshold).sum().item<long>());
}
