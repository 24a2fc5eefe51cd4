using SnnDsl.Certification.Search;
using SnnDsl.Soundness.Tests.Search;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>
/// What branch and bound computes of a case, against the checker, which shares no code with it, and against every input: intervals, counts,
/// lines of any slopes, and whole searches.
/// </summary>
public class SearchTests
{
    // Trains' break points are blurred by 2^-18 of the threshold, which slopes magnify.
    private const double Blur = 2e-3;

    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts.Where(layout => layout != "poisson"), .. TinyNetwork.Single];

    [Theory, MemberData(nameof(Layouts))]
    public void CasesAreBoundedAsTheCheckerDoes(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout))
        {
            var random = new Random(seed);
            var (checkedBy, input) = (network.Build<Float64>(), set.Build<Float64>());
            var patterns = checkedBy.HasConstantInput && !checkedBy.Stages[0].Neurons.HavePeriods ? new PatternTrains<Float64>(checkedBy.Stages[0].Neurons, network.Steps) : null;
            var open = TinySearch.Of(network, set, 0, 1);
            var (known, bounds) = (new Case(open), new CaseBounds(open));
            var lines = new Lines(open, bounds);
            // One scratch for all cases, as a worker has it: each must be as if it were the first.
            for (int round = 0; round < 8; round++)
            {
                var (node, side) = Drawn(open, new(null, false, open.Input), (new(), input), checkedBy, patterns, random, round / 2);
                string name = $"{layout} {seed} {round}";
                known.Load(node);
                bool isBounded = bounds.Run(known) == CaseState.Bounded;
                var found = new IntervalPass<Float64>(checkedBy, side.Input, new() { Trains = true, Products = true, Assumptions = side.Assumed }, patterns).TryRun();
                Assert.True(isBounded == found is not null, $"{name}: the search says {isBounded}");
                if (found is null)
                {
                    continue;
                }

                SameIntervals(open, bounds, found, name);
                var margins = new MarginBounds<Float64>(checkedBy, side.Input, found);
                Near(margins.ByIntervals(0, 1).Value, bounds.Margin(open.Margins[0], known.Phases[^1]), name);
                float[] slopes = [.. Enumerable.Range(0, open.Layers.Length).SelectMany(layer => Enumerable.Range(0, lines.Width(layer)).Select(_ => random.Next(-4, 5) / 4f))];
                double bound = lines.Bound(open.Margins[0], known, slopes);
                Near(margins.ByLines(0, 1, new Given(open, slopes, checkedBy.MarginScale)).Value, bound, $"{name}, lines");
                Assert.Equal(slopes, lines.Slopes());
                // Lines that parameters choose are as good as their slopes.
                float[][] parameters = [.. Enumerable.Range(0, open.Layers.Length).Select(layer => Enumerable.Range(0, lines.Parameters(layer)).Select((_, i) => i < lines.Width(layer) ? random.NextSingle() : random.Next(3) / 4f).ToArray())];
                double chosen = lines.Bound(open.Margins[0], known, parameters, null);
                float[] own = lines.Slopes();
                Assert.Equal(chosen, lines.Bound(open.Margins[0], known, own), 1e-4);
                Near(margins.ByLines(0, 1, new Given(open, own, checkedBy.MarginScale)).Value, lines.Bound(open.Margins[0], known, own), $"{name}, chosen");
            }
        }
    }

    /// <summary>
    /// What is known of a neuron is taken as it is: its slope is that of its own side, and a split's multiplier is all that is added to it; the
    /// gradients are those of the bound.
    /// </summary>
    [Theory, MemberData(nameof(Layouts))]
    public void ParametersChooseWhatTheySay(string layout)
    {
        int known = 0, multiplied = 0, compared = 0;
        foreach (var (network, set, seed) in Cases(layout))
        {
            var random = new Random(seed);
            var (checkedBy, input) = (network.Build<Float64>(), set.Build<Float64>());
            var patterns = checkedBy.HasConstantInput && !checkedBy.Stages[0].Neurons.HavePeriods ? new PatternTrains<Float64>(checkedBy.Stages[0].Neurons, network.Steps) : null;
            var open = TinySearch.Of(network, set, 0, 1);
            var (split, bounds) = (new Case(open), new CaseBounds(open));
            var lines = new Lines(open, bounds);
            for (int round = 0; round < 6; round++)
            {
                split.Load(Drawn(open, new(null, false, open.Input), (new(), input), checkedBy, patterns, random, round).Node);
                if (bounds.Run(split) != CaseState.Bounded)
                {
                    continue;
                }

                var margin = open.Margins[0];
                float[][] parameters = [.. Enumerable.Range(0, open.Layers.Length).Select(layer => Enumerable.Range(0, lines.Parameters(layer)).Select((_, i) => i < lines.Width(layer) ? 0.25f + (random.NextSingle() / 2) : 0f).ToArray())];
                float[][] gradients = [.. parameters.Select(own => new float[own.Length])];
                double bound = lines.Bound(margin, split, parameters, gradients);
                float[] plain = lines.Slopes();
                for (int layer = 0, from = 0; layer < open.Layers.Length; from += lines.Width(layer++))
                {
                    var own = open.Layers[layer];
                    for (int at = 0; at < lines.Width(layer) && !own.HasTrains; at++)
                    {
                        var (t, n) = (at / own.Count, at % own.Count);
                        int place = from + (n * open.Steps) + t;
                        bool fires = bounds.SpikeLower[layer][at] > 0, silent = bounds.SpikeUpper[layer][at] == 0;
                        double onRest = t == open.Steps - 1 ? 0 : own.Decay * plain[place + 1];
                        if (fires || silent)
                        {
                            Assert.Equal(silent || !own.IsHard ? onRest : 0, plain[place], 1e-6);
                            known++;
                        }

                        // A multiplier on an assumption moves the slope by itself, one that pays for nothing does not.
                        float before = parameters[layer][lines.Width(layer) + at];
                        parameters[layer][lines.Width(layer) + at] = 0.5f;
                        lines.Bound(margin, split, parameters, null);
                        int phase = split.Phases[layer][at];
                        Assert.Equal(plain[place] + (phase < 0 ? 0.5f : phase > 0 ? -0.5f : 0), lines.Slopes()[place], 1e-5);
                        multiplied += phase == 0 ? 0 : 1;
                        parameters[layer][lines.Width(layer) + at] = before;
                    }
                }

                // Where both sides rise alike there is a gradient, and it is that.
                for (int layer = 0; layer < open.Layers.Length; layer++)
                {
                    for (int at = 0; at < parameters[layer].Length; at++)
                    {
                        const float Step = 1f / 4096;
                        double Moved(float by)
                        {
                            float before = parameters[layer][at];
                            parameters[layer][at] = before + by;
                            double moved = lines.Bound(margin, split, parameters, null);
                            parameters[layer][at] = before;
                            return moved;
                        }

                        double up = (Moved(Step) - bound) / Step, down = (bound - Moved(-Step)) / Step;
                        if (Math.Abs(up - down) < 1e-3 * (1 + Math.Abs(up)))
                        {
                            Assert.True(Math.Abs(((up + down) / 2) - gradients[layer][at]) <= 2e-3 * (1 + Math.Abs(up)), $"{layout} {seed} {round}: the gradient of {layer}, {at} is {gradients[layer][at]}, but the bound moves by {up} and {down}");
                            compared++;
                        }
                    }
                }
            }
        }

        Assert.True(known > 0 && multiplied > 0 || layout is "single" or "bare" or "membrane", $"{layout}: {known} known, {multiplied} multiplied");
        Assert.True(compared > 10, $"{layout}: {compared} gradients");
    }

    /// <summary>What was never computed is not a number: what lies behind nothing that is open must not count as silent.</summary>
    [Fact]
    public void NothingIsKnownBeforeTheFirstCase()
    {
        var network = TinyNetwork.Of("deep", 1);
        var bounds = new CaseBounds(TinySearch.Of(network, TinySet.Of(network, 1), 0, 1));
        foreach (double[][] kind in new[] { bounds.CurrentLower, bounds.CurrentUpper, bounds.Lower, bounds.Upper, bounds.SpikeLower, bounds.SpikeUpper })
        {
            Assert.All(kind, layer => Assert.All(layer, value => Assert.True(double.IsNaN(value))));
        }
    }

    /// <summary>A margin of rates whose neurons are settled is what is settled of it.</summary>
    [Fact]
    public void SettledSpikesCount()
    {
        var network = TinyNetwork.Of("dense", 1);
        var open = TinySearch.Of(network, TinySet.Of(network, 1), 0, 1);
        var (known, bounds) = (new Case(open), new CaseBounds(open));
        known.Load(new(null, false, open.Input));
        Assert.Equal(CaseState.Bounded, bounds.Run(known));
        var margin = open.Margins[0];
        double both = bounds.Margin(margin, known.Phases[^1]), own = bounds.Margin(margin with { Other = -1 }, known.Phases[^1]), other = bounds.Margin(margin with { Own = -1 }, known.Phases[^1]);
        Assert.Equal(both, own + other, 1e-12);
        Assert.Equal(2.0 / network.Steps, bounds.Margin(margin with { Own = -1, Other = -1, SettledCount = 2 }, known.Phases[^1]), 1e-12);
        Assert.Equal(both - (1.0 / network.Steps), bounds.Margin(margin with { SettledCount = -1 }, known.Phases[^1]), 1e-12);
    }

    /// <summary>Each use of a membrane costs what it may be off by, and the whole what float64 sums may lose.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void LinesPayForWhatTheyUse(string layout)
    {
        const double Error = 1e-5;
        foreach (var (network, set, seed) in Cases(layout))
        {
            var random = new Random(seed);
            float[]? slopes = null;
            double Bound(double error, out double guard)
            {
                var open = TinySearch.Of(network, set, 0, 1, error);
                var (known, bounds) = (new Case(open), new CaseBounds(open));
                known.Load(new(null, false, open.Input));
                Assert.Equal(CaseState.Bounded, bounds.Run(known));
                var lines = new Lines(open, bounds);
                slopes ??= [.. Enumerable.Range(0, open.Layers.Length).SelectMany(layer => Enumerable.Range(0, lines.Width(layer)).Select(_ => random.Next(-4, 5) / 4f))];
                double bound = lines.Bound(open.Margins[0], known, slopes);
                // By the definition of its lines, with the slopes that were taken.
                var (checkedBy, input) = (network.Build<Rational>(), set.Build<Rational>());
                var patterns = checkedBy.HasConstantInput && !checkedBy.Stages[0].Neurons.HavePeriods ? new PatternTrains<Rational>(checkedBy.Stages[0].Neurons, network.Steps) : null;
                var found = new IntervalPass<Rational>(checkedBy, input, new() { Trains = true, Products = true, Assumptions = new() }, patterns).TryRun()!;
                guard = new MarginBounds<Rational>(checkedBy, input, found).ByLines(0, 1, new Given(open, slopes, checkedBy.MarginScale)).ToDouble() - bound;
                return bound;
            }

            double without = Bound(0, out double guard), with = Bound(Error, out _), cost = slopes!.Sum(slope => Math.Abs((double)slope)) * Error;
            Assert.InRange(guard, 0.9e-9, Blur * (1 + Math.Abs(without)));
            // Wider intervals cost besides, of the same order.
            Assert.InRange(without - with, cost * 0.999, (cost * 1.001) + (100 * Error));
            Assert.True(with < without, layout);
        }
    }

    /// <summary>Searches are closed where no input is wrong, refuted where one is found, and never the other way round.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void SearchesFindWhatIsTrue(string layout)
    {
        int settled = 0, all = 0;
        foreach (var (network, set, seed) in Cases(layout))
        {
            double scale = network.Scale;
            foreach (var (own, rival) in new[] { (0, 1), (1, 0) })
            {
                double Margin(double[][] point) => network.Run(point) is var run ? (run.Logits[own] - run.Logits[rival]) / scale : 0;
                double least = set.Members.Min(Margin);
                var open = TinySearch.Of(network, set, own, rival);
                var clock = new SearchClock(TimeSpan.FromMinutes(5), 60, 1, CancellationToken.None);
                var search = new MarginSearch(
                    open, open.Margins[0], new() { Iterations = 10, Branching = (Branching)(seed % 4) }, clock,
                    point => Margin([.. point.Chunk(open.Input.Entries)]) <= 0);
                search.Run();
                Assert.False(search.IsClosed && least <= 0, $"{layout} {seed}: closed, but an input has {least}");
                Assert.False(search.IsRefuted && search.IsClosed, $"{layout} {seed}: both");
                Assert.True(search.Bound <= Math.Max(least, open.Guard), $"{layout} {seed}: {search.Bound} of {least}");
                Assert.True(!search.IsClosed || search.Bound > MarginSearch.Goal);
                settled += search.IsClosed || search.IsRefuted ? 1 : 0;
                // A tie is no certificate, and a point that is found must be worse than one.
                all += least > 0.01 || least < -0.01 ? 1 : 0;
            }
        }

        Assert.True(settled >= 0.7 * all, $"{layout}: {settled} of {all} were settled");
    }

    /// <summary>What is no number, or infinite, or fails, closes nothing: not the case that it happens in, and not those around it.</summary>
    [Theory]
    [InlineData("lower"), InlineData("upper"), InlineData("currents"), InlineData("least"), InlineData("place")]
    public void WhatGoesWrongClosesNothing(string operation)
    {
        int happened = 0, open = 0;
        foreach (var (network, set, _) in Cases("dense").Concat(Cases("recording")))
        {
            foreach (double planted in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            {
                for (int at = 1; at < 4; at++)
                {
                    var fault = new FaultySet.Fault(values => Array.Fill(values, planted), at, operation);
                    var search = Faulty(network, set, fault, out double least);
                    search.Run();
                    happened += fault.Happened ? 1 : 0;
                    open += fault.Happened && !search.IsClosed ? 1 : 0;
                    Assert.False(search.IsClosed && least <= 0, $"{operation} {planted} {at}: closed, but an input has {least}");
                    Assert.False(search.IsClosed && !double.IsFinite(search.Bound));
                    Assert.True(!search.IsClosed || !fault.Happened || operation is "place" || at > 1, $"{operation} {planted}: the first case is closed");
                }
            }

            var thrown = new FaultySet.Fault(_ => throw new InvalidDataException("planted"), 1, operation);
            var failing = Faulty(network, set, thrown, out _);
            if (Record.Exception(() => failing.Run()) is { } failure)
            {
                Assert.IsType<InvalidDataException>(failure);
                Assert.False(failing.IsClosed);
            }
            else
            {
                Assert.False(thrown.Happened);
            }
        }

        Assert.True(happened > 10 && open > 5, $"{happened} happened, {open} left the search open");

        static MarginSearch Faulty(TinyNetwork network, TinySet set, FaultySet.Fault fault, out double least)
        {
            double Margin(double[][] point) => network.Run(point) is var run ? (run.Logits[0] - run.Logits[1]) / network.Scale : 0;
            least = set.Members.Min(Margin);
            var open = TinySearch.Of(network, set, 0, 1);
            open = open with { Input = new FaultySet(open.Input, fault) };
            return new(open, open.Margins[0], new() { Iterations = 4 }, new(TimeSpan.FromMinutes(5), 30, 1, CancellationToken.None), _ => false);
        }
    }

    /// <summary>Cases that nobody works on stay open, and a search goes on where it was stopped.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void WhatIsNotWorkedOnStaysOpen(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout))
        {
            double Margin(double[][] point) => network.Run(point) is var run ? (run.Logits[0] - run.Logits[1]) / network.Scale : 0;
            double least = set.Members.Min(Margin);
            var open = TinySearch.Of(network, set, 0, 1);
            MarginSearch Search(SearchClock clock) => new(open, open.Margins[0], new() { Iterations = 6 }, clock, _ => false);
            var whole = Search(new(TimeSpan.FromMinutes(5), 200, 1, CancellationToken.None));
            whole.Run();
            var late = Search(new(TimeSpan.Zero, null, 1, CancellationToken.None));
            late.Run();
            Assert.False(late.IsClosed);
            Assert.True(late.CanGoOn && late.Bound < 0);
            var clock = new SearchClock(TimeSpan.FromMinutes(5), 200, 1, CancellationToken.None);
            var slow = Search(clock);
            for (int turn = 0; turn < 200 && slow.CanGoOn; turn++)
            {
                Assert.False(slow.IsClosed && least <= 0);
                double before = slow.Bound;
                long used = clock.Used;
                slow.Run(1);
                Assert.InRange(clock.Used - used, 0, 1);
                Assert.True(slow.Bound >= before, $"{layout} {seed}: a bound falls from {before} to {slow.Bound}");
            }

            Assert.Equal(whole.IsClosed, slow.IsClosed);
        }
    }

    private static IEnumerable<(TinyNetwork Network, TinySet Set, int Seed)> Cases(string layout) =>
        from seed in Enumerable.Range(0, layout is "recording" or "single event" ? 8 : layout == "single" ? 12 : 3)
        let network = TinyNetwork.Of(layout, seed, isFine: true)
        let set = TinySet.Of(network, seed)
        where set is not TinySet.Moves
        select (network, set, seed);

    // A node some splits below, and the same splits in the checker's words.
    private static (Node Node, (Assumptions Assumed, IInputSet<Float64> Input) Side) Drawn(
        OpenNetwork open, Node node, (Assumptions Assumed, IInputSet<Float64> Input) side, Network<Float64> network, PatternTrains<Float64>? patterns, Random random, int depth)
    {
        for (int i = 0; i < depth; i++)
        {
            bool second = random.Next(2) == 0;
            int layer = random.Next(open.Layers.Length), unit = random.Next(open.Layers[layer].Count), step = random.Next(open.Steps);
            var assumed = side.Assumed;
            var input = side.Input;
            Split split;
            if (random.Next(3) == 0)
            {
                int entry = random.Next(open.Input.Entries);
                double value = random.Next(9) / 8.0;
                split = open.Input.Steps == 1 ? Split.Pixel(entry, value) : Split.Entry(step, entry);
                input = open.Input.Steps == 1 ? input.Cut(entry, value, second) : input.Fix(step, entry, second);
                bool isEmpty = node.Input.Cut(split, second) is null;
                // Entries that may not change at all are nobody's split.
                if (input is null || isEmpty)
                {
                    Assert.True(input is null == isEmpty || open.Input.Steps > 1);
                    continue;
                }
            }
            else if (open.Layers[layer].HasTrains)
            {
                int train = random.Next(open.Layers[layer].Trains!.All.Length - 1);
                split = Split.Train(unit, train);
                var own = open.Layers[layer].Trains!.All[train];
                assumed = patterns is not null ? assumed.With(unit, own.Fires, below: second)
                    : second ? assumed.With(unit, own.Period + 1, open.Steps + 1, open.Steps) : assumed.With(unit, 1, own.Period, open.Steps);
            }
            else
            {
                split = Split.Spike(layer, step, unit);
                assumed = assumed.With(layer, step, unit, second ? Phase.Fires : Phase.Silent);
            }

            if (assumed is null)
            {
                continue;
            }

            node.Split = split;
            node = new(node, second, split.Kind is SplitKind.Pixel or SplitKind.Entry ? node.Input.Cut(split, second)! : node.Input);
            side = (assumed, input);
        }

        return (node, side);
    }

    private static void SameIntervals(OpenNetwork open, CaseBounds bounds, NetworkBounds<Float64> found, string name)
    {
        for (int index = 0; index < open.Layers.Length; index++)
        {
            var (layer, stage) = (open.Layers[index], found.Stages[index]);
            for (int at = 0; at < open.Steps * layer.Count; at++)
            {
                var (t, n) = (at / layer.Count, at % layer.Count);
                var (low, high) = (bounds.SpikeLower[index][at], bounds.SpikeUpper[index][at]);
                var phase = low == 1 ? Phase.Fires : high == 0 ? Phase.Silent : Phase.Open;
                Assert.True(phase == stage.Phases[t][n], $"{name}: neuron {n} of layer {index} at step {t} is {phase}, not {stage.Phases[t][n]}");
                if (!layer.HasTrains)
                {
                    Assert.InRange(stage.Membranes[t][n].Lower.Value - bounds.Lower[index][at], -1e-12, 1e-6);
                    Assert.InRange(bounds.Upper[index][at] - stage.Membranes[t][n].Upper.Value, -1e-12, 1e-6);
                }
            }
        }
    }

    private static void Near(double proved, double searched, string name) =>
        Assert.True(searched <= proved + 1e-9 && searched >= proved - (Blur * Math.Max(1, Math.Abs(proved))), $"{name}: the search has {searched}, the checker {proved}");

    private sealed class Given(OpenNetwork open, float[] slopes, double scale) : ISlopes
    {
        /// <inheritdoc/>
        public bool Always => true;

        /// <inheritdoc/>
        public double? Of(in Meeting meeting) => scale * slopes[Start(meeting.Layer) + (meeting.Neuron * open.Steps) + meeting.Step];

        /// <inheritdoc/>
        public double? OfTrain(in TrainMeeting meeting) => scale * slopes[meeting.Neuron];

        private int Start(int layer) => open.Layers.Take(layer).Sum(own => own.Count * (own.HasTrains ? 1 : open.Steps));
    }
}
