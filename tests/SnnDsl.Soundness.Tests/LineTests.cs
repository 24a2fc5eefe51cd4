using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// The lines of single neurons, as the library draws them: below the function they stand for, and Joint's never further from it than
/// the paper's.
/// </summary>
/// <remarks>
/// Two steps make any neuron at step 0: the form's spike coefficient is c_s, and a phase that is assumed at step 1 with a multiplier
/// beta puts the slope -beta or beta on u[1], so that c_r = decay * slope on the reset value of step 0.
/// </remarks>
public class LineTests(ITestOutputHelper output)
{
    private const int Count = 10_000;

    private static readonly Neuron[] neurons =
    [
        new(0.25, 0.25, Soft: false, 0, Surrogate.Rectangular, 1),
        new(0.5, 1, Soft: false, 0.125, Surrogate.Rectangular, 1),
        new(0.25, 0.75, Soft: false, -0.5, Surrogate.Rectangular, 1),
        new(1, 0.5, Soft: false, 2, Surrogate.Rectangular, 1),
        new(0.25, 0.25, Soft: true, 0, Surrogate.Rectangular, 1),
        new(0.5, 1, Soft: true, 0, Surrogate.Rectangular, 1),
    ];

    public static TheoryData<int, double> Spreads
    {
        get
        {
            TheoryData<int, double> data = [];
            for (int neuron = 0; neuron < neurons.Length; neuron++)
            {
                // From ordinary bounds to bounds so near to the threshold that the library flattens its lines.
                foreach (double spread in new[] { 1.0, 1e-3, 1e-6, 0 })
                {
                    data.Add(neuron, spread);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Spreads))]
    public void AreSound(int neuron, double spread)
    {
        using var scope = NewDisposeScope();
        var cases = Draw(neurons[neuron], spread, seed: 1);
        foreach (double? slope in new double?[] { null, 0, 0.3, 1 })
        {
            foreach (var rule in slope is null ? Enum.GetValues<RelaxationRule>() : [RelaxationRule.Joint])
            {
                var lines = Lines(cases, neurons[neuron], rule, slope);
                for (int i = 0; i < Count; i++)
                {
                    AssertBelow(cases[i], lines[i], neurons[neuron], rule);
                }
            }
        }
    }

    /// <summary>The library's lines are those of the definitions.</summary>
    [Fact]
    public void EqualDefinitions()
    {
        using var scope = NewDisposeScope();
        foreach (var neuron in neurons)
        {
            var cases = Draw(neuron, 1, seed: 2);
            var (paper, joint) = (Lines(cases, neuron, RelaxationRule.Paper), Lines(cases, neuron, RelaxationRule.Joint));
            for (int i = 0; i < Count; i++)
            {
                Compare(Line.Paper(cases[i], neuron), paper[i], cases[i]);
                Compare(Line.Joint(cases[i], neuron), joint[i], cases[i]);
            }
        }
    }

    /// <summary>The mean distance between function and line over [l, U], in units of |c_s| + |c_r|.</summary>
    [Fact]
    public void JointIsTighterThanPaper()
    {
        using var scope = NewDisposeScope();
        foreach (var neuron in neurons)
        {
            var cases = Draw(neuron, 1, seed: 3);
            var paper = Lines(cases, neuron, RelaxationRule.Paper).Select((line, i) => Area(cases[i], line, neuron)).ToArray();
            var joint = Lines(cases, neuron, RelaxationRule.Joint).Select((line, i) => Area(cases[i], line, neuron)).ToArray();
            for (int i = 0; i < Count; i++)
            {
                if (!(joint[i] <= paper[i] + 1e-9))
                {
                    Assert.Fail($"Joint leaves {joint[i]}, the paper's line {paper[i]}: {cases[i]}.");
                }
            }

            output.WriteLine(FormattableString.Invariant(
                $"threshold {neuron.Threshold}, {(neuron.Soft ? "soft" : $"hard to {neuron.ResetValue}")}: Paper {paper.Average():F3}, Joint {joint.Average():F3}"));
            // A soft reset passes u itself on: what is left is a step, and the paper's line for a step is the tightest.
            Assert.True(joint.Average() < paper.Average() * (neuron.Soft ? 1 + 1e-9 : 0.9));
        }
    }

    /// <summary>The same, on the neurons that bounds of small random networks meet, with the coefficients as they are.</summary>
    [Fact]
    public void JointIsTighterThanPaperInNetworks()
    {
        using var scope = NewDisposeScope();
        double paper = 0, joint = 0;
        int count = 0;
        foreach (var type in Subject.Networks)
        {
            using var subject = new Subject(type.Name, Platform.Double, seed: 7);
            var inputs = subject.Inputs(4);
            var scalar = subject.Scalar;
            foreach (var set in subject.Perturbations.SelectMany(perturbation => subject.ReferenceSets(perturbation, inputs)))
            {
                var intervals = scalar.Intervals(set, subject.Steps);
                scalar.Walk(set, intervals, subject.Blueprint.Stages.Count, scalar.MarginRow(0, 1), subject.Steps, new(Paper: false)
                {
                    Seen = (met, neuron) =>
                    {
                        double left = Area(met, Line.Paper(met, neuron), neuron), right = Area(met, Line.Joint(met, neuron), neuron);
                        Assert.False(right > left + 1e-9 * (1 + left));
                        (paper, joint, count) = (paper + left, joint + right, count + 1);
                    },
                });
            }
        }

        output.WriteLine(FormattableString.Invariant($"{count} neurons of networks: Paper {paper / count:F3}, Joint {joint / count:F3}"));
        Assert.True(count > 5_000);
        Assert.True(joint < paper);
    }

    private static Line.Case[] Draw(Neuron neuron, double spread, int seed)
    {
        var random = new Random(seed);
        double Coefficient() => random.Next(8) == 0 ? 0 : random.NextDouble() * 4 - 2;
        return
        [
            .. Enumerable.Range(0, Count).Select(_ => new Line.Case(
                Coefficient(),
                Coefficient(),
                neuron.Threshold - random.NextDouble() * (random.Next(2) == 0 ? spread : 1.5),
                Math.BitIncrement(neuron.Threshold + random.NextDouble() * (random.Next(2) == 0 ? spread : 1.5)))),
        ];
    }

    // The library's line for every case: B = cases, K = N = 1.
    private static Line[] Lines(Line.Case[] cases, Neuron neuron, RelaxationRule rule, double? slope = null)
    {
        var layer = new SpikingLayer(new UnusedKernel(neuron));
        double[] first = new double[Count], on = [.. cases.Select(met => met.OnRest <= 0 ? 1.0 : -1.0)];
        double[] beta = [.. cases.Select(met => Math.Abs(met.OnRest) / neuron.Decay)];
        Tensor Column(IEnumerable<double> values, params long[] shape) => tensor([.. values], float64).view(shape);
        // A soft reset passes no slope on where the multiplier takes it all.
        double[] one = [.. Enumerable.Repeat(1.0, Count)];
        var bounds = new Interval(
            Column(cases.Select(met => met.Lower).Concat(first), 2, Count, 1), Column(cases.Select(met => met.Upper).Concat(one), 2, Count, 1));
        var query = new LinearQuery
        {
            Layer = 1,
            Rows = Column(cases.Select(met => met.OnSpike * 2), Count, 1, 1),
            Steps = 2,
            Membranes = [bounds],
            Rule = rule,
            Phases = [Column(first.Concat(on), 2, Count, 1)],
            Multipliers = [Column(first.Concat(beta), 2, Count, 1, 1)],
            Slopes = slope is { } share ? [full([2, Count, 1, 1], share, dtype: float64)] : null,
        };
        var form = layer.Relax(LinearForm.OnMean(query), query, 0);
        double[] slopes = Values.Of(form.Spikes![0]), constants = Values.Of(form.Constants!);

        // What step 1 adds is known: -beta th without a spike, c_s + beta th with one.
        return
        [
            .. cases.Select((met, i) => new Line(
                slopes[i],
                constants[i] - (on[i] < 0 ? -beta[i] * neuron.Threshold : met.OnSpike + beta[i] * neuron.Threshold),
                0)),
        ];
    }

    private static void AssertBelow(Line.Case met, Line line, Neuron neuron, RelaxationRule rule)
    {
        double[] points = [met.Lower, (met.Lower + neuron.Threshold) / 2, neuron.Threshold, Math.BitIncrement(neuron.Threshold),
            (neuron.Threshold + met.Upper) / 2, met.Upper];
        foreach (double u in points.Where(u => u >= met.Lower && u <= met.Upper))
        {
            // Rounding of a slope times a membrane, of a few units in the last place.
            double rounding = 1e-12 * (1 + Math.Abs(line.Slope) + Math.Abs(line.Intercept));
            if (!(line.At(u) <= met.Value(u, neuron) + rounding))
            {
                Assert.Fail($"{rule}: {met} has {met.Value(u, neuron)} at {u}, below the line's {line.At(u)}.");
            }
        }
    }

    private static void Compare(Line expected, Line actual, Line.Case met)
    {
        if (expected.Steepness < 500)
        {
            double tolerance = 1e-10 * (1 + expected.Steepness);
            if (!(Math.Abs(expected.Slope - actual.Slope) <= tolerance && Math.Abs(expected.Intercept - actual.Intercept) <= tolerance))
            {
                Assert.Fail($"{expected} is expected, {actual} was drawn for {met}.");
            }
        }
    }

    // Function and line are linear on either side of the threshold: their means are their values half way.
    private static double Area(Line.Case met, Line line, Neuron neuron)
    {
        double th = neuron.Threshold, left = (met.Lower + th) / 2, right = (th + met.Upper) / 2;
        double function = (th - met.Lower) * met.Value(left, neuron) + (met.Upper - th) * met.Value(right, neuron);
        return function / (met.Upper - met.Lower) - line.At((met.Lower + met.Upper) / 2);
    }
}
