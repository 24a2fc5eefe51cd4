using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Slopes are hints, but good ones: Joint's line is the highest, the paper's is the paper's.</summary>
public class SlopeTests
{
    private static IEnumerable<(Neurons Neurons, double Lower, double Upper, double OnSpike, double OnRest)> Draws(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 120; i++)
        {
            bool soft = random.Next(3) == 0;
            var neurons = new Neurons(random.Next(1, 5) / 4.0, 0.5, soft, soft ? 0 : random.Next(-2, 7) / 8.0);
            double lower = neurons.Threshold - (random.Next(0, 9) / 8.0), upper = neurons.Threshold + (random.Next(1, 9) / 8.0);
            yield return (neurons, lower, upper, random.Next(-8, 9) / 4.0, random.Next(-8, 9) / 4.0);
        }
    }

    [Fact]
    public void NoLineIsHigherInTheMiddleThanJoints()
    {
        foreach (var (neurons, lower, upper, onSpike, onRest) in Draws(1))
        {
            double k = new JointSlopes(trains: false).Of(Meeting(neurons, lower, upper, onSpike, onRest))!.Value;
            double own = Middle(k);
            for (double other = -12; other <= 12; other += 0.375)
            {
                Assert.True(Middle(other) <= own + 1e-9, $"{neurons} [{lower}, {upper}] {onSpike} {onRest}: {other} is better than {k}");
            }

            double Middle(double slope) => Vertices.Least(
                new(Rational.From(lower), Rational.From(upper)), Phase.Open, neurons, Rational.From(onSpike), Rational.From(onRest), Rational.From(slope)).ToDouble()
                + (slope * (lower + upper) / 2);
        }
    }

    [Fact]
    public void ThePapersLinesAreThePapers()
    {
        foreach (var (neurons, lower, upper, onSpike, onRest) in Draws(2).Where(draw => draw.Lower < draw.Neurons.Threshold))
        {
            double th = neurons.Threshold;
            // c_r r >= c_r l (1 - s) or c_r th (1 - s), and the reset value with the spike; a soft reset takes th with it.
            double weight = neurons.Soft ? onSpike - (onRest * th) : onSpike + (onRest * neurons.ResetValue) - (onRest * (onRest < 0 ? th : lower));
            double line = upper - th >= th - lower ? (weight >= 0 ? weight / (upper - th) : 0) : weight < 0 ? weight / (th - lower) : 0;
            double found = new PaperSlopes().Of(Meeting(neurons, lower, upper, onSpike, onRest))!.Value;
            Assert.Equal(line + (neurons.Soft ? onRest : 0), found, 1e-12);
        }
    }

    /// <summary>Where there is next to no room on one side, lines are no steeper than they may be.</summary>
    [Fact]
    public void LinesHaveAGreatestSlope()
    {
        var neurons = new Neurons(1, 0.5, false, 0);
        Assert.Equal(JointSlopes.Steepest * 3, new JointSlopes(false).Of(Meeting(neurons, 1 - 1e-10, 1 + 1e-9, 2, 1))!.Value, 1e-6);
        Assert.Equal(JointSlopes.Steepest * 2, new PaperSlopes().Of(Meeting(neurons, 1 - 1e-10, 1 + 1e-9, 2, 0))!.Value, 1e-6);
        Assert.Equal(JointSlopes.Steepest * -2, new PaperSlopes().Of(Meeting(neurons, 1 - 5e-4, 1 + 1e-10, -2, 0))!.Value, 1e-6);
        double steep = TrainSlope.Of(new(0, [0, 8], 0, (2 / 3.0) - 1e-6, (2 / 3.0) + 1e-5, neurons));
        Assert.Equal(JointSlopes.Steepest * 8, Math.Abs(steep), 1e-6);
        Assert.False(new PaperSlopes().Always || new JointSlopes(true).Always);
    }

    /// <summary>Sides that rounding alone tells apart are equally wide: the same lines, whichever of them came out the wider one.</summary>
    [Fact]
    public void RoundingDecidesNoTie()
    {
        var neurons = new Neurons(1, 0.5, false, 0);
        foreach (var (onSpike, onRest) in new[] { (2.0, 1.0), (-2.0, 0.5), (1.0, -1.0) })
        {
            foreach (ISlopes slopes in new ISlopes[] { new JointSlopes(false), new PaperSlopes() })
            {
                double above = slopes.Of(Meeting(neurons, 0.5, 1.5 + 1e-7, onSpike, onRest))!.Value;
                Assert.Equal(above, slopes.Of(Meeting(neurons, 0.5 - 1e-7, 1.5, onSpike, onRest))!.Value, 1e-5);
            }
        }
    }

    [Fact]
    public void WhatIsKnownNeedsNoLine()
    {
        var neurons = new Neurons(1, 0.5, false, 0);
        foreach (var phase in new[] { Phase.Silent, Phase.Fires })
        {
            Assert.Null(new JointSlopes(true).Of(Meeting(neurons, 0, 2, 1, 1) with { Phase = phase }));
            Assert.Null(new PaperSlopes().Of(Meeting(neurons, 0, 2, 1, 1) with { Phase = phase }));
        }

        var train = new TrainMeeting(0, [1, 1], 0, 0.5, 1.5, neurons);
        Assert.Null(new PaperSlopes().OfTrain(train));
        Assert.Null(new JointSlopes(trains: false).OfTrain(train));
        Assert.NotNull(new JointSlopes(trains: true).OfTrain(train));
        Assert.True(Phase.Fires.Contradicts(Phase.Silent) && Phase.Silent.Contradicts(Phase.Fires));
        foreach (var phase in Enum.GetValues<Phase>())
        {
            Assert.False(phase.Contradicts(phase) || phase.Contradicts(Phase.Open) || Phase.Open.Contradicts(phase));
        }
    }

    private static Meeting Meeting(Neurons neurons, double lower, double upper, double onSpike, double onRest) =>
        new(0, 0, 0, onSpike, onRest, lower, upper, Phase.Open, neurons);
}
