using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Networks;
using static SnnDsl.TinyNetworks.Tests.Charges;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>What a step of float32 is charged: the numbers of docs/mathematics.md, no less and next to nothing more.</summary>
public class ChargeTests
{
    private const double Close = 1e-9;

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

    /// <summary>A walk back costs what each use of a membrane, each sum and the readout may lose, and nothing else.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void WalksAreChargedForWhatTheyUse(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout))
        {
            var checkedBy = network.Build<Rational>();
            var known = new IntervalPass<Rational>(checkedBy, set.Build<Rational>(), new PassOptions { Float32 = true }).Run();
            double Slope(int layer, int t, int n) => ((layer + (2 * t) + (3 * n) + seed) % 5 - 2) / 4.0;
            double Margin(bool float32) => new BackwardWalk<Rational>(checkedBy, set.Build<Rational>(), known with { Float32 = float32 }, new Given(Slope)).Margin(0, 1).ToDouble();
            double cost = 0;
            for (int layer = 0; layer < known.Stages.Count; layer++)
            {
                var stage = known.Stages[layer];
                Rational[][] onCurrents = [.. Enumerable.Range(0, network.Steps).Select(t => Enumerable.Range(0, stage.Stage.Width).Select(n => Rational.From(Slope(layer, t, n))).ToArray())];
                for (int n = 0; n < stage.Stage.Width; n++)
                {
                    for (int t = 0; t < network.Steps; t++)
                    {
                        double onRest = t < network.Steps - 1 ? stage.Stage.Neurons.Decay * Slope(layer, t + 1, n) : 0;
                        cost += (Math.Abs(Slope(layer, t, n)) * stage.StepError(t, n).ToDouble()) + (Math.Abs(onRest) * stage.ResetError(t, n).ToDouble());
                    }
                }

                if (layer == 0 && network.Encoding == Encoding.Direct)
                {
                    onCurrents = [onCurrents.Aggregate((sum, step) => [.. sum.Zip(step, (a, b) => a + b)])];
                }

                for (int t = 0; t < onCurrents.Length; t++)
                {
                    cost += Sums(stage.Stage.Maps.Maps, stage.Maps[t], onCurrents[t]);
                }
            }

            for (int t = 0; t < network.Steps && checkedBy.Tail.Maps.Count > 0; t++)
            {
                double weight = network.ReadoutWeight(t), size = weight * (known.Outputs(t)[0].Magnitude.ToDouble() + known.Outputs(t)[1].Magnitude.ToDouble());
                int meets = ((network.SynapticDecay == 0 ? 2 : 4) * network.Steps) + 2;
                cost += (Gamma(meets) * size) + ((meets + 2) * Tiny);
                Rational[] readout = new Rational[network.Classes];
                (readout[0], readout[1]) = (Rational.From(weight), Rational.From(-weight));
                cost += Sums(checkedBy.Tail.Maps, known.Tail[t], readout);
            }

            Same(cost, (Margin(float32: false) - Margin(float32: true)) * checkedBy.MarginScale, $"{layout} {seed}: walk", 1e-6);
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

    /// <summary>What the sums of maps may lose, weighed.</summary>
    internal static double Sums(IReadOnlyList<AffineMap<Rational>> maps, IReadOnlyList<Box<Rational>> outputs, Rational[] a)
    {
        double cost = 0;
        for (int i = maps.Count - 1; i >= 0; i--)
        {
            cost += Enumerable.Range(0, maps[i].Outputs).Where(j => !a[j].IsZero)
                .Sum(j => Math.Abs(a[j].ToDouble()) * maps[i].Float32Loss(j, outputs[i].Terms[j], outputs[i].Sums[j]).ToDouble());
            a = maps[i].PullBack(a);
        }

        return cost;
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

    private static void Same(double expected, double found, string what, double apart = Close)
    {
        Assert.True(found >= expected * (1 - (apart == Close ? 1e-15 : apart)) && found <= (expected * (1 + apart)) + 1e-300, $"{what} is charged {found:R}, by definition {expected:R}");
    }

    private sealed class Given(Func<int, int, int, double> slope) : ISlopes
    {
        /// <inheritdoc/>
        public bool Always => true;

        /// <inheritdoc/>
        public double? Of(in Meeting meeting) => slope(meeting.Layer, meeting.Step, meeting.Neuron);

        /// <inheritdoc/>
        public double? OfTrain(in TrainMeeting meeting) => null;
    }
}
