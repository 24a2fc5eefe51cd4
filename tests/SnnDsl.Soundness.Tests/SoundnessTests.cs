using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// No membrane and no margin of any point lies outside its bounds; points are run by the eager reference in float64.
/// </summary>
/// <remarks>
/// What is compared are membranes, rows and margins, with a tolerance for the rounding of their sums alone: 1e-9 where the bounds are
/// float64, 1e-4 for float32 intervals and 1e-3 for float32 linear forms, whose lines are up to 1024 times as steep as their
/// coefficients. Spikes get none: a float32 sample with a membrane bound within 1e-5 of the threshold is left out, since there rounding
/// decides whether it fires.
/// </remarks>
public class SoundnessTests
{
    private const int Samples = 8;
    private const int Drawn = 15;
    private const int Attacked = 8;

    public static TheoryData<string, string> Runs
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (var type in Subject.Networks)
            {
                data.Add(type.Name, nameof(Platform.Double));
                data.Add(type.Name, nameof(Platform.Fused));
            }

            return data;
        }
    }

    public static TheoryData<string> Networks => Cases.Networks;

    public static TheoryData<string, string> NetworksOnCuda => Cases.NetworksOnCuda;

    [Theory, MemberData(nameof(Runs))]
    public void BoundsHold(string network, string platform) => Check(network, Platform.Named(platform));

    [CudaTheory, MemberData(nameof(NetworksOnCuda))]
    public void BoundsHoldOnCuda(string network, string platform) => Check(network, Platform.Named(platform));

    /// <summary>Every first-layer neuron sits next to its threshold, where lines are steepest.</summary>
    [Theory]
    [InlineData(nameof(HardRectangular)), InlineData(nameof(SoftArctan)), InlineData(nameof(ResetAbove)), InlineData(nameof(ResetBelow))]
    [InlineData(nameof(OneStep)), InlineData(nameof(SingleLayer)), InlineData(nameof(MeanOfValues)), InlineData(nameof(LastMembrane))]
    public void BoundsHoldNextToTheThreshold(string network)
    {
        using var scope = NewDisposeScope();
        foreach (double epsilon in new[] { 1e-2, 1e-4, 1e-6, 1e-9 })
        {
            using var subject = new Subject(network, Platform.Double, seed: 41);
            var inputs = subject.Inputs(1).expand(Samples, -1).clone();
            var (weight, bias) = (subject.Weight("fc1.weight")!, subject.Weight("fc1.bias")!);
            double threshold = subject.Blueprint.Stages[0].Neuron.Threshold;
            bias.copy_(threshold - weight.matmul(inputs[0]) + (subject.Uniform(bias.shape) - 0.5) * epsilon);
            using (no_grad())
            {
                subject.Module.get_parameter("fc1.bias")!.copy_(bias);
            }

            CheckPerturbation(subject, new LInfinity(epsilon, clamp: false), inputs);
        }
    }

    private static void Check(string network, Platform platform)
    {
        int cases = 0;
        foreach (int seed in new[] { 1, 2 })
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(network, platform, seed);
            var inputs = subject.Inputs(Samples).to(platform.Type).to(float64);
            foreach (var perturbation in subject.Perturbations)
            {
                cases += CheckPerturbation(subject, perturbation, inputs);
            }
        }

        // Over all networks and both platforms more than 10,000.
        Assert.InRange(cases, 300, int.MaxValue);
    }

    private static int CheckPerturbation(Subject subject, Perturbation perturbation, Tensor inputs)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        PerturbedPoints points;
        using (enable_grad())
        {
            points = new PerturbedPoints(subject, perturbation, inputs, Drawn, Attacked);
        }

        var perturbed = subject.Perturbed(perturbation, inputs);
        var bounds = subject.Module.BoundMembranes(perturbed);
        var valid = (subject.Platform.IsExact ? ones(Samples, dtype: @bool) : FarFromTies(subject, bounds)).unsqueeze(0);
        string at = $"{subject.Blueprint.Name}, {perturbation}";

        for (int layer = 0; layer < bounds.Membranes.Count; layer++)
        {
            var (lower, upper) = bounds.Membranes[layer];
            var membranes = points.Membranes[layer].flatten(3).permute(1, 2, 0, 3).flatten(2);
            AssertBelow(ForPoints(lower), membranes, valid, 1e-4, subject, $"{at}: membranes {layer}, lower");
            AssertBelow(membranes, ForPoints(upper), valid, 1e-4, subject, $"{at}: membranes {layer}, upper");
        }

        var labels = subject.Labels(Samples);
        var margins = MarginsOf(points.Logits, labels);
        foreach (var method in Enum.GetValues<BoundMethod>())
        {
            var bound = Reference(subject.Module.BoundMargins(perturbed, labels, method));
            double tolerance = method == BoundMethod.SIbp ? 1e-4 : 1e-3;
            AssertBelow(bound.unsqueeze(0), margins, valid, tolerance, subject, $"{at}: margins by {method}");
        }

        for (int i = 0; i < 9; i++)
        {
            CheckRows(subject, perturbed, bounds, points, valid, at, variant: i);
        }

        return points.Count * (int)valid.sum().item<long>();
    }

    // Random rows over random membranes or the logits, through the rules' lines, random slopes, with phases and multipliers, or with lines
    // of whole trains, from the bounds as they come and as a list, with random slopes and without.
    private static void CheckRows(
        Subject subject, IPerturbedInput perturbed, NetworkIntervals bounds, PerturbedPoints points, Tensor valid, string at, int variant)
    {
        const int rows = 3;
        int top = subject.Blueprint.Stages.Count, layer = subject.Next(top + 1);
        int steps = layer == top ? subject.Steps : 1 + subject.Next(subject.Steps);
        var values = layer == top ? points.Logits : points.Membranes[layer][steps - 1];
        var row = subject.Uniform([Samples, rows, .. values.shape[2..]]) - 0.5;
        row *= (subject.Uniform(row.shape) < 0.5).to(float64);
        bool split = variant is 4 or 5, trains = variant >= 6;
        var holds = valid.expand(points.Count, Samples);
        Tensor?[]? phases = null, multipliers = null;
        if (split)
        {
            // Phases that one of the points has: for it, and for every other point that has them, the bound must hold.
            int leader = subject.Next(points.Count);
            phases = [.. points.Spikes.Select(s =>
                (s.select(1, leader) * 2 - 1) * (subject.Uniform(s.select(1, leader).shape) < 0.1).to(float64))];
            multipliers = [.. points.Spikes.Select(s => subject.Uniform([steps, Samples, rows, .. s.shape[3..]])
                * (subject.Uniform(1).item<double>() < 0.5 ? 0.2 : 2))];
            foreach (var (phase, spikes) in phases.Zip(points.Spikes))
            {
                var agrees = (phase!.unsqueeze(1) * (spikes * 2 - 1)) >= 0;
                holds = holds.logical_and(agrees.flatten(3).all(3).all(0));
            }

            Assert.True(holds[leader].eq(valid[0]).all().item<bool>());
        }

        var query = new LinearQuery
        {
            Layer = layer,
            Rows = subject.On(row),
            Steps = steps,
            Membranes = variant == 7 ? [.. bounds.Membranes] : bounds.Membranes,
            Rule = variant % 2 == 0 || trains ? RelaxationRule.Joint : RelaxationRule.Paper,
            Trains = trains,
            Slopes = variant is 2 or 4 or 8
                ? [.. points.Spikes.Select((s, index) => subject.On(subject.Uniform(
                    [trains && index == 0 && HasTrains(subject) ? 1 : steps, Samples, rows, .. s.shape[3..]])))]
                : null,
            Phases = phases is null ? null : [.. phases.Select(phase => subject.On(phase!))],
            Multipliers = multipliers is null ? null : [.. multipliers.Select(multiplier => subject.On(multiplier!))],
        };
        var bound = subject.Module.BoundRows(perturbed, query);

        var actual = (values.flatten(2).unsqueeze(2) * row.flatten(2)).sum(3);
        string what = $"{at}: rows on {layer} at step {steps - 1}, variant {variant}";
        AssertBelow(Reference(bound.Lower).unsqueeze(0), actual, holds, 1e-3, subject, what);

        // Not only the least value: the linear form itself lies below.
        var coefficients = Reference(bound.Coefficients);
        var form = subject.Blueprint.Encoding == Encoding.Direct
            ? (points.Encoded.flatten(2).unsqueeze(2) * coefficients.flatten(2)).sum(3)
            : (points.Encoded.narrow(0, 0, steps).flatten(3).unsqueeze(3) * coefficients.flatten(3).unsqueeze(1)).sum(4).sum(0L);
        form += bound.Constants is null ? 0 : Reference(bound.Constants);
        AssertBelow(form, actual, holds, 1e-3, subject, what + ", linear form");
        AssertBelow(Reference(bound.Lower).unsqueeze(0), form, holds, 1e-3, subject, what + ", least of the form");
    }

    private static bool HasTrains(Subject subject) => subject.Blueprint is { Encoding: Encoding.Direct, Stages: [{ Neuron: { Soft: false, ResetValue: 0 } }, ..] };

    // Every sample's margin over its rivals in ascending order, [P, B, classes - 1].
    private static Tensor MarginsOf(Tensor logits, Tensor labels)
    {
        double[] classes = Values.Of(labels);
        return stack(Enumerable.Range(0, classes.Length).Select(b =>
        {
            var own = logits[.., b];
            int label = (int)classes[b];
            return stack(Enumerable.Range(0, (int)logits.shape[2]).Where(j => j != label).Select(j => own.select(1, label) - own.select(1, j)), 1);
        }), 1);
    }

    // low <= high, [P or 1, B, X], for the points of the samples that count, [P or 1, B].
    private static void AssertBelow(Tensor low, Tensor high, Tensor counts, double rounding, Subject subject, string what)
    {
        double tolerance = subject.Platform.IsExact ? 1e-9 : rounding;
        var excess = ((low - high) / (1 + high.abs())).amax([2L]);
        double most = where(counts.expand_as(excess), excess, full_like(excess, -1)).max().item<double>();
        if (double.IsNaN(most) || most > tolerance)
        {
            Assert.Fail($"{what}: a bound is passed by {most}.");
        }
    }

    // A bound of every step and neuron, [T, B, ...], for all points.
    private static Tensor ForPoints(Tensor bound) => Reference(bound).flatten(2).transpose(0, 1).flatten(1).unsqueeze(0);

    private static Tensor FarFromTies(Subject subject, NetworkIntervals bounds)
    {
        var far = ones(Samples, dtype: @bool);
        foreach (var (stage, (lower, upper)) in subject.Blueprint.Stages.Zip(bounds.Membranes))
        {
            foreach (var bound in new[] { lower, upper })
            {
                var distance = (Reference(bound) - stage.Neuron.Threshold).abs();
                far = far.logical_and(distance.flatten(2).amin([0L, 2L]) > 1e-5);
            }
        }

        return far;
    }

    private static Tensor Reference(Tensor tensor) => tensor.detach().cpu().to(float64);
}
