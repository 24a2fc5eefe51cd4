using SnnDsl.Bounds;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>The bounds' gradients with respect to the weights, for certified training, equal autograd's of the eager reference.</summary>
public class GradientTests
{
    private const int Samples = 5;

    public static TheoryData<string, string> NetworksByPlatform => Cases.NetworksByPlatform;

    public static TheoryData<string> Networks => Cases.Networks;

    public static TheoryData<string, string> NetworksOnCuda => Cases.NetworksOnCuda;

    [Theory, MemberData(nameof(NetworksByPlatform))]
    public void EqualAutograd(string network, string platform) => Check(network, Platform.Named(platform));

    [CudaTheory, MemberData(nameof(NetworksOnCuda))]
    public void EqualAutogradOnCuda(string network, string platform) => Check(network, Platform.Named(platform));

    /// <summary>With one spiking layer the linear bound is piecewise smooth in the weights: its slope can be measured.</summary>
    [Theory]
    [InlineData(nameof(Platform.Double), BoundMethod.SCrownPaper), InlineData(nameof(Platform.Double), BoundMethod.SCrown)]
    [InlineData(nameof(Platform.Fused), BoundMethod.SCrownPaper), InlineData(nameof(Platform.Fused), BoundMethod.SCrown)]
    public void EqualFiniteDifferences(string platform, BoundMethod method)
    {
        const double step = 1e-6;
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(SingleLayer), Platform.Named(platform), seed: 2);
        var inputs = subject.Inputs(1);
        var perturbation = subject.Perturbations.ElementAt(1);
        var set = subject.ReferenceSets(perturbation, inputs)[0];
        subject.Module.BoundMargins(subject.Perturbed(perturbation, inputs), tensor(new long[] { 0 }), method).sum().backward();
        foreach (var (name, weight, reference) in subject.Parameters)
        {
            double[] gradient = Values.Of(weight.grad!), values = Values.Of(reference);
            for (int i = 0; i < values.Length; i++)
            {
                double Bound(double offset) => MarginSum(subject, set, method, name, i, offset);
                double slope = (Bound(step) - Bound(-step)) / (2 * step);
                Assert.True(
                    Math.Abs(slope - gradient[i]) <= (subject.Platform.IsExact ? 1e-5 : 1e-3) * (1 + Math.Abs(slope)),
                    $"{name}[{i}] has slope {slope}, the gradient says {gradient[i]}.");
            }
        }
    }

    private static double MarginSum(Subject subject, IInputSet set, BoundMethod method, string name, int index, double offset)
    {
        var scalar = new ScalarBounds(subject.Blueprint, weight =>
        {
            double[]? values = subject.Weight(weight) is { } stored ? Values.Of(stored) : null;
            if (weight == name)
            {
                values![index] += offset;
            }

            return values;
        });
        var intervals = scalar.Intervals(set, subject.Steps);
        return Enumerable.Range(1, subject.Blueprint.Classes - 1).Sum(rival => scalar.Walk(
            set, intervals, subject.Blueprint.Stages.Count, scalar.MarginRow(0, rival), subject.Steps, new(method == BoundMethod.SCrownPaper)).Lower);
    }

    private static void Check(string network, Platform platform)
    {
        int compared = 0;
        foreach (int seed in new[] { 1, 2 })
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(network, platform, seed);
            subject.RequireGradients();
            var inputs = subject.Inputs(Samples);
            var labels = subject.Labels(Samples);
            var perturbation = subject.Perturbations.ElementAt(seed == 1 ? 0 : 2);
            var sets = subject.ReferenceSets(perturbation, inputs);
            var rows = Margins.Rows(labels.cpu(), subject.Blueprint.Classes, float64);
            foreach (var method in new[] { BoundMethod.SIbp, BoundMethod.SCrownPaper, BoundMethod.SCrown })
            {
                using var inner = NewDisposeScope();
                var weights = Smooth(subject, sets, labels, method) * (subject.Uniform(Samples, subject.Blueprint.Classes - 1) - 0.5);
                compared += (int)(weights != 0).sum().item<long>();

                // New tensors for every method: autograd frees a graph that has been walked.
                var eager = new EagerBounds(subject.Blueprint, subject.Weight, sets, subject.Steps);
                var layers = eager.Intervals();
                var expected = method == BoundMethod.SIbp
                    ? eager.IntervalMargins(layers, rows)
                    : eager.LinearMargins(layers, rows, method == BoundMethod.SCrownPaper);
                var actual = subject.Module.BoundMargins(subject.Perturbed(perturbation, inputs), labels, method);
                (expected * weights).sum().backward();
                (actual * subject.On(weights)).sum().backward();
                foreach (var (name, weight, reference) in subject.Parameters)
                {
                    double error = Values.RelativeError(weight.grad!, reference.grad!);
                    Assert.True(
                        error < (platform.IsExact ? 1e-7 : 1e-4),
                        $"{method}, seed {seed}: the gradient of {name} differs by {error} of {reference.grad!.abs().max().item<double>()}.");
                    weight.grad!.zero_();
                    reference.grad!.zero_();
                }
            }
        }

        Assert.True(compared > 12, $"Only {compared} margins could be compared.");
    }

    // 1 for the margins whose gradient float32 can tell: no membrane bound next to the threshold or to an edge of the rectangular
    // surrogate, where rounding decides on which side it falls, and no line so steep that its own slope loses digits.
    private static Tensor Smooth(Subject subject, IReadOnlyList<IInputSet> sets, Tensor labels, BoundMethod method)
    {
        var scalar = subject.Scalar;
        double[] classes = Values.Of(labels);
        int rivals = subject.Blueprint.Classes - 1;
        double near = subject.Platform.IsExact ? 0 : 2e-5, steep = subject.Platform.IsExact ? 500 : 25;
        var smooth = new double[Samples * rivals];
        for (int b = 0; b < Samples; b++)
        {
            var intervals = scalar.Intervals(sets[b], subject.Steps);
            bool far = subject.Blueprint.Stages.Select((stage, layer) => (stage.Neuron, layer)).All(pair =>
                intervals.MembraneLower[pair.layer].Concat(intervals.MembraneUpper[pair.layer]).SelectMany(step => step)
                    .Select(u => Math.Abs(u - pair.Neuron.Threshold))
                    .All(distance => distance >= near && Math.Abs(distance - pair.Neuron.Width / 2) >= near));
            for (int k = 0; far && k < rivals; k++)
            {
                int label = (int)classes[b];
                double[] row = scalar.MarginRow(label, k < label ? k : k + 1);
                bool mild = method == BoundMethod.SIbp || scalar.Walk(
                    sets[b], intervals, subject.Blueprint.Stages.Count, row, subject.Steps, new(method == BoundMethod.SCrownPaper)).Steepness < steep;
                smooth[b * rivals + k] = mild ? 1 : 0;
            }
        }

        return tensor(smooth, float64).view(Samples, rivals);
    }
}
