using SnnDsl.Bounds;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>S-IBP and S-CROWN equal a re-derivation in plain loops over explicit matrices, at every membrane and margin.</summary>
public class BoundTests
{
    private const int Samples = 6;

    // A membrane bound this near to the threshold may fall on its other side in float32; a line this steep loses float32's digits,
    // and far above it the library flattens lines on purpose (soundness there is tested apart).
    private const double Near = 1e-5;
    private const double Steep = 100;

    public static TheoryData<string, string> NetworksByPlatform => Cases.NetworksByPlatform;

    public static TheoryData<string> Networks => Cases.Networks;

    public static TheoryData<string, string> NetworksOnCuda => Cases.NetworksOnCuda;

    [Theory, MemberData(nameof(NetworksByPlatform))]
    public void EqualReference(string network, string platform) => Check(network, Platform.Named(platform));

    [CudaTheory, MemberData(nameof(NetworksOnCuda))]
    public void EqualReferenceOnCuda(string network, string platform) => Check(network, Platform.Named(platform));

    /// <summary>The differentiable reference, whose gradients are tested against, is the plain one.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void EagerReferenceEqualsPlainReference(string network)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Double, seed: 3);
        var scalar = subject.Scalar;
        var inputs = subject.Inputs(Samples);
        var labels = Values.Of(subject.Labels(Samples));
        foreach (var perturbation in subject.Perturbations)
        {
            var sets = subject.ReferenceSets(perturbation, inputs);
            var eager = new EagerBounds(subject.Blueprint, subject.Weight, sets, subject.Steps);
            var layers = eager.Intervals();
            double[] expected = [], paper = [], joint = [], interval = [];
            for (int b = 0; b < Samples; b++)
            {
                var intervals = scalar.Intervals(sets[b], subject.Steps);
                expected = [.. expected, .. intervals.MembraneLower[^1].SelectMany(step => step)];
                foreach (int rival in Enumerable.Range(0, subject.Blueprint.Classes).Where(rival => rival != (int)labels[b]))
                {
                    double[] row = scalar.MarginRow((int)labels[b], rival);
                    int top = subject.Blueprint.Stages.Count;
                    interval = [.. interval, scalar.IntervalMargin(intervals, (int)labels[b], rival)];
                    paper = [.. paper, scalar.Walk(sets[b], intervals, top, row, subject.Steps, new(Paper: true)).Lower];
                    joint = [.. joint, scalar.Walk(sets[b], intervals, top, row, subject.Steps, new(Paper: false)).Lower];
                }
            }

            var rows = Rows(labels, subject.Blueprint.Classes);
            Assert.InRange(Distance(expected, Values.Of(layers[^1].Lower.transpose(0, 1))), 0, 1e-9);
            Assert.InRange(Distance(interval, Values.Of(eager.IntervalMargins(layers, rows))), 0, 1e-9);
            Assert.InRange(Distance(paper, Values.Of(eager.LinearMargins(layers, rows, paper: true))), 0, 1e-6);
            Assert.InRange(Distance(joint, Values.Of(eager.LinearMargins(layers, rows, paper: false))), 0, 1e-6);
        }
    }

    private static void Check(string network, Platform platform)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, platform, seed: 29);
        var scalar = subject.Scalar;
        var inputs = subject.Inputs(Samples);
        var labels = subject.Labels(Samples);
        int checkedRows = 0, allRows = 0;
        foreach (var perturbation in subject.Perturbations)
        {
            var perturbed = subject.Perturbed(perturbation, inputs);
            var sets = subject.ReferenceSets(perturbation, inputs);
            var actual = subject.Module.BoundMembranes(perturbed);
            var margins = Enum.GetValues<BoundMethod>().ToDictionary(
                method => method, method => Values.Of(subject.Module.BoundMargins(perturbed, labels, method)));
            double[] classes = Values.Of(labels);
            for (int b = 0; b < Samples; b++)
            {
                var expected = scalar.Intervals(sets[b], subject.Steps);
                allRows += subject.Blueprint.Classes - 1;
                if (!platform.IsExact && HasNearTie(expected, subject.Blueprint))
                {
                    continue;
                }

                CheckIntervals(actual, expected, b, platform);
                checkedRows += CheckMargins(subject, scalar, sets[b], expected, (int)classes[b], b, margins);
            }
        }

        Assert.True(checkedRows > allRows * 0.4, $"Only {checkedRows} of {allRows} rows could be compared.");
    }

    private static void CheckIntervals(NetworkIntervals actual, ScalarIntervals expected, int b, Platform platform)
    {
        for (int layer = 0; layer < expected.MembraneLower.Length; layer++)
        {
            Assert.InRange(Distance(expected.MembraneLower[layer], actual.Membranes[layer].Lower, b), 0, platform.Tolerance);
            Assert.InRange(Distance(expected.MembraneUpper[layer], actual.Membranes[layer].Upper, b), 0, platform.Tolerance);
        }

        Assert.Equal(0, Distance(expected.SpikeLower[^1], actual.Spikes.Lower, b));
        Assert.Equal(0, Distance(expected.SpikeUpper[^1], actual.Spikes.Upper, b));
    }

    private static int CheckMargins(
        Subject subject, ScalarBounds scalar, IInputSet set, ScalarIntervals intervals, int label, int b,
        Dictionary<BoundMethod, double[]> margins)
    {
        int rivals = subject.Blueprint.Classes - 1, layers = subject.Blueprint.Stages.Count, compared = 0;
        for (int k = 0; k < rivals; k++)
        {
            int rival = k < label ? k : k + 1;
            double interval = margins[BoundMethod.SIbp][b * rivals + k];
            double expected = scalar.IntervalMargin(intervals, label, rival);
            // Counts over T are exact: one division.
            double exact = subject.Blueprint.Tail.Count > 0 ? subject.Platform.Tolerance : subject.Platform.IsExact ? 0 : 1e-7;
            Assert.InRange(Math.Abs(interval - expected), 0, exact);
            bool mild = true;
            foreach (var method in new[] { BoundMethod.SCrownPaper, BoundMethod.SCrown })
            {
                var bound = scalar.Walk(
                    set, intervals, layers, scalar.MarginRow(label, rival), subject.Steps, new(method == BoundMethod.SCrownPaper));
                if (bound.Steepness > (subject.Platform.IsExact ? 5 : 1) * Steep)
                {
                    mild = false;
                    continue;
                }

                double error = Math.Abs(margins[method][b * rivals + k] - bound.Lower) / Math.Max(1, Math.Abs(bound.Lower));
                Assert.True(
                    error <= subject.Platform.Tolerance,
                    $"{method}: {margins[method][b * rivals + k]} instead of {bound.Lower} for sample {b}, {label} against {rival}.");
            }

            compared += mild ? 1 : 0;
        }

        return compared;
    }

    private static bool HasNearTie(ScalarIntervals intervals, Blueprint blueprint) => blueprint.Stages.Select((stage, layer) =>
        intervals.MembraneLower[layer].Concat(intervals.MembraneUpper[layer])
            .Any(step => step.Any(u => Math.Abs(u - stage.Neuron.Threshold) < Near))).Any(near => near);

    private static double Distance(double[][] expected, Tensor actual, int b) =>
        Distance([.. expected.SelectMany(step => step)], [.. Values.Sample(actual, b).SelectMany(step => step)]);

    private static double Distance(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (x, y) => Math.Abs(x - y) / Math.Max(1, Math.Abs(x)))
            .Select(error => double.IsNaN(error) ? double.PositiveInfinity : error).Max();
    }

    private static Tensor Rows(double[] labels, int classes)
    {
        var rows = zeros([labels.Length, classes - 1, classes], float64);
        for (int b = 0; b < labels.Length; b++)
        {
            for (int k = 0; k < classes - 1; k++)
            {
                rows[b, k, (int)labels[b]] = 1;
                rows[b, k, k < labels[b] ? k : k + 1] = -1;
            }
        }

        return rows;
    }
}
