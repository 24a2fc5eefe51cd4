using CsCheck;
using SnnDsl.Generator.Model;
using static SnnDsl.Generator.Tests.Kernels.FireKernelTests;

namespace SnnDsl.Generator.Tests.Kernels;

public class IntervalKernelTests
{
    private static readonly Gen<(int Count, int Steps, int Margin, bool Constant, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 6], Gen.Int[0, 5], Gen.Bool, Gen.Int[0, 1_000_000]);

    [Fact]
    public void Intervals_have_the_bits_of_the_scalar_recursion() => Cases.Sample(
        c =>
        {
            var random = new Random(c.Seed);
            var model = EmittedKernels.Models[c.Seed % EmittedKernels.Models.Count];
            int m = c.Count + 2 * c.Margin;
            nint stride = c.Constant ? 0 : m;
            var (low, high) = Boxes(random, (c.Constant ? 1 : c.Steps) * m);
            var lowerCurrent = new GuardedBuffer(low);
            var upperCurrent = new GuardedBuffer(high);
            GuardedBuffer[] written = [.. Enumerable.Range(0, 4).Select(_ => new GuardedBuffer(c.Steps * m))];
            EmittedKernels.Of(model).Intervals(
                ref lowerCurrent.Origin, ref upperCurrent.Origin, stride, ref written[0].Origin, ref written[1].Origin,
                ref written[2].Origin, ref written[3].Origin, m, c.Steps, c.Margin, m - c.Margin);

            Assert.All(written, buffer => buffer.AssertUntouched(m, c.Margin, m - c.Margin));
            for (int i = c.Margin; i < m - c.Margin; i++)
            {
                var (l, u) = Reference.Intervals(
                    model, Column(lowerCurrent, (int)stride, i, c.Steps), Column(upperCurrent, (int)stride, i, c.Steps));
                AssertSame(l.Select(x => x > model.Threshold ? 1f : 0f), Column(written[0], m, i, c.Steps));
                AssertSame(u.Select(x => x > model.Threshold ? 1f : 0f), Column(written[1], m, i, c.Steps));
                AssertSame(l, Column(written[2], m, i, c.Steps));
                AssertSame(u, Column(written[3], m, i, c.Steps));
            }
        },
        iter: 300, threads: 1);

    [Fact]
    public void Intervals_contain_every_membrane_of_the_float_network() => Gen.Int[0, 1_000_000].Sample(
        seed =>
        {
            var random = new Random(seed);
            var model = EmittedKernels.Models[seed % EmittedKernels.Models.Count];
            var (low, high) = Boxes(random, 8);
            var (l, u) = Reference.Intervals(model, low, high);
            for (int k = 0; k < 20; k++)
            {
                float[] membranes = Reference.Forward(model, [.. low.Zip(high, (a, b) => Within(random, a, b))]).Membranes;
                for (int t = 0; t < 8; t++)
                {
                    Assert.InRange(membranes[t], l[t], u[t]);
                }
            }
        },
        iter: 300, threads: 1);

    [Fact]
    public void Backward_is_the_derivative_with_smooth_spikes_and_fixed_cases() => Cases.Sample(
        c =>
        {
            var random = new Random(c.Seed);
            var model = EmittedKernels.Models[c.Seed % EmittedKernels.Models.Count];
            int m = c.Count + 2 * c.Margin;
            bool withLower = random.Next(2) == 0, withUpper = random.Next(2) == 0;
            float[][] currents = new float[m][];
            var lower = new GuardedBuffer(c.Steps * m);
            var upper = new GuardedBuffer(c.Steps * m);
            for (int i = 0; i < m; i++)
            {
                var (low, high) = Boxes(random, c.Steps);
                currents[i] = [.. low, .. high];
                var (l, u) = Reference.Intervals(model, low, high);
                for (int t = 0; t < c.Steps; t++)
                {
                    (lower.Values[t * m + i], upper.Values[t * m + i]) = (l[t], u[t]);
                }
            }

            GuardedBuffer[] g = [.. Enumerable.Range(0, 4).Select(_ => new GuardedBuffer(Currents(random, c.Steps * m)))];
            var lowerWritten = new GuardedBuffer((c.Constant ? 1 : c.Steps) * m);
            var upperWritten = new GuardedBuffer((c.Constant ? 1 : c.Steps) * m);
            nint stride = c.Constant ? 0 : m;
            EmittedKernels.Of(model).IntervalsBackward(
                ref lower.Origin, ref upper.Origin, ref g[0].Origin, ref g[1].Origin,
                ref withLower ? ref g[2].Origin : ref GuardedBuffer.Null, ref withUpper ? ref g[3].Origin : ref GuardedBuffer.Null,
                ref lowerWritten.Origin, ref upperWritten.Origin, stride, m, c.Steps, c.Margin, m - c.Margin);

            lowerWritten.AssertUntouched(m, c.Margin, m - c.Margin);
            upperWritten.AssertUntouched(m, c.Margin, m - c.Margin);
            for (int i = c.Margin; i < m - c.Margin; i++)
            {
                double[] l = [.. Column(lower, m, i, c.Steps)], u = [.. Column(upper, m, i, c.Steps)];
                if (l.Concat(u).Any(x => NearKink(model, x) || NearCase(model, x)))
                {
                    continue;
                }

                double Loss(double[] x)
                {
                    var (ls, us) = Bounds(model, x, l, u);
                    return Enumerable.Range(0, c.Steps).Sum(t =>
                        g[0][t * m + i] * Reference.SmoothStep(model, ls[t]) + g[1][t * m + i] * Reference.SmoothStep(model, us[t])
                        + (withLower ? g[2][t * m + i] * ls[t] : 0) + (withUpper ? g[3][t * m + i] * us[t] : 0));
                }

                double[] expected = Differences(Loss, [.. currents[i].Select(x => (double)x)]);
                double[] lowerExpected = expected[..c.Steps], upperExpected = expected[c.Steps..];
                int written = c.Constant ? 1 : c.Steps;
                AssertClose(c.Constant ? [lowerExpected.Sum()] : lowerExpected, Column(lowerWritten, (int)stride, i, written), 1e-4);
                AssertClose(c.Constant ? [upperExpected.Sum()] : upperExpected, Column(upperWritten, (int)stride, i, written), 1e-4);
            }
        },
        iter: 300, threads: 1);

    private static bool NearCase(NeuronModel model, double x) =>
        Math.Abs(x) < 1e-4 || Math.Abs(x - model.ResetValue) < 1e-4 || Math.Abs(x - 2 * model.Threshold) < 1e-4
        || Math.Abs(x - model.Threshold) < 1e-4;

    // The recursion in float64, with the cases that (l0, u0) are in.
    private static (double[] Lower, double[] Upper) Bounds(NeuronModel model, double[] x, double[] l0, double[] u0)
    {
        int steps = l0.Length;
        double th = model.Threshold, v0 = model.ResetValue, rl = 0, ru = 0;
        double[] l = new double[steps], u = new double[steps];
        for (int t = 0; t < steps; t++)
        {
            (l[t], u[t]) = (model.Decay * rl + x[t], model.Decay * ru + x[steps + t]);
            bool silent = u0[t] <= th, fires = l0[t] > th;
            (rl, ru) = model.Reset == ResetKind.Soft
                ? silent ? (l[t], u[t]) : fires ? (l[t] - th, u[t] - th) : (Math.Min(l[t], 0), Math.Max(th, u[t] - th))
                : silent ? (l[t], u[t]) : fires ? (v0, v0) : (Math.Min(l[t], v0), Math.Max(th, v0));
        }

        return (l, u);
    }

    private static (float[] Low, float[] High) Boxes(Random random, int count)
    {
        float[] low = Currents(random, count);
        return (low, [.. low.Select(x => x + (float)(random.NextDouble() * 0.6))]);
    }

    private static float Within(Random random, float low, float high) =>
        Math.Clamp(low + (float)random.NextDouble() * (high - low), low, high);
}
