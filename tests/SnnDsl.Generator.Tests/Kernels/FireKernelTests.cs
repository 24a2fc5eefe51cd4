using CsCheck;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Tests.Kernels;

public class FireKernelTests
{
    private static readonly Gen<(int Count, int Steps, int Margin, bool Constant, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 6], Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 1_000_000]);

    [Fact]
    public void Forward_has_the_bits_of_the_scalar_recursion() => Cases.Sample(
        c =>
        {
            var random = new Random(c.Seed);
            var model = EmittedKernels.Models[c.Seed % EmittedKernels.Models.Count];
            int m = c.Count + 2 * c.Margin;
            var current = new GuardedBuffer(Currents(random, (c.Constant ? 1 : c.Steps) * m));
            var spikes = new GuardedBuffer(c.Steps * m);
            var membranes = new GuardedBuffer(c.Steps * m);
            nint stride = c.Constant ? 0 : m;
            EmittedKernels.Of(model).Forward(
                ref current.Origin, stride, ref spikes.Origin, ref membranes.Origin, m, c.Steps, c.Margin, m - c.Margin);

            spikes.AssertUntouched(m, c.Margin, m - c.Margin);
            membranes.AssertUntouched(m, c.Margin, m - c.Margin);
            for (int i = c.Margin; i < m - c.Margin; i++)
            {
                var (s, u) = Reference.Forward(model, Column(current, (int)stride, i, c.Steps));
                AssertSame(s, Column(spikes, m, i, c.Steps));
                AssertSame(u, Column(membranes, m, i, c.Steps));
            }
        },
        iter: 300, threads: 1);

    [Fact]
    public void Forward_needs_no_place_for_membranes()
    {
        var model = EmittedKernels.Models[0];
        var current = new GuardedBuffer(Currents(new Random(1), 3 * 21));
        var spikes = new GuardedBuffer(3 * 21);
        var kept = new GuardedBuffer(3 * 21);
        var membranes = new GuardedBuffer(3 * 21);
        EmittedKernels.Of(model).Forward(ref current.Origin, 21, ref spikes.Origin, ref GuardedBuffer.Null, 21, 3, 0, 21);
        EmittedKernels.Of(model).Forward(ref current.Origin, 21, ref kept.Origin, ref membranes.Origin, 21, 3, 0, 21);
        Assert.Equal(kept.Values.ToArray(), spikes.Values.ToArray());
    }

    [Fact]
    public void Backward_is_the_derivative_of_the_network_with_smooth_spikes() => Cases.Sample(
        c =>
        {
            var random = new Random(c.Seed);
            var model = EmittedKernels.Models[c.Seed % EmittedKernels.Models.Count];
            int m = c.Count + 2 * c.Margin;
            float[][] current = [.. Enumerable.Range(0, m).Select(_ => Currents(random, c.Steps))];
            var membranes = new GuardedBuffer(c.Steps * m);
            for (int i = 0; i < m; i++)
            {
                float[] u = Reference.Forward(model, current[i]).Membranes;
                for (int t = 0; t < c.Steps; t++)
                {
                    membranes.Values[t * m + i] = u[t];
                }
            }

            var gradients = new GuardedBuffer(Currents(random, c.Steps * m));
            var written = new GuardedBuffer((c.Constant ? 1 : c.Steps) * m);
            nint stride = c.Constant ? 0 : m;
            EmittedKernels.Of(model).Backward(
                ref membranes.Origin, ref gradients.Origin, ref written.Origin, stride, m, c.Steps, c.Margin, m - c.Margin);

            written.AssertUntouched(m, c.Margin, m - c.Margin);
            for (int i = c.Margin; i < m - c.Margin; i++)
            {
                double[] u = [.. Column(membranes, m, i, c.Steps).Select(x => (double)x)];
                if (u.Any(x => NearKink(model, x)))
                {
                    continue;
                }

                double[] g = [.. Column(gradients, m, i, c.Steps).Select(x => (double)x)];
                double[] expected = Differences(
                    x => Smooth(model, x, u).Zip(g, (s, weight) => s * weight).Sum(), [.. current[i].Select(x => (double)x)]);
                float[] got = Column(written, (int)stride, i, c.Constant ? 1 : c.Steps);
                AssertClose(c.Constant ? [expected.Sum()] : expected, got, 1e-4);
            }
        },
        iter: 300, threads: 1);

    /// <summary>Far from the threshold and on it, narrow and wide: every surrogate is finite, and what it says it is.</summary>
    [Fact]
    public void Surrogates_are_finite_everywhere()
    {
        NeuronModel[] models =
        [
            .. from surrogate in Enum.GetValues<SurrogateKind>()
               from width in new[] { 0.01f, 1f, 100f }
               select new NeuronModel(0.5f, 0f, ResetKind.Hard, 0f, surrogate, width),
        ];
        float[] u = [.. Enumerable.Range(-400, 801).Select(k => 0.5f + (k / 4f)), .. Enumerable.Range(-50, 101).Select(k => 0.5f + (k / 1000f)), 1e30f, -1e30f];
        var kernels = EmittedKernels.Build(models);
        foreach (var model in models)
        {
            var (membranes, written) = (new GuardedBuffer(u), new GuardedBuffer(u.Length));
            var gradients = new GuardedBuffer([.. u.Select(_ => 1f)]);
            kernels[model].Backward(ref membranes.Origin, ref gradients.Origin, ref written.Origin, u.Length, u.Length, 1, 0, u.Length);
            for (int i = 0; i < u.Length; i++)
            {
                double expected = Reference.Surrogate(model, u[i]);
                Assert.True(float.IsFinite(written[i]), $"{model} at {u[i]}: {written[i]}");
                Assert.True(NearKink(model, u[i]) || Math.Abs(written[i] - expected) <= (1e-4 * expected) + 1e-30, $"{model} at {u[i]}: {written[i]}, expected {expected}");
            }
        }
    }

    /// <summary>A surrogate's own step: a finite difference across it says nothing.</summary>
    internal static bool NearKink(NeuronModel model, double u)
    {
        double x = Math.Abs(u - model.Threshold), w = model.SurrogateWidth;
        return model.Surrogate switch
        {
            SurrogateKind.Rectangular => Math.Abs(x - w / 2) < 1e-4,
            SurrogateKind.Triangular => Math.Abs(x - w) < 1e-4,
            _ => false,
        };
    }

    internal static double[] Differences(Func<double[], double> function, double[] at)
    {
        const double Step = 1e-6;
        return [.. at.Select((_, k) =>
        {
            double[] up = [.. at], down = [.. at];
            (up[k], down[k]) = (at[k] + Step, at[k] - Step);
            return (function(up) - function(down)) / (2 * Step);
        })];
    }

    internal static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<float> got, double tolerance)
    {
        double scale = 1 + expected.Max(Math.Abs);
        for (int k = 0; k < expected.Count; k++)
        {
            if (!(Math.Abs(expected[k] - got[k]) <= tolerance * scale))
            {
                Assert.Fail($"[{k}]: expected {expected[k]}, got {got[k]}.");
            }
        }
    }

    internal static void AssertSame(IEnumerable<float> expected, float[] got)
    {
        float[] all = [.. expected];
        if (!got.AsSpan().SequenceEqual(all))
        {
            Assert.Fail($"Expected {string.Join(" ", all)}, got {string.Join(" ", got)}.");
        }
    }

    internal static float[] Currents(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2.4 - 1.0))];

    internal static float[] Column(GuardedBuffer buffer, int stride, int i, int steps) =>
        [.. Enumerable.Range(0, steps).Select(t => buffer[t * stride + i])];

    // The spikes of a network that has this one's spikes, and the surrogate for their derivative, where its membranes are u0.
    private static double[] Smooth(NeuronModel model, double[] current, double[] u0)
    {
        double[] spikes = new double[u0.Length];
        double r = 0;
        for (int t = 0; t < u0.Length; t++)
        {
            double u = model.Decay * r + current[t];
            double s = (u0[t] > model.Threshold ? 1 : 0) + Reference.SmoothStep(model, u) - Reference.SmoothStep(model, u0[t]);
            spikes[t] = s;
            s = model.Detached ? (u0[t] > model.Threshold ? 1 : 0) : s;
            r = model.Reset == ResetKind.Hard ? u * (1 - s) + model.ResetValue * s : u - model.Threshold * s;
        }

        return spikes;
    }
}
