using SnnDsl.Verification;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Records;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>What membranes are bounded by besides steps: whole trains, and walks back, moved outward as the run that is checked did.</summary>
public class RefinementTests
{
    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts];

    [Theory, MemberData(nameof(Layouts))]
    public void MembranesMeetTheirTrainsAndTheirWalks(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout))
        {
            var (checkedBy, input) = (network.Build<Rational>(), set.Build<Rational>());
            foreach (var options in IntervalTests.Options.Append(new() { Refine = new JointSlopes(trains: true), Slack = 0.25, Trains = true, TrainSlack = 0.125, SpikesByMembranes = true }))
            {
                var known = new IntervalPass<Rational>(checkedBy, input, options).Run();
                for (int layer = 0; layer < known.Stages.Count; layer++)
                {
                    var stage = known.Stages[layer];
                    bool periodic = options.Trains && checkedBy.IsConstant(layer) && stage.Stage.Neurons.HavePeriods;
                    double threshold = stage.Stage.Neurons.Threshold;
                    double blur = Math.Max(options.TrainSlack * threshold, options.Float32 ? (Math.ScaleB(threshold, -18)) + Math.ScaleB(1, -100) : 0);
                    for (int t = 0; t < network.Steps; t++)
                    {
                        for (int i = 0; i < stage.Stage.Width; i++)
                        {
                            var expected = stage.Step(t, i);
                            Phase? certain = null;
                            if (periodic)
                            {
                                var (hull, phase) = stage.Trains.At(stage.Currents(0)[i], t, (1, network.Steps + 1), blur)!.Value;
                                expected = expected.Meet(options.Float32 ? hull.Widen(stage.TrainError(hull)) : hull);
                                certain = options.SpikesByMembranes ? null : phase;
                            }

                            bool isOpen = certain is null or Phase.Open && expected.Lower <= Rational.From(threshold) && expected.Upper > Rational.From(threshold);
                            if (options.Refine is { } slopes && isOpen && !periodic && layer + t > 0)
                            {
                                var walk = new BackwardWalk<Rational>(checkedBy, input, known, slopes);
                                var bound = new Interval<Rational>(walk.Membrane(layer, t, i, 1), -walk.Membrane(layer, t, i, -1));
                                expected = expected.Meet(bound.Widen(Rational.From(options.Slack) * (Rational.One + bound.Magnitude)));
                            }

                            var now = (certain is null or Phase.Open) && expected.Upper <= Rational.From(threshold) ? Phase.Silent
                                : (certain is null or Phase.Open) && expected.Lower > Rational.From(threshold) ? Phase.Fires : certain ?? Phase.Open;
                            string name = $"{layout} {seed} {options}: {layer} {t} {i}";
                            Assert.True(now == stage.Phases[t][i], $"{name}: {stage.Phases[t][i]} instead of {now}");
                            Assert.True(now == Phase.Fires || (expected.Lower - stage.Membranes[t][i].Lower).IsZero, name);
                            Assert.True(now == Phase.Silent || (expected.Upper - stage.Membranes[t][i].Upper).IsZero, name);
                        }
                    }
                }
            }
        }
    }

    /// <summary>A walk from a membrane costs what its steps may lose, or, where a train stands for them, what the last membrane may.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void WalksFromMembranesAreChargedForWhatTheyUse(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout))
        {
            var (checkedBy, input) = (network.Build<Rational>(), set.Build<Rational>());
            var known = new IntervalPass<Rational>(checkedBy, input, new PassOptions { Float32 = true }).Run();
            var stage = known.Stages[0];
            bool hasTrains = checkedBy.IsConstant(0) && stage.Stage.Neurons.HavePeriods;
            for (int t = 1; t < network.Steps; t++)
            {
                double Membrane(bool float32) => new BackwardWalk<Rational>(checkedBy, input, known with { Float32 = float32 }, new Halves()).Membrane(0, t, 0, -1).ToDouble();
                double cost = 0;
                Rational[][] on = [.. Enumerable.Range(0, t + 1).Select(_ => new Rational[stage.Stage.Width])];
                if (hasTrains)
                {
                    cost += Charges.Loss(2 * network.Steps, network.Steps * stage.Currents(0)[0].Magnitude.ToDouble());
                    on[0][0] = Rational.From(0.5);
                }
                else
                {
                    double next = -1;
                    on[t][0] = Rational.From(next);
                    cost += stage.StepError(t, 0).ToDouble();
                    for (int s = t - 1; s >= 0; s--)
                    {
                        cost += (Math.Abs(stage.Stage.Neurons.Decay * next) * stage.ResetError(s, 0).ToDouble()) + (0.5 * stage.StepError(s, 0).ToDouble());
                        next = 0.5;
                        on[s][0] = Rational.From(next);
                    }
                }

                if (checkedBy.HasConstantInput)
                {
                    on = [[.. on[0].Select((_, i) => on.Aggregate(default(Rational), (sum, step) => sum + step[i]))]];
                }

                for (int s = 0; s < on.Length; s++)
                {
                    cost += ChargeTests.Sums(stage.Stage.Maps.Maps, stage.Maps[s], on[s]);
                }

                // Blurred trains have other ends, too.
                double found = Membrane(float32: false) - Membrane(float32: true);
                Assert.True(found >= cost * (1 - 1e-6) && (hasTrains || found <= (cost * (1 + 1e-6)) + 1e-300), $"{layout} {seed} {t}: {found:R} is charged, by definition {cost:R}");
            }
        }
    }

    [Fact]
    public void TheClockIsAskedOnTheWay()
    {
        var network = TinyNetwork.Of("dense", 1);
        var set = TinySet.Of(network, 1);
        foreach (var slopes in new ISlopes?[] { null, new JointSlopes(trains: false) })
        {
            var options = new PassOptions { Refine = slopes, Deadline = new Deadline(TimeSpan.Zero, CancellationToken.None) };
            Assert.Throws<LimitException>(() => new IntervalPass<Float64>(network.Build<Float64>(), set.Build<Float64>(), options).Run());
        }
    }

    /// <summary>The same line everywhere, and for trains, too.</summary>
    private sealed class Halves : ISlopes
    {
        /// <inheritdoc/>
        public bool Always => true;

        /// <inheritdoc/>
        public double? Of(in Meeting meeting) => 0.5;

        /// <inheritdoc/>
        public double? OfTrain(in TrainMeeting meeting) => 0.5;
    }
}
