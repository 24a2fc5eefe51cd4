using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Whole trains of constant currents, against runs of single neurons over a fine grid of currents.</summary>
public class TrainTests
{
    private const int Steps = 5;
    private const double Apart = 1e-7;

    private static readonly Neurons[] All =
    [
        new(1, 0.5, false, 0), new(1, 1, false, 0), new(0.5, 0.25, false, 0), new(1, 0, false, 0), new(1, 0.5, true, 0), new(0.75, 1, true, 0),
        new(1, 0, true, 0), new(1, 0.5, false, 0.25), new(1, 0.5, false, -0.5), new(1, 0.5, false, 1.5), new(1, 1, false, 1), new(1, 0, false, 0.5),
    ];

    private static readonly (double Lower, double Upper)[] Currents = [(-0.5, 2), (0.25, 1), (0.625, 0.625), (0.5, 0.75), (1.25, 3), (-1, 0.25), (0.9375, 1.0625)];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, All.Length)];

    [Theory, MemberData(nameof(Indices))]
    public void HullsAreThoseOfAllRuns(int index)
    {
        var neurons = All[index];
        foreach (var (lower, upper) in Currents)
        {
            var runs = Points(neurons, lower, upper).Select(current => Run(neurons, current)).ToList();
            var interval = new Interval<Rational>(Rational.From(lower), Rational.From(upper));
            var patterns = new PatternTrains<Rational>(neurons, Steps).All(interval, default)!;
            for (int t = 0; t < Steps; t++)
            {
                Matches(runs, t, patterns[t].Membrane, patterns[t].Phase, IsSharp(neurons));
                if (neurons.HavePeriods)
                {
                    var (membrane, phase) = new PeriodicTrains<Rational>(neurons, Steps).At(interval, t, (1, Steps + 1))!.Value;
                    Matches(runs, t, membrane, phase, IsSharp(neurons));
                }
            }
        }
    }

    [Theory, MemberData(nameof(Indices))]
    public void LinesLieBelowAllRunsAndTouchOne(int index)
    {
        var (neurons, random) = (All[index], new Random(index));
        foreach (var (lower, upper) in Currents)
        {
            for (int draw = 0; draw < 3; draw++)
            {
                double[] onSpikes = [.. Enumerable.Range(0, Steps).Select(_ => random.Next(-4, 5) / 4.0)];
                double slope = random.Next(-8, 9) / 4.0, onLast = draw < 2 ? 0 : random.Next(-4, 5) / 4.0;
                double Value(double current)
                {
                    var (membranes, spikes) = Run(neurons, current);
                    return onSpikes.Zip(spikes, (a, s) => a * s).Sum() + (onLast * membranes[^1]) - (slope * current);
                }

                double least = Points(neurons, lower, upper).Min(Value);
                var interval = new Interval<Rational>(Rational.From(lower), Rational.From(upper));
                Rational[] weights = [.. onSpikes.Select(Rational.From)];
                if (onLast == 0)
                {
                    Near(new PatternTrains<Rational>(neurons, Steps).Least(interval, default, weights, Rational.From(slope)).ToDouble(), least);
                }

                if (neurons.HavePeriods)
                {
                    // The last membrane is what it is before its spike.
                    double found = new PeriodicTrains<Rational>(neurons, Steps).Least(interval, (1, Steps + 1), weights, Rational.From(onLast), Rational.From(slope)).ToDouble();
                    Near(found, least);
                    var meeting = new TrainMeeting(0, onSpikes, onLast, lower, upper, neurons);
                    Assert.True(Math.Abs(TrainSlope.Of(meeting)) <= JointSlopes.Steepest * (onSpikes.Sum(Math.Abs) + Math.Abs(onLast)));
                    if (lower < upper)
                    {
                        IsBest(new(neurons, Steps), interval, onSpikes, onLast, TrainSlope.Of(meeting));
                    }
                }
            }
        }

        void Near(double found, double least) => Assert.InRange(least - found, -Apart, IsSharp(neurons) ? Apart : double.MaxValue);
    }

    /// <summary>Parts of the periods, and of the words, are parts of the currents: together they are all, and each is bounded by itself.</summary>
    [Theory, MemberData(nameof(Indices))]
    public void SplitsShareOutTheCurrents(int index)
    {
        var neurons = All[index];
        var interval = new Interval<Rational>(Rational.From(-0.5), Rational.From(2.5));
        var runs = Points(neurons, -0.5, 2.5).Select(current => (Current: current, Run: Run(neurons, current))).ToList();
        if (neurons.HavePeriods)
        {
            var trains = new PeriodicTrains<Rational>(neurons, Steps);
            for (int first = 1; first <= Steps + 1; first++)
            {
                for (int last = first; last <= Steps + 1; last++)
                {
                    var own = runs.Where(run => Period(run.Run.Spikes) is var period && period >= first && period <= last).Select(run => run.Run).ToList();
                    for (int t = 0; t < Steps; t++)
                    {
                        if (trains.At(interval, t, (first, last)) is var (membrane, phase) && own.Count > 0)
                        {
                            Matches(own, t, membrane, phase, IsSharp(neurons));
                        }

                        Assert.True(own.Count == 0 || trains.At(interval, t, (first, last)) is not null);
                    }
                }
            }

            Assert.Null(trains.At(new(Rational.From(-1), Rational.From(0)), 0, (1, Steps)));
            Assert.Null(trains.At(new(Rational.From(100), Rational.From(101)), 0, (2, Steps + 1)));
        }

        var patterns = new PatternTrains<Rational>(neurons, Steps);
        foreach (bool[] word in runs.Select(run => Word(run.Run.Spikes)).DistinctBy(word => string.Concat(word)))
        {
            foreach (bool below in new[] { false, true })
            {
                var own = runs.Where(run => TrainWords.Compare(Word(run.Run.Spikes), word) < 0 == below).Select(run => run.Run).ToList();
                (bool[]? AtLeast, bool[]? Below) words = below ? (null, word) : (word, null);
                var hulls = patterns.All(interval, words);
                Assert.Equal(own.Count == 0, hulls is null);
                for (int t = 0; t < Steps && own.Count > 0; t++)
                {
                    Matches(own, t, hulls![t].Membrane, hulls[t].Phase, IsSharp(neurons));
                }
            }
        }

        // More current never gives a lesser word.
        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.True(TrainWords.Compare(Word(pair.First.Run.Spikes), Word(pair.Second.Run.Spikes)) <= 0));
    }

    [Fact]
    public void WordsAreReadAndCompared()
    {
        Assert.Equal([true, false, true], TrainWords.Read("101", 3));
        Assert.All(new[] { "10", "1011", "1a1", "" }, word => Assert.Throws<FormatException>(() => TrainWords.Read(word, 3)));
        Assert.Equal((1, -1, 0), (TrainWords.Compare([true], [false]), TrainWords.Compare([false, true], [true, false]), TrainWords.Compare([true, false], [true, false])));
        bool[] low = [false, false], middle = [false, true], high = [true, false];
        var none = new Assumptions();
        Assert.Equal((low, high), none.With(0, low, below: false).With(0, high, below: true).Patterns(0));
        Assert.Equal((middle, middle), none.With(0, middle, below: false).With(0, low, below: false).With(0, middle, below: true).With(0, high, below: true).Patterns(0));
        Assert.Equal((high, low), none.With(0, middle, below: false).With(0, high, below: false).With(0, middle, below: true).With(0, low, below: true).Patterns(0));
        Assert.Equal((null, null), none.Patterns(1));
        Assert.Equal((1, 4), none.Periods(0, 3));
        Assert.Equal((2, 3), none.With(0, 1, 3, 3)!.With(0, 2, 4, 3)!.Periods(0, 3));
        Assert.Equal((2, 2), none.With(0, 1, 2, 3)!.With(0, 2, 4, 3)!.Periods(0, 3));
        Assert.Null(none.With(0, 1, 2, 3)!.With(0, 3, 4, 3));
    }

    [Fact]
    public void SoManyTrainsThatNobodyWritesThemAreRefused() =>
        Assert.Throws<FormatException>(() => new PatternTrains<Float64>(new(1, 0.99, true, 0), 120));

    /// <summary>Blurred currents take trains beside their own.</summary>
    [Fact]
    public void BlurMovesWhereTrainsChange()
    {
        var trains = new PeriodicTrains<Rational>(new(1, 0.5, false, 0), 4);
        var one = new Interval<Rational>(Rational.From(1.125), Rational.From(1.25));
        Assert.Equal(Phase.Fires, trains.At(one, 0, (1, 5))!.Value.Phase);
        Assert.Equal(Phase.Open, trains.At(one, 0, (1, 5), 0.25)!.Value.Phase);
        Assert.Equal(1.125, trains.At(one, 0, (1, 5), 0.25)!.Value.Membrane.Lower.ToDouble());
        var under = new Interval<Rational>(Rational.From(0.75), Rational.From(0.875));
        Assert.Equal(Phase.Silent, trains.At(under, 0, (1, 5))!.Value.Phase);
        Assert.Equal(Phase.Open, trains.At(under, 0, (1, 5), 0.25)!.Value.Phase);
        Rational[] weights = [Rational.From(-1), default, default, default];
        Assert.Equal(0, trains.Least(under, (1, 5), weights, default, default).ToDouble());
        Assert.Equal(-1, trains.Least(under, (1, 5), weights, default, default, 0.25).ToDouble());
    }

    // No other slope has a line that is higher in the middle.
    private static void IsBest(PeriodicTrains<Rational> trains, Interval<Rational> interval, double[] onSpikes, double onLast, double slope)
    {
        double middle = (interval.Lower.ToDouble() + interval.Upper.ToDouble()) / 2;
        Rational[] weights = [.. onSpikes.Select(Rational.From)];
        double At(double k) => trains.Least(interval, (1, Steps + 1), weights, Rational.From(onLast), Rational.From(k)).ToDouble() + (k * middle);
        double own = At(slope);
        for (double k = -40; k <= 40; k += 2)
        {
            Assert.True(At(k) <= own + 1e-3, $"slope {k} gives {At(k)}, {slope} gives {own}");
        }
    }

    private static void Matches(List<(double[] Membranes, double[] Spikes)> runs, int t, Interval<Rational> membrane, Phase phase, bool isSharp)
    {
        double least = runs.Min(run => run.Membranes[t]), most = runs.Max(run => run.Membranes[t]);
        double loose = isSharp ? Apart : double.MaxValue;
        Assert.InRange(least - membrane.Lower.ToDouble(), -Apart, loose);
        Assert.InRange(membrane.Upper.ToDouble() - most, -Apart, loose);
        bool all = runs.All(run => run.Spikes[t] == 1), none = runs.All(run => run.Spikes[t] == 0);
        Assert.False(phase == Phase.Fires && !all, "an open spike is said to be certain");
        Assert.False(phase == Phase.Silent && !none, "an open spike is said to be impossible");
        Assert.False(isSharp && phase == Phase.Open && (all || none), "a known spike is said to be open");
    }

    // These have pieces of a single current that no run takes, which count.
    private static bool IsSharp(Neurons neurons) => Array.IndexOf(All, neurons) is not (3 or 4 or 5);

    private static (double[] Membranes, double[] Spikes) Run(Neurons neurons, double current)
    {
        double[] membranes = new double[Steps], spikes = new double[Steps];
        double left = 0;
        for (int t = 0; t < Steps; t++)
        {
            double u = membranes[t] = (neurons.Decay * left) + current;
            spikes[t] = u > neurons.Threshold ? 1 : 0;
            left = u <= neurons.Threshold ? u : neurons.Soft ? u - neurons.Threshold : neurons.ResetValue;
        }

        return (membranes, spikes);
    }

    private static int Period(double[] spikes) => Array.IndexOf(spikes, 1) is >= 0 and int first ? first + 1 : Steps + 1;

    private static bool[] Word(double[] spikes) => Array.ConvertAll(spikes, spike => spike == 1);

    // Both ends, what comes right behind the upper one (trains end where others begin, and those count too), and both sides of every change.
    private static List<double> Points(Neurons neurons, double lower, double upper)
    {
        List<double> points = [lower];
        Between(lower, upper);
        Between(upper, upper + 1e-9);
        return points;

        void Between(double from, double to)
        {
            if (to - from > 1e-10 && (to - from > 0.2 || TrainWords.Compare(Word(Run(neurons, from).Spikes), Word(Run(neurons, to).Spikes)) != 0))
            {
                double middle = (from + to) / 2;
                Between(from, middle);
                Between(middle, to);
                return;
            }

            points.Add(to);
        }
    }
}
