using CsCheck;
using SnnDsl.Generator.Model;
using SnnDsl.Kernels;
using static SnnDsl.Generator.Tests.Kernels.FireKernelTests;

namespace SnnDsl.Generator.Tests.Kernels;

public class RelaxationKernelTests
{
    private static readonly Gen<(int Count, int Steps, bool Summed, int Padding, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 6], Gen.Bool, Gen.Int[0, 5], Gen.Int[0, 1_000_000]);

    [Fact]
    public void Relax_finds_the_lines_of_the_definitions() => Cases.Sample(
        c =>
        {
            var problem = new Problem(c, margin: 0.02);
            var (a, constant) = problem.Relax();
            double[] expected = new double[a.Values.Length];
            double total = 0;
            for (int i = 0; i < c.Count; i++)
            {
                var (ai, ci) = problem.Reference(i);
                total += ci;
                for (int t = 0; t < c.Steps; t++)
                {
                    expected[c.Summed ? i : t * problem.Stride + i] += ai[t];
                }
            }

            a.AssertUntouched(c.Summed ? c.Count : problem.Stride, 0, c.Count);
            for (int k = 0; k < expected.Length; k++)
            {
                if (k % problem.Stride < c.Count)
                {
                    AssertNear(expected[k], a[k], 1e-3);
                }
            }

            AssertNear(total, constant, 1e-3 * (1 + c.Count));
        },
        iter: 300, threads: 1);

    [Fact]
    public void Relaxed_forms_are_below_the_true_ones_for_all_currents() => Gen.Int[0, 1_000_000].Sample(
        seed =>
        {
            const int Steps = 5, Count = 16;
            var random = new Random(seed);
            var model = EmittedKernels.Resets[seed % EmittedKernels.Resets.Count];
            var problem = new Problem((Count, Steps, false, 0, seed), margin: 0);
            // Bounds around trajectories: wide ones, narrow ones, and ones that touch the threshold from either side.
            float[][] currents = [.. Enumerable.Range(0, Count).Select(_ => Currents(random, Steps))];
            for (int i = 0; i < Count; i++)
            {
                float[] u = Reference.Forward(model, currents[i]).Membranes;
                for (int t = 0; t < Steps; t++)
                {
                    problem.SetBounds(t, i, u[t] - Room(random), u[t] + Room(random), random.Next(8));
                }
            }

            var (a, constant) = problem.Relax();
            for (int trial = 0; trial < 6; trial++)
            {
                double form = 0, below = constant, size = 1;
                for (int i = 0; i < Count; i++)
                {
                    float[] inside = Moved(random, problem, i, currents[i]);
                    var (s, u) = Reference.Forward(model, inside);
                    form += problem.Row(i) * u[^1];
                    for (int t = 0; t < Steps; t++)
                    {
                        form += problem.Coefficient(t, i) * s[t];
                        below += (double)a[t * problem.Stride + i] * inside[t];
                        size += Math.Abs(a[t * problem.Stride + i]);
                    }
                }

                if (!(form >= below - 1e-5 * size))
                {
                    Assert.Fail($"{model}, {problem.Rule}: the form is {form}, its lower bound {below}.");
                }
            }
        },
        iter: 300, threads: 1);

    [Fact]
    public void Backward_is_the_derivative_of_the_lines() => Cases.Sample(
        c =>
        {
            var problem = new Problem(c, margin: 0.02);
            var random = new Random(c.Seed + 1);
            var output = new GuardedBuffer(Currents(random, (c.Summed ? 1 : c.Steps) * problem.Stride));
            float constant = (float)random.NextDouble() - 0.5f;
            var gradients = problem.Backward(output, constant);
            for (int i = 0; i < c.Count; i++)
            {
                double Loss(double[] x)
                {
                    var (a, ci) = problem.Reference(i, x);
                    return constant * ci + Enumerable.Range(0, c.Steps).Sum(t => output[(c.Summed ? 0 : t * problem.Stride) + i] * a[t]);
                }

                double[] at = problem.Inputs(i);
                double[] expected = Differences(Loss, at);
                if (problem.NearKink(i))
                {
                    continue;
                }

                double scale = 1 + expected.Max(Math.Abs);
                for (int t = 0; t < c.Steps; t++)
                {
                    AssertNear(expected[t], problem.HasSpikes ? gradients.Spikes[t * problem.Stride + i] : expected[t], 1e-3 * scale);
                    AssertNear(expected[c.Steps + 1 + t], gradients.Lower[t * problem.Stride + i] - Problem.Before, 1e-3 * scale);
                    AssertNear(expected[2 * c.Steps + 1 + t], gradients.Upper[t * problem.Stride + i] - Problem.Before, 1e-3 * scale);
                }

                AssertNear(expected[c.Steps], problem.HasRow ? gradients.Row[i] : expected[c.Steps], 1e-3 * scale);
            }
        },
        iter: 300, threads: 1);

    [Fact]
    public void Joint_lines_are_never_further_from_the_function_than_those_of_the_paper()
    {
        var model = new NeuronModel(0.25f, 1f, ResetKind.Hard, 0f, SurrogateKind.Rectangular, 1f);
        var random = new Random(7);
        double paper = 0, joint = 0;
        const int Cases = 5_000;
        for (int k = 0; k < Cases; k++)
        {
            double cs = Normal(random), cr = Normal(random);
            float l = 0.25f - (float)random.NextDouble(), u = 0.25f + (float)random.NextDouble() + 1e-3f;
            double ofPaper = Area(model, RelaxationRule.Paper, cs, cr, l, u), ofJoint = Area(model, RelaxationRule.Joint, cs, cr, l, u);
            Assert.True(ofJoint <= ofPaper + 1e-4, $"cs {cs}, cr {cr}, l {l}, U {u}: joint {ofJoint}, paper {ofPaper}.");
            paper += ofPaper / Cases;
            joint += ofJoint / Cases;
        }

        Assert.True(joint < 0.8 * paper, $"The mean areas are {joint} and {paper}.");
    }

    // The mean distance between g(u) = cs 1[u > th] + cr u 1[u <= th] and the kernel's line over [l, U]: two steps, the second silent.
    private static double Area(NeuronModel model, RelaxationRule rule, double cs, double cr, float l, float u)
    {
        var spikes = new GuardedBuffer([(float)cs, 0f]);
        var row = new GuardedBuffer([(float)cr]);
        var lower = new GuardedBuffer([l, -1f]);
        var upper = new GuardedBuffer([u, -1f]);
        var a = new GuardedBuffer(2);
        double c = EmittedKernels.Of(EmittedKernels.Models.First(m => m == model)).Relax(
            rule, ref spikes.Origin, ref row.Origin, ref lower.Origin, ref upper.Origin, ref a.Origin, 1, 1, 1, 2, 1);
        double th = model.Threshold;
        double function = cs * (u - th) + cr * (th * th - (double)l * l) / 2;
        return function / (u - l) - (a[0] * ((double)l + u) / 2 + c);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static float Room(Random random) => random.Next(3) switch
    {
        0 => 0,
        1 => 1e-3f * (float)random.NextDouble(),
        _ => 0.5f * (float)random.NextDouble(),
    };

    // Other currents whose membranes keep within the bounds: each is moved, then pulled back until it does.
    private static float[] Moved(Random random, Problem problem, int i, float[] currents)
    {
        for (float share = 1; share > 1e-3f; share /= 2)
        {
            float[] moved = [.. currents.Select(x => x + share * 0.6f * ((float)random.NextDouble() - 0.5f))];
            float[] u = Reference.Forward(problem.Model, moved).Membranes;
            if (Enumerable.Range(0, u.Length).All(t => u[t] >= problem.Lower(t, i) && u[t] <= problem.Upper(t, i)))
            {
                return moved;
            }
        }

        return currents;
    }

    private static void AssertNear(double expected, double got, double tolerance)
    {
        if (!(Math.Abs(expected - got) <= tolerance * (1 + Math.Abs(expected))))
        {
            Assert.Fail($"Expected {expected}, got {got}.");
        }
    }
}
