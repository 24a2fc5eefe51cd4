using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Margins and membranes by lines: those of the definition for any slopes, in fractions, and never above what an input has.</summary>
public class LineTests
{
    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts];

    [Theory, MemberData(nameof(Layouts))]
    public void AnySlopesGiveTheDefinition(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout).Where(known => known.Set is not TinySet.Moves))
        {
            var reference = new ReferenceBounds(network, set, (_, _, _) => 0, products: true);
            Assert.True(reference.Run());
            var (checkedBy, input) = (network.Build<Rational>(), set.Build<Rational>());
            var known = new IntervalPass<Rational>(checkedBy, input, new PassOptions { Products = true }).Run();
            foreach (bool always in new[] { true, false })
            {
                var slopes = new Hints(seed, always);
                reference.Always = always;
                double? Slope(int layer, int t, int i) => !always && reference.Membranes[layer][t][i].Phase != 0 ? null : slopes.At(layer, t, i);
                var bounds = new MarginBounds<Rational>(checkedBy, input, known);
                foreach (var (own, rival) in new[] { (0, 1), (1, 0) })
                {
                    Assert.Equal(reference.ByLines(own, rival, Slope), bounds.ByLines(own, rival, slopes).ToDouble(), 1e-12);
                }

                var walk = new BackwardWalk<Rational>(checkedBy, input, known, slopes);
                for (int layer = 0; layer < known.Stages.Count; layer++)
                {
                    int t = network.Steps - 1;
                    foreach (int sign in new[] { 1, -1 })
                    {
                        // A train's line takes the place of steps where the first layer has periods.
                        if (layer > 0 || !Trains(network))
                        {
                            Assert.Equal(reference.OfMembrane(layer, t, 1, sign, Slope), walk.Membrane(layer, t, 1, sign).ToDouble(), 1e-12);
                        }
                    }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void NoInputHasLess(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout))
        {
            var runs = IntervalTests.Runs(network, set);
            double scale = network.Scale;
            foreach (var options in IntervalTests.Options)
            {
                var bounds = new MarginBounds<Float64>(network.Build<Float64>(), set.Build<Float64>(), options);
                foreach (var (own, rival) in new[] { (0, 1), (1, 0) })
                {
                    double least = runs.Min(run => run.Logits[own] - run.Logits[rival]) / scale;
                    foreach (var (name, bound) in new[]
                    {
                        ("intervals", bounds.ByIntervals(own, rival)), ("paper", bounds.ByLines(own, rival, new PaperSlopes())),
                        ("joint", bounds.ByLines(own, rival, new JointSlopes(trains: false))), ("trains", bounds.ByLines(own, rival, new JointSlopes(trains: true))),
                        ("any", bounds.ByLines(own, rival, new Hints(seed, always: true))), ("no number", bounds.ByLines(own, rival, new NoNumbers())),
                    })
                    {
                        Assert.True(bound.Value <= least, $"{layout} {seed} {options}, {name}: proves {bound.Value}, but an input has {least}");
                    }
                }

                var walk = new BackwardWalk<Float64>(network.Build<Float64>(), set.Build<Float64>(), bounds.Intervals, new JointSlopes(trains: true));
                for (int layer = 0; layer < bounds.Intervals.Stages.Count; layer++)
                {
                    for (int t = 0; t < network.Steps; t++)
                    {
                        Assert.True(walk.Membrane(layer, t, 0, 1).Value <= runs.Min(run => run.Membranes[layer][t][0]), $"{layout} {seed} {options}");
                        Assert.True(-walk.Membrane(layer, t, 0, -1).Value >= runs.Max(run => run.Membranes[layer][t][0]), $"{layout} {seed} {options}");
                    }
                }
            }
        }
    }

    /// <summary>Float64 moved outward, against fractions: below, and only by what rounding takes.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void Float64LosesLittle(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout).Concat(IntervalTests.Cases(layout, isFine: true)))
        {
            foreach (bool float32 in new[] { false, true })
            {
                var options = new PassOptions { Products = true, Float32 = float32 };
                var rounded = new MarginBounds<Float64>(network.Build<Float64>(), set.Build<Float64>(), options);
                var exact = new MarginBounds<Rational>(network.Build<Rational>(), set.Build<Rational>(), options);
                var slopes = new Hints(seed, always: true);
                Assert.InRange(exact.ByIntervals(0, 1).ToDouble() - rounded.ByIntervals(0, 1).Value, 0, 1e-12);
                Assert.InRange(exact.ByLines(0, 1, slopes).ToDouble() - rounded.ByLines(0, 1, slopes).Value, 0, 1e-9);
            }
        }
    }

    private static bool Trains(TinyNetwork network) =>
        network.Encoding == Encoding.Direct && network.Layers.First(layer => layer.Kind == "Lif").Constants is var own && own["reset"] == "Hard" && own["resetValue"] == "0";

    /// <summary>Slopes that are no numbers count as flat lines.</summary>
    private sealed class NoNumbers : ISlopes
    {
        /// <inheritdoc/>
        public bool Always => true;

        /// <inheritdoc/>
        public double? Of(in Meeting meeting) => meeting.Step % 2 == 0 ? double.NaN : double.PositiveInfinity;

        /// <inheritdoc/>
        public double? OfTrain(in TrainMeeting meeting) => double.NaN;
    }
}
