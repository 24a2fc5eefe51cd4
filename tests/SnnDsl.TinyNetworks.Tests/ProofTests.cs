using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Proofs;
using SnnDsl.Verification.Records;
using SnnDsl.Verification.Tests;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Proofs by cases: what follows from any of them holds of every input, and is the least over the cases.</summary>
public class ProofTests
{
    private const int Draws = 5;

    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts];

    [Theory, MemberData(nameof(Layouts))]
    public void NoInputHasLess(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout))
        {
            var random = new Random(seed);
            var runs = IntervalTests.Runs(network, set);
            double scale = network.Scale;
            for (int draw = 0; draw < Draws; draw++)
            {
                var (own, rival) = draw % 2 == 0 ? (0, 1) : (1, 0);
                double least = runs.Min(run => run.Logits[own] - run.Logits[rival]) / scale;
                string text = RandomProof.Of(network.Build<Float64>(), random, patterns: draw < 4);
                var file = RandomProof.File(text, own, rival);
                double rounded = new TreeProof<Float64>(network.Build<Float64>(), set.Build<Float64>(), file, float32: draw >= 4).Margin(own, rival).Value;
                Assert.True(rounded <= least, $"{layout} {seed}: proves {rounded}, but an input has {least}: {text}");
                if (draw < 2)
                {
                    double exact = new TreeProof<Rational>(network.Build<Rational>(), set.Build<Rational>(), file, float32: false).Margin(own, rival).ToDouble();
                    Assert.True(exact <= least && rounded <= exact && rounded >= exact - 1e-9, $"{layout} {seed}: fractions prove {exact}, float64 {rounded}, an input has {least}: {text}");
                }
            }
        }
    }

    /// <summary>Splits of spikes, pixels and entries: the least over the cases' own bounds, those without inputs left out.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void CasesGiveTheDefinition(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout).Where(known => known.Set is not TinySet.Moves && !Trains(known.Network)))
        {
            var random = new Random(seed + 1);
            for (int draw = 0; draw < 2; draw++)
            {
                Dictionary<(int, int, int), int> phases = [];
                var (text, least) = Tree(network, set, phases, random, 2, 0, 1);
                var proof = RandomProof.File($$"""{"layers":[],"tree":{{text}}}""", 0, 1);
                double found = new TreeProof<Rational>(network.Build<Rational>(), set.Build<Rational>(), proof, float32: false).Margin(0, 1).ToDouble();
                Assert.True(Math.Abs(found - least) < 1e-12 || (found > 1e300 && double.IsPositiveInfinity(least)), $"{layout} {seed}: proves {found}, by definition {least}: {text}");
            }

            // A margin without a proof has the whole set's bound.
            var reference = new ReferenceBounds(network, set, (_, _, _) => 0, products: true);
            reference.Run();
            var none = RandomProof.File("""{"layers":[],"tree":{"leaf":"counts"}}""", 0, 2);
            if (network.Classes > 2)
            {
                Assert.Equal(reference.ByIntervals(0, 1), new TreeProof<Rational>(network.Build<Rational>(), set.Build<Rational>(), none, float32: false).Margin(0, 1).ToDouble(), 1e-12);
            }
        }
    }

    [Theory]
    [InlineData("dense", """{"spike":[2,0,0],"silent":L,"fires":L}"""), InlineData("dense", """{"spike":[-1,0,0],"silent":L,"fires":L}""")]
    [InlineData("dense", """{"spike":[0,9,0],"silent":L,"fires":L}"""), InlineData("dense", """{"spike":[0,0,3],"silent":L,"fires":L}""")]
    [InlineData("dense", """{"pixel":[2,0.5],"below":L,"above":L}"""), InlineData("dense", """{"entry":[0,0],"kept":L,"flipped":L}""")]
    [InlineData("dense", """{"train":[0,1],"within":L,"beyond":L}"""), InlineData("bare", """{"train":[2,1],"within":L,"beyond":L}""")]
    [InlineData("bare", """{"train":[0,0],"within":L,"beyond":L}"""), InlineData("bare", """{"train":[0,99],"within":L,"beyond":L}""")]
    [InlineData("bare", """{"pattern":[0,"01"],"atLeast":L,"less":L}"""), InlineData("recording", """{"pixel":[0,0.5],"below":L,"above":L}""")]
    [InlineData("recording", """{"entry":[3,0],"kept":L,"flipped":L}"""), InlineData("recording", """{"entry":[0,2],"kept":L,"flipped":L}""")]
    [InlineData("poisson", """{"train":[0,1],"within":L,"beyond":L}"""), InlineData("poisson", """{"entry":[0,0],"kept":L,"flipped":L}""")]
    [InlineData("dense", """{"leaf":"lines","slopes":"AAAA"}"""), InlineData("dense", """{"leaf":"lines","slopes":"?"}""")]
    public void WhatIsNotThereIsDamage(string layout, string tree)
    {
        // The seed whose first layer has periods, or has none.
        var network = Enumerable.Range(0, 24).Select(seed => TinyNetwork.Of(layout, seed)).First(own => Trains(own) == (layout == "bare"));
        var set = TinySet.Of(network, 0);
        string text = tree.Replace(":L", """:{"leaf":"counts"}""");
        var error = Assert.Throws<RejectedException>(() => new TreeProof<Float64>(
            network.Build<Float64>(), set.Build<Float64>(), RandomProof.File($$"""{"layers":[],"tree":{{text}}}""", 0, 1), float32: false).Margin(0, 1));
        Assert.StartsWith("The proof of the margin over class 1 is damaged: ", error.Message);
        Assert.EndsWith(".", error.Message);
    }

    [Theory]
    [InlineData("""[{"layer":0,"trains":false,"neurons":[0,0]}]"""), InlineData("""[{"layer":2,"trains":false,"neurons":[0]}]""")]
    [InlineData("""[{"layer":-1,"trains":false,"neurons":[0]}]"""), InlineData("""[{"layer":0,"trains":false,"neurons":[3]}]""")]
    [InlineData("""[{"layer":0,"trains":false,"neurons":[-1]}]"""), InlineData("""[{"layer":1,"trains":true,"neurons":[0]}]""")]
    [InlineData("""[{"layer":0,"trains":true,"neurons":[1,1]}]""")]
    public void NeuronsAreListedOnceWhereTheyAre(string layers)
    {
        var network = TinyNetwork.Of("dense", 0);
        Assert.Throws<RejectedException>(() => new TreeProof<Float64>(
            network.Build<Float64>(), TinySet.Of(network, 0).Build<Float64>(),
            RandomProof.File($$$"""{"layers":{{{layers}}},"tree":{"leaf":"counts"}}""", 0, 1), float32: false).Margin(0, 1));
    }

    /// <summary>Trains without periods are spoken of where they bound the first layer alone: not of the float32 network, nor where neurons are bounded step by step or have periods.</summary>
    [Theory, InlineData("dense", true, false, true), InlineData("dense", true, true, false), InlineData("dense", false, false, false), InlineData("bare", true, false, false), InlineData("recording", true, false, false)]
    public void PatternsAreOfWholeTrains(string layout, bool trains, bool float32, bool isFine)
    {
        var network = Enumerable.Range(0, 24).Select(seed => TinyNetwork.Of(layout, seed)).First(own => Trains(own) == (layout == "bare"));
        string word = new('0', network.Steps), tree = $$$"""{"pattern":[0,"{{{word}}}"],"atLeast":{"leaf":"counts"},"less":{"leaf":"counts"}}""";
        string listed = layout == "recording" ? "[]" : $$"""[{"layer":0,"neurons":[0],"trains":{{(trains ? "true" : "false")}} }]""";
        var proof = new TreeProof<Float64>(network.Build<Float64>(), TinySet.Of(network, 0).Build<Float64>(), RandomProof.File($$$"""{"layers":{{{listed}}},"tree":{{{tree}}} }""", 0, 1), float32);
        Assert.Equal(isFine, Record.Exception(() => proof.Margin(0, 1)) is not RejectedException);
    }

    private static bool Trains(TinyNetwork network) =>
        network.Encoding == Encoding.Direct && network.Layers.First(layer => layer.Kind == "Lif").Constants is var own && own["reset"] == "Hard" && own["resetValue"] == "0";

    // A random tree and its bound; infinite where no input is left.
    private static (string Text, double Least) Tree(TinyNetwork network, TinySet set, Dictionary<(int, int, int), int> phases, Random random, int depth, int own, int rival)
    {
        if (depth == 0)
        {
            var reference = new ReferenceBounds(network, set, (layer, t, i) => phases.GetValueOrDefault((layer, t, i)), products: true);
            return ("""{"leaf":"counts"}""", reference.Run() ? reference.ByIntervals(own, rival) : double.PositiveInfinity);
        }

        if (random.Next(2) == 0 && set.Split(random) is var (text, names, first, second))
        {
            var (one, other) = (Side(first), Side(second));
            return ($"{{{text},\"{names.First}\":{one.Text},\"{names.Second}\":{other.Text}}}", Math.Min(one.Least, other.Least));

            (string Text, double Least) Side(TinySet? side) => side is null ? ("""{"leaf":"empty"}""", double.PositiveInfinity) : Tree(network, side, phases, random, depth - 1, own, rival);
        }

        var layers = network.Layers.Where(layer => layer.Kind == "Lif").ToList();
        int at = random.Next(layers.Count);
        var key = (at, random.Next(network.Steps), random.Next(layers[at].Output.Aggregate((a, b) => a * b)));
        var silent = Assumed(-1);
        var fires = Assumed(1);
        return ($"{{\"spike\":[{key.at},{key.Item2},{key.Item3}],\"silent\":{silent.Text},\"fires\":{fires.Text}}}", Math.Min(silent.Least, fires.Least));

        (string Text, double Least) Assumed(int phase)
        {
            if (phases.GetValueOrDefault(key) == -phase)
            {
                return ("""{"leaf":"empty"}""", double.PositiveInfinity);
            }

            return Tree(network, set, new(phases) { [key] = phase }, random, depth - 1, own, rival);
        }
    }
}
