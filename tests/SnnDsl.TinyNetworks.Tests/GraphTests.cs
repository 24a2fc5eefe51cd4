using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Networks whose layers are a graph, whose neurons are stated by equations, or whose spikes come back: as the definition says, and never above an input.</summary>
public class GraphTests
{
    public static TheoryData<string> Layouts => [.. TinyNetwork.Graphs];

    [Theory, MemberData(nameof(Layouts))]
    public void FractionsGiveTheDefinition(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout))
        {
            var slopes = new Hints(seed, always: true);
            var reference = new GraphReference(network, set, slopes.At);
            reference.Run();
            var (checkedBy, input) = (network.Build<Rational>(), set.Build<Rational>());
            var known = new IntervalPass<Rational>(checkedBy, input).Run();
            for (int layer = 0; layer < known.Stages.Count; layer++)
            {
                for (int t = 0; t < network.Steps; t++)
                {
                    for (int i = 0; i < known.Stages[layer].Stage.Width; i++)
                    {
                        var (own, found) = (reference.Stages[layer][i], known.Stages[layer]);
                        string name = $"{network.Text} {seed}: {layer} {t} {i}";
                        Assert.True(own.Phases[t] == (int)found.Phases[t][i], name);
                        Assert.True(own.Phases[t] == 1 || Near(own.Guards[t].Lower, found.Membranes[t][i].Lower.ToDouble()), name);
                        Assert.True(own.Phases[t] == -1 || Near(own.Guards[t].Upper, found.Membranes[t][i].Upper.ToDouble()), name);
                    }
                }

                for (int i = 0; i < known.Stages[layer].Stage.Width && known.Stages[layer].States is not null; i++)
                {
                    int[] phases = reference.Stages[layer][i].Phases;
                    Assert.Equal((phases.Count(phase => phase == 1), phases.Count(phase => phase != -1)), known.Stages[layer].Count(i));
                }
            }

            foreach (var (own, rival) in new[] { (0, 1), (1, 0) })
            {
                double lines = reference.ByLines(own, rival), found = new BackwardWalk<Rational>(checkedBy, input, known, slopes).Margin(own, rival).ToDouble();
                Assert.True(Math.Abs(lines - found) <= 1e-9 * (1 + Math.Abs(lines)), $"{network.Text} {seed}: {found:R}, by definition {lines:R}");
                if (!checkedBy.EndsInNeurons)
                {
                    Assert.Equal(reference.OverSpikes(own, rival), new MarginBounds<Rational>(checkedBy, input, known).ByIntervals(own, rival).ToDouble(), 1e-9);
                }
            }
        }
    }

    /// <summary>A walk that starts on a membrane knows chains alone, and says so: in a graph it would take the layer before for the source.</summary>
    [Fact]
    public void RowsOnMembranesAreOfChainsAlone()
    {
        var tiny = TinyNetwork.Of("currents", 0);
        var (network, set) = (tiny.Build<Rational>(), TinySet.Of(tiny, 0).Build<Rational>());
        var known = new IntervalPass<Rational>(network, set, new()).Run();
        var walk = new BackwardWalk<Rational>(network, set, known, new JointSlopes(trains: false));
        Assert.Contains("chains of layers alone", Assert.Throws<InvalidOperationException>(() => walk.Membrane(1, 0, 0, 1)).Message);
    }

    [Theory, MemberData(nameof(Layouts))]
    public void NoInputHasLess(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout, isFine: true).Concat(Cases(layout)))
        {
            var runs = IntervalTests.Runs(network, set);
            foreach (bool float32 in new[] { false, true })
            {
                var bounds = new MarginBounds<Float64>(network.Build<Float64>(), set.Build<Float64>(), new PassOptions { Float32 = float32 });
                var exact = new MarginBounds<Rational>(network.Build<Rational>(), set.Build<Rational>(), new PassOptions { Float32 = float32 });
                runs.ForEach(run => IntervalTests.Within(run, bounds.Intervals, $"{network.Text} {seed}"));
                foreach (var (own, rival) in new[] { (0, 1), (1, 0) })
                {
                    double least = runs.Min(run => run.Logits[own] - run.Logits[rival]) / network.Scale;
                    foreach (ISlopes slopes in new ISlopes[] { new JointSlopes(trains: true), new PaperSlopes(), new Hints(seed, always: true) })
                    {
                        double line = bounds.ByLines(own, rival, slopes).Value;
                        Assert.True(line <= least, $"{network.Text} {seed}: proves {line}, but an input has {least}");
                        if (slopes is Hints)
                        {
                            Assert.InRange(exact.ByLines(own, rival, slopes).ToDouble() - line, 0, 1e-7);
                        }
                    }

                    Assert.InRange(bounds.ByIntervals(own, rival).Value, exact.ByIntervals(own, rival).ToDouble() - 1e-9, least);
                }
            }
        }
    }

    /// <summary>What float32 may lose where values are added up and where spikes come back, as the mathematics says.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void SumsAreChargedWhatTheyCanLose(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout))
        {
            var (checkedBy, input) = (network.Build<Rational>(), set.Build<Rational>());
            var known = new IntervalPass<Rational>(checkedBy, input, new PassOptions { Float32 = true }).Run();
            foreach (var stage in known.Stages.Where(stage => stage.Stage.Recurrence is not null))
            {
                for (int t = 1; t < network.Steps; t++)
                {
                    for (int i = 0; i < stage.Stage.Width; i++)
                    {
                        double loss = Charges.Loss(2, stage.Maps[t][^1][i].Magnitude.ToDouble() + stage.Back[t]![i].Magnitude.ToDouble());
                        Assert.InRange(stage.BackError(t, i).ToDouble(), loss, loss * (1 + 1e-9));
                        Assert.Equal(stage.Maps[t][^1][i].Lower.ToDouble() + stage.Back[t]![i].Lower.ToDouble() - loss, stage.Currents(t)[i].Lower.ToDouble(), 1e-11);
                        Assert.Equal(stage.Maps[t][^1][i].Upper.ToDouble() + stage.Back[t]![i].Upper.ToDouble() + loss, stage.Currents(t)[i].Upper.ToDouble(), 1e-11);
                    }
                }
            }

            for (int at = 0; checkedBy.Graph is { } graph && at < graph.Count; at++)
            {
                if (graph[at] is not { Maps: null, Stage: < 0, Delay: 0, Joins: false })
                {
                    continue;
                }

                for (int t = 0; t < network.Steps; t++)
                {
                    for (int i = 0; i < graph[at].Size; i++)
                    {
                        var parts = graph[at].Sources.Select(source => known.Nodes[source][t][^1][i]).ToList();
                        double size = parts.Sum(part => part.Magnitude.ToDouble()), loss = Charges.Loss(parts.Count, size);
                        Assert.Equal(size, known.Nodes[at][t][^1].Sums[i].ToDouble(), 1e-12);
                        Assert.Equal(parts.Sum(part => part.Lower.ToDouble()) - loss, known.Nodes[at][t][^1].Lower[i].ToDouble(), 1e-11);
                        Assert.Equal(parts.Sum(part => part.Upper.ToDouble()) + loss, known.Nodes[at][t][^1].Upper[i].ToDouble(), 1e-11);
                    }
                }
            }
        }
    }

    /// <summary>A walk back pays for each sum, of nodes and of what comes back, by its coefficients: twice the sum, twice the payment.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void WalksPayForWhatIsAddedUp(string layout)
    {
        int paid = 0;
        foreach (var (network, set, seed) in Cases(layout, isFine: true))
        {
            var slopes = new Hints(seed, always: true);
            var reference = new GraphReference(network, set, slopes.At);
            reference.Run();
            var (checkedBy, input) = (network.Build<Rational>(), set.Build<Rational>());
            var known = new IntervalPass<Rational>(checkedBy, input, new PassOptions { Float32 = true }).Run();
            double Margin(NetworkBounds<Rational> bounds) => new BackwardWalk<Rational>(checkedBy, input, bounds, slopes).Margin(0, 1).ToDouble();
            double margin = Margin(known);
            reference.ByLines(0, 1);
            void Check(double cost, double after, string what)
            {
                paid += cost > 0 ? 1 : 0;
                Assert.True(Math.Abs(cost - ((margin - after) * network.Scale)) <= 1e-4 * cost, $"{network.Text} {seed}: {what} costs {(margin - after) * network.Scale:R}, by definition {cost:R}");
            }

            string[] names = [.. network.Layers.Where(layer => layer.Kind != "Recurrent").Select(layer => layer.Name)];
            for (int at = 0; checkedBy.Graph is { } graph && at < graph.Count; at++)
            {
                if (graph[at] is not { Maps: null, Stage: < 0, Delay: 0, Joins: false })
                {
                    continue;
                }

                Assert.Equal(graph.Count, names.Length);
                double[][] form = reference.Forms[names[at]];
                // Values that are the same at every step are computed once.
                form = graph[at].IsConstant ? [form.Aggregate((sum, step) => [.. sum.Zip(step, (a, b) => a + b)])] : form;
                var sums = form.Select((_, t) => known.Nodes[at][t][^1].Sums).ToList();
                double cost = form.SelectMany((step, t) => step.Select((a, i) =>
                    Math.Abs(a) * (Charges.Loss(graph[at].Sources.Length, 2 * sums[t][i].ToDouble()) - Charges.Loss(graph[at].Sources.Length, sums[t][i].ToDouble())))).Sum();
                var nodes = known.Nodes.ToArray();
                nodes[at] = [.. nodes[at].Select(boxes => (IReadOnlyList<Box<Rational>>)[boxes[^1] with { Sums = [.. boxes[^1].Sums.Select(sum => sum + sum)] }])];
                Check(cost, Margin(known with { Nodes = nodes }), $"the sum {names[at]}");
            }

            for (int layer = 0; layer < known.Stages.Count; layer++)
            {
                var stage = known.Stages[layer];
                for (int t = 1; t < network.Steps && stage.Stage.Recurrence is not null; t++)
                {
                    double[] onCurrents = [.. reference.Stages[layer].Select(neuron => neuron.OnCurrents[t])];
                    double Cost() => Enumerable.Range(0, onCurrents.Length).Sum(i => Math.Abs(onCurrents[i]) * stage.BackError(t, i).ToDouble());
                    var (before, back) = (Cost(), stage.Back[t]!);
                    // Only their size is asked for: values are bounded already.
                    stage.Back[t] = back with { Lower = [.. back.Lower.Select(end => end + end)], Upper = [.. back.Upper.Select(end => end + end)] };
                    Check(Cost() - before, Margin(known), $"what comes back to layer {layer} at {t}");
                    stage.Back[t] = back;
                }
            }
        }

        Assert.True(paid > 0 || layout is "joined" or "delayed" or "mean" or "mapped", layout);
    }

    [Fact]
    public void SumsOfNothingMayUnderflow() => Assert.Equal(Charges.Loss(2, 0), IntervalPass<Rational>.SumLoss(2, default).ToDouble());

    private static bool Near(double expected, double found) => Math.Abs(expected - found) <= 1e-11 * (1 + Math.Abs(expected));

    private static IEnumerable<(TinyNetwork Network, TinySet Set, int Seed)> Cases(string layout, bool isFine = false) =>
        from seed in Enumerable.Range(0, 6)
        let network = TinyNetwork.Of(layout, seed, isFine)
        // Retimed spikes are bounded by less than their members.
        let set = TinySet.Of(network, network.Encoding == Encoding.Spikes ? seed - (seed % 4 / 3) : seed)
        select (network, set, seed);
}
