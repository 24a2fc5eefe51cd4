using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>The checker's intervals, counts and phases: those of the definition in fractions, and never inside what an input does.</summary>
public class IntervalTests
{
    private const int Seeds = 3;

    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts];

    [Theory, MemberData(nameof(Layouts))]
    public void FractionsGiveTheDefinition(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout))
        {
            foreach (bool products in new[] { false, true })
            {
                // Relaxed: gains shared out between pixels are not seen by one step.
                if (set is TinySet.Moves)
                {
                    continue;
                }

                var reference = new ReferenceBounds(network, set, (_, _, _) => 0, products);
                Assert.True(reference.Run());
                var bounds = new MarginBounds<Rational>(network.Build<Rational>(), set.Build<Rational>(), new PassOptions { Products = products });
                Same(reference, bounds.Intervals, $"{layout} {seed} {products}");
                foreach (var (own, rival) in new[] { (0, 1), (1, 0) })
                {
                    Assert.Equal(reference.ByIntervals(own, rival), bounds.ByIntervals(own, rival).ToDouble(), 1e-12);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void AssumptionsCutTheSetAndNothingElse(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout))
        {
            var random = new Random(seed);
            var assumed = new Assumptions();
            Dictionary<(int, int, int), int> phases = [];
            foreach (var (layer, width) in network.Layers.Where(layer => layer.Kind == "Lif").Select((layer, i) => (i, layer.Output.Aggregate((a, b) => a * b))))
            {
                var (step, neuron, fires) = (random.Next(network.Steps), random.Next(width), random.Next(2) == 0);
                assumed = assumed.With(layer, step, neuron, fires ? Phase.Fires : Phase.Silent)!;
                phases[(layer, step, neuron)] = fires ? 1 : -1;
                Assert.Null(assumed.With(layer, step, neuron, fires ? Phase.Silent : Phase.Fires));
            }

            var reference = new ReferenceBounds(network, set, (layer, t, i) => phases.GetValueOrDefault((layer, t, i)), products: true);
            bool holds = reference.Run();
            var runs = set.Members.Select(network.Run).Where(run => phases.All(fixedTo => run.Spikes[fixedTo.Key.Item1][fixedTo.Key.Item2][fixedTo.Key.Item3] == (fixedTo.Value == 1 ? 1 : 0))).ToList();
            var options = new PassOptions { Products = true, Assumptions = assumed };
            var found = new IntervalPass<Rational>(network.Build<Rational>(), set.Build<Rational>(), options).TryRun();
            Assert.False(found is null && runs.Count > 0, $"{layout} {seed}: inputs fit what is said to be empty");
            if (set is not TinySet.Moves)
            {
                Assert.Equal(holds, found is not null);
            }

            if (found is null)
            {
                Assert.Throws<InvalidOperationException>(() => new IntervalPass<Rational>(network.Build<Rational>(), set.Build<Rational>(), options).Run());
                continue;
            }

            if (set is not TinySet.Moves)
            {
                Same(reference, found, $"{layout} {seed}");
            }

            runs.ForEach(run => Within(run, found, $"{layout} {seed}"));
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void NoInputLiesOutside(string layout)
    {
        foreach (var (network, set, seed) in Cases(layout))
        {
            var runs = Runs(network, set);
            foreach (var options in Options)
            {
                string name = $"{layout} {seed} {options}";
                var rounded = Bounds<Float64>(network, set, options);
                runs.ForEach(run => Within(run, rounded, name));
                // Slopes are hints of float64 numbers: another digit can give another line.
                if (options.Refine is not null)
                {
                    continue;
                }

                var exact = Bounds<Rational>(network, set, options);
                // Few digits: float64 loses none where nothing is divided, and next to nothing elsewhere.
                for (int layer = 0; layer < exact.Stages.Count; layer++)
                {
                    for (int t = 0; t < network.Steps; t++)
                    {
                        for (int i = 0; i < exact.Stages[layer].Stage.Width; i++)
                        {
                            var (tight, loose) = (exact.Stages[layer].Membranes[t][i], rounded.Stages[layer].Membranes[t][i]);
                            Assert.InRange(tight.Lower.ToDouble() - loose.Lower.ToDouble(), 0, options.Float32 ? 1e-4 : 1e-12);
                            Assert.InRange(loose.Upper.ToDouble() - tight.Upper.ToDouble(), 0, options.Float32 ? 1e-4 : 1e-12);
                        }
                    }
                }
            }
        }
    }

    internal static readonly PassOptions[] Options =
    [
        new(), new() { Products = true }, new() { Trains = true }, new() { Float32 = true }, new() { Float32 = true, Trains = true },
        new() { Refine = new JointSlopes(trains: false) }, new() { Refine = new JointSlopes(trains: true), Trains = true, Slack = 1e-5, TrainSlack = 1.0 / (1 << 18), SpikesByMembranes = true },
        new() { Refine = new JointSlopes(trains: true), Float32 = true, Trains = true },
        new() { Refine = new JointSlopes(trains: true), Float32 = true, Trains = true, SpikesByMembranes = true },
    ];

    internal static IEnumerable<(TinyNetwork Network, TinySet Set, int Seed)> Cases(string layout, bool isFine = false) =>
        from seed in Enumerable.Range(0, layout == "recording" ? 8 : Seeds)
        let network = TinyNetwork.Of(layout, seed, isFine)
        select (network, TinySet.Of(network, seed), seed);

    private static NetworkBounds<T> Bounds<T>(TinyNetwork network, TinySet set, PassOptions options)
        where T : struct, IReal<T> => new IntervalPass<T>(network.Build<T>(), set.Build<T>(), options).Run();

    /// <summary>What the members do, each thing once.</summary>
    internal static List<TinyRun> Runs(TinyNetwork network, TinySet set) =>
        [.. set.Members.Select(network.Run).DistinctBy(run => string.Join(' ', run.Membranes.SelectMany(layer => layer.SelectMany(step => step))))];

    internal static void Within<T>(TinyRun run, NetworkBounds<T> bounds, string name)
        where T : struct, IReal<T>
    {
        for (int layer = 0; layer < bounds.Stages.Count; layer++)
        {
            var stage = bounds.Stages[layer];
            for (int i = 0; i < stage.Stage.Width; i++)
            {
                int count = 0;
                for (int t = 0; t < run.Membranes[layer].Length; t++)
                {
                    var (membrane, u) = (stage.Membranes[t][i], T.From(run.Membranes[layer][t][i]));
                    bool fires = run.Spikes[layer][t][i] == 1;
                    Assert.True(
                        membrane.Lower <= u && u <= membrane.Upper && stage.Phases[t][i] != (fires ? Phase.Silent : Phase.Fires),
                        $"{name}: membrane {i} of layer {layer} at step {t} is {run.Membranes[layer][t][i]}, outside [{membrane.Lower.ToDouble()}, {membrane.Upper.ToDouble()}] {stage.Phases[t][i]}");
                    count += fires ? 1 : 0;
                }

                Assert.InRange(count, stage.Count(i).Least, stage.Count(i).Most);
            }
        }
    }

    private static void Same(ReferenceBounds reference, NetworkBounds<Rational> bounds, string name)
    {
        for (int layer = 0; layer < bounds.Stages.Count; layer++)
        {
            var stage = bounds.Stages[layer];
            for (int i = 0; i < stage.Stage.Width; i++)
            {
                for (int t = 0; t < stage.Membranes.Length; t++)
                {
                    var (lower, upper, phase) = reference.Membranes[layer][t][i];
                    Assert.True(
                        (lower, upper, phase) == (stage.Membranes[t][i].Lower.ToDouble(), stage.Membranes[t][i].Upper.ToDouble(), (int)stage.Phases[t][i]),
                        $"{name}: membrane {i} of layer {layer} at step {t} is [{stage.Membranes[t][i].Lower.ToDouble()}, {stage.Membranes[t][i].Upper.ToDouble()}] {stage.Phases[t][i]}, by definition [{lower}, {upper}] {phase}");
                }

                Assert.Equal(reference.Count(layer, i), stage.Count(i));
            }
        }
    }
}
