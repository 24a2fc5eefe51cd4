using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>What a step of float32 is charged: the numbers of docs/mathematics.md, no less and next to nothing more.</summary>
public class ChargeTests
{
    private const double Close = 1e-9;
    private static readonly double Unit = Math.ScaleB(1, -24);
    private static readonly double Tiny = Math.ScaleB(1, -100);

    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts];

    [Theory, MemberData(nameof(Layouts))]
    public void StepsAreChargedWhatTheyCanLose(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout))
        {
            var bounds = new IntervalPass<Rational>(network.Build<Rational>(), set.Build<Rational>(), new PassOptions { Float32 = true }).Run();
            for (int layer = 0; layer < bounds.Stages.Count; layer++)
            {
                var stage = bounds.Stages[layer];
                bool constant = layer == 0 && network.Encoding == Encoding.Direct;
                for (int i = 0; i < stage.Stage.Width; i++)
                {
                    Assert.Equal(0, stage.StepError(0, i).ToDouble());
                    for (int t = 0; t < network.Steps; t++)
                    {
                        var (u, phase, neurons) = (stage.Membranes[t][i], stage.Phases[t][i], stage.Stage.Neurons);
                        double beyond = Math.Max(0, u.Upper.ToDouble() - neurons.Threshold);
                        double reset = neurons.Soft && phase != Phase.Silent ? (Gamma(1) * beyond) + (3 * Tiny) : 0;
                        Same(reset, stage.ResetError(t, i).ToDouble(), $"{layout} {seed}: reset {layer} {t} {i}");
                        if (t == 0)
                        {
                            continue;
                        }

                        var (kept, sum) = Kept(stage, t, i);
                        var current = stage.Currents(t);
                        var last = stage.Stage.Maps.Maps[^1];
                        long n = current.Terms[i] + (last.Bias(i).IsZero ? 0 : 1) + (last.Divisor == 1 ? 0 : 1);
                        double expected = constant
                            ? (Gamma(2) * kept) + (Gamma(1) * sum) + (3 * Tiny)
                            : (Gamma(n + 1) * kept) + (Unit / Math.Pow(1 - ((n + 1) * Unit), 2) * current.Sums[i].ToDouble()) + (3 * Tiny);
                        Same(expected, stage.StepError(t, i).ToDouble(), $"{layout} {seed}: step {layer} {t} {i}");
                    }
                }
            }
        }
    }

    /// <summary>A decay that may be flushed to 0 takes all that is kept.</summary>
    [Fact]
    public void ADecayBelowTheNormalRangeMayBeNothing()
    {
        var stage = Stage(new(1, Math.ScaleB(1, -130), false, 0), steps: 2, constant: true, 0.75);
        Same(Gamma(1) * 0.75 + (3 * Tiny) + Math.ScaleB(0.75, -130), stage.StepError(1, 0).ToDouble(), "flushed");
        Assert.Equal(0, Stage(new(1, 0.5, false, 0), steps: 2, constant: true, 0.75, float32: false).StepError(1, 0).ToDouble());
    }

    [Fact]
    public void TrainsAreChargedTwoRoundingsAStep()
    {
        var stage = Stage(new(1, 0.5, false, 0), steps: 5, constant: true, 0.75);
        Same((Gamma(10) * 3) + (12 * Tiny), stage.TrainError(new(Rational.From(-3), Rational.From(2))).ToDouble(), "train");
    }

    // What is left of the step before, and that with the current: their magnitudes.
    private static (double Kept, double Sum) Kept(StageBounds<Rational> stage, int t, int i)
    {
        var (neurons, u, phase) = (stage.Stage.Neurons, stage.Membranes[t - 1][i], stage.Phases[t - 1][i]);
        double lost = stage.ResetError(t - 1, i).ToDouble(), threshold = neurons.Threshold;
        var (l, h) = (u.Lower.ToDouble(), u.Upper.ToDouble());
        double low = neurons.Soft ? Math.Max(l, threshold) - threshold - lost : neurons.ResetValue, high = neurons.Soft ? h - threshold + lost : neurons.ResetValue;
        var (least, most) = phase switch
        {
            Phase.Silent => (l, Math.Min(h, threshold)),
            Phase.Fires => (low, high),
            _ => (Math.Min(l, low), Math.Max(Math.Min(h, threshold), high)),
        };
        var (from, to) = (neurons.Decay * least, neurons.Decay * most);
        var current = stage.Currents(t)[i];
        return (Math.Max(Math.Abs(from), Math.Abs(to)), Math.Max(Math.Abs(from + current.Lower.ToDouble()), Math.Abs(to + current.Upper.ToDouble())));
    }

    private static StageBounds<Rational> Stage(Neurons neurons, int steps, bool constant, double current, bool float32 = true)
    {
        var stage = new StageBounds<Rational>(new(new([AffineMap<Rational>.Identity(1)]), neurons), steps, float32, constant);
        for (int t = 0; t < steps; t++)
        {
            stage.Maps[t] = [new([Rational.From(current)], [Rational.From(current)], [Rational.From(Math.Abs(current))]) { Terms = [1] }];
            Assert.True(stage.Set(t, 0, stage.Step(t, 0), Phase.Open));
        }

        return stage;
    }

    private static double Gamma(long n) => n * Unit / (1 - (n * Unit));

    private static void Same(double expected, double found, string what)
    {
        Assert.True(found >= expected * (1 - 1e-15) && found <= (expected * (1 + Close)) + 1e-300, $"{what} is charged {found:R}, by definition {expected:R}");
    }
}
