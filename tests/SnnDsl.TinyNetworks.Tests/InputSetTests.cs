using System.Numerics;
using SnnDsl.Evaluation.Records;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>The checker's sets of inputs are their members: bounds, least values and splits are those of all of them, no more and no less.</summary>
public class InputSetTests
{
    private const int Draws = 120;

    public static TheoryData<string> Kinds => ["pixels", "nested", "flips", "moves", "limited moves"];

    [Theory, MemberData(nameof(Kinds))]
    public void SetsAreTheirMembers(string kind)
    {
        int split = 0, empty = 0;
        for (int seed = 0; seed < Draws; seed++)
        {
            var random = new Random(seed);
            var all = Draw(kind, random);
            Check(all, random, $"{kind} {seed}");
            for (int cut = 0; cut < Math.Min(4, all.Steps * all.Members[0][0].Length); cut++)
            {
                var (set, members, name) = all.Split(all, random);
                // What is above a value and at most that value is nothing, which a set of nested spikes need not see.
                Assert.True(set is null == (members.Count == 0) || (kind == "nested" && members.Count == 0), $"{kind} {seed}: {name} has {members.Count} members");
                if (members.Count == 0)
                {
                    empty++;
                    continue;
                }

                (all, split) = (all with { Set = set!, Members = members }, split + 1);
                Check(all, random, $"{kind} {seed}: {name}");
            }
        }

        Assert.True(split > Draws && empty > 5, $"{split} splits, {empty} of them empty");
    }

    /// <summary>Under float32 an output of flipped spikes is charged for the terms and the sizes that it can have.</summary>
    [Fact]
    public void FlipsAreChargedForWhatTheyAdd()
    {
        var random = new Random(1);
        for (int draw = 0; draw < 100; draw++)
        {
            int width = random.Next(1, 6), flips = random.Next(4);
            bool inserts = random.Next(3) > 0, deletes = random.Next(3) > 0;
            float[][] recording = [[.. Enumerable.Range(0, width).Select(_ => (float)random.Next(2))]];
            var (map, weights, bias) = Map(random, width, 3);
            var set = new FlippedSpikes<Rational>(recording, flips, inserts, deletes);
            Box<Rational> exact = set.Currents(new([map]), 0, float32: false)[^1], found = set.Currents(new([map]), 0, float32: true)[^1];
            for (int o = 0; o < 3; o++)
            {
                double[] sizes = [.. Enumerable.Range(0, width).Select(i => Math.Abs(weights[(o * width) + i]))];
                var free = Enumerable.Range(0, width).Where(i => recording[0][i] == 0 && inserts).ToList();
                double sum = Math.Abs(bias[o]) + sizes.Where((_, i) => recording[0][i] > 0).Sum() + free.Select(i => sizes[i]).OrderDescending().Take(flips).Sum();
                int terms = recording[0].Count(spike => spike > 0) + Math.Min(flips, free.Count);
                Assert.Equal(sum, found.Sums[o].ToDouble());
                Assert.Equal(terms, found.Terms[o]);
                var lost = map.Float32Loss(o, terms, Rational.From(sum));
                Assert.True((exact.Lower[o] - lost - found.Lower[o]).IsZero && (exact.Upper[o] + lost - found.Upper[o]).IsZero);
                Assert.False(lost.IsZero);
            }
        }
    }

    [Fact]
    public void WeightsBeyondFloat32SumsAreRefused()
    {
        MapChain<Rational> large = new([AffineMap<Rational>.Linear(1, [Rational.From(1e30)], [default])]);
        var set = new FlippedSpikes<Rational>([[1]], 1, true, true);
        Assert.Throws<FormatException>(() => set.Currents(large, 0, float32: true));
        Assert.Equal(1e30, set.Currents(large, 0, float32: false)[^1].Upper[0].ToDouble());
    }

    /// <summary>A pixel's ends: of real numbers, of what float32 computes, of both; cut or not.</summary>
    [Fact]
    public void BoxesHaveTheEndsThatTheyState()
    {
        var random = new Random(2);
        for (int draw = 0; draw < 200; draw++)
        {
            float pixel = random.NextSingle();
            double epsilon = random.Next(4) == 0 ? 0 : random.NextDouble() / 3;
            bool clamp = random.Next(2) == 0;
            Rational low = Rational.From(pixel) - Rational.From(epsilon), high = Rational.From(pixel) + Rational.From(epsilon);
            float below = pixel - (float)epsilon, above = pixel + (float)epsilon;
            foreach (string box in RecordedBox.All)
            {
                var (from, to) = box == RecordedBox.Exact ? (low, high) : (Rational.From(below), Rational.From(above));
                if (box == RecordedBox.Enclosing)
                {
                    (from, to) = (Rational.Min(from, low), Rational.Max(to, high));
                }

                (from, to) = clamp ? (Rational.Max(from, default), Rational.Min(to, Rational.One)) : (from, to);
                var found = PixelBox<Rational>.Around([0.5f, pixel], epsilon, clamp, box)[1];
                Assert.True((found.Lower - from).IsZero && (found.Upper - to).IsZero, $"{pixel} {epsilon} {clamp} {box}");
            }
        }

        foreach (string box in RecordedBox.All)
        {
            Assert.Contains("Pixel 0 is 1.5", Assert.Throws<FormatException>(() => PixelBox<Float64>.Around([1.5f], 0.25, clamp: true, box)).Message, StringComparison.Ordinal);
            Assert.Contains("Pixel 0 is -1", Assert.Throws<FormatException>(() => PixelBox<Float64>.Around([-1], 0.25, clamp: true, box)).Message, StringComparison.Ordinal);
            Assert.Equal(1, PixelBox<Float64>.Around([1.25f], 0.25, clamp: true, box)[0].Lower.Value);
        }

        Assert.Throws<FormatException>(() => PixelBox<Float64>.Around([3e38f], 3e38, clamp: false, RecordedBox.Float32));
    }

    /// <summary>A box that a file states: around each pixel or by its ends, one for all samples or each sample's own.</summary>
    [Fact]
    public void StatedBoxesHaveTheEndsThatTheyState()
    {
        var random = new Random(4);
        for (int draw = 0; draw < 200; draw++)
        {
            int width = random.Next(1, 4), samples = random.Next(1, 4), index = random.Next(samples);
            bool isAround = random.Next(2) == 0, isShared = random.Next(2) == 0, clamp = random.Next(2) == 0;
            float[] pixels = [.. Enumerable.Range(0, width).Select(_ => random.NextSingle())];
            // Steps down and up that differ, so that no end is mistaken for the other.
            double[] down = [.. Enumerable.Range(0, isShared ? width : width * samples).Select(_ => random.Next(5) == 0 ? 0 : random.NextDouble() / 3)];
            double[] up = [.. down.Select(_ => random.Next(5) == 0 ? 0 : random.NextDouble() / 3)];
            int Place(int pixel) => isShared ? pixel : (index * width) + pixel;
            double[] lower = [.. down.Select((step, at) => (isAround ? 0 : pixels[at % width]) - step)], upper = [.. up.Select((step, at) => (isAround ? 0 : pixels[at % width]) + step)];
            var stated = new StatedBox("box", "x", lower, upper, isAround);
            foreach (string box in RecordedBox.All)
            {
                var found = PixelBox<Rational>.Stated(pixels, stated, index, clamp, box);
                for (int i = 0; i < width; i++)
                {
                    Rational centre = isAround ? Rational.From(pixels[i]) : default;
                    Rational low = centre + Rational.From(lower[Place(i)]), high = centre + Rational.From(upper[Place(i)]);
                    float from = (isAround ? pixels[i] : 0) + (float)lower[Place(i)], to = (isAround ? pixels[i] : 0) + (float)upper[Place(i)];
                    (low, high) = box == RecordedBox.Exact ? (low, high) : box == RecordedBox.Float32 ? (Rational.From(from), Rational.From(to))
                        : (Rational.Min(low, Rational.From(from)), Rational.Max(high, Rational.From(to)));
                    (low, high) = clamp ? (Rational.Max(low, default), Rational.Min(high, Rational.One)) : (low, high);
                    Assert.True((found.Lower[i] - low).IsZero && (found.Upper[i] - high).IsZero, $"{draw}: {box}, pixel {i}");
                }
            }
        }
    }

    [Fact]
    public void StatedBoxesAreRefusedWhereTheySayNothingOfASample()
    {
        static StatedBox Stated(double[] lower, double[] upper, bool isAround = false) => new("a file", "x", lower, upper, isAround);
        static Box<Float64> Of(StatedBox box, long index) => PixelBox<Float64>.Stated([0.5f, 0.25f], box, index, clamp: true, RecordedBox.Exact);
        Assert.Equal(0.125, Of(Stated([0, 0, 0.5, 0.125], [1, 1, 0.5, 0.25]), 1)[1].Lower.Value);
        Assert.All(new (StatedBox, long)[]
        {
            (Stated([0, 0, 0], [1, 1, 1]), 0), (Stated([0, 0], [1, 1, 1, 1]), 0), (Stated([0, 0, 0, 0], [1, 1, 1, 1]), 2), (Stated([0], [1]), 0),
        }, refused => Assert.Contains("too few for the sample", Assert.Throws<FormatException>(() => Of(refused.Item1, refused.Item2)).Message, StringComparison.Ordinal));
        Assert.All(new[] { Stated([0.5625, 0], [1, 1]), Stated([0, 0], [1, 0.125]), Stated([0.25, 0], [0.5, 0.5], isAround: true), Stated([0, 0], [-0.5, 0], isAround: true) }, box =>
            Assert.Contains("does not lie in the box", Assert.Throws<FormatException>(() => Of(box, 0)).Message, StringComparison.Ordinal));

        RecordedPerturbation named = new() { Norm = "box", BoxSha256 = "x", Clamp = true, Box = RecordedBox.Exact }, linf = new() { Norm = "linf", Epsilon = 0.1, Clamp = true, Box = RecordedBox.Exact };
        StatedBox.Check(Stated([0], [1]), named);
        StatedBox.Check(null, linf);
        // A file that no record names is not asked.
        StatedBox.Check(Stated([0], [1]), linf);
        Assert.Contains("that of 'a file' is x", Assert.Throws<FormatException>(() => StatedBox.Check(Stated([0], [1]), named with { BoxSha256 = "y" })).Message, StringComparison.Ordinal);
        Assert.Contains("give the file", Assert.Throws<FormatException>(() => StatedBox.Check(null, named)).Message, StringComparison.Ordinal);
    }

    /// <summary>Proofs with many cases ask for the same currents and sums: they are the set's own.</summary>
    [Fact]
    public void KeptCurrentsAreTheSets()
    {
        MapChain<Rational> maps = new([AffineMap<Rational>.Linear(2, [Rational.From(0.5), Rational.From(-1)], [Rational.From(0.25)])]);
        Interval<Rational>[] response = [Rational.One, Rational.From(0.5)];
        IInputSet<Rational> flips = new FlippedSpikes<Rational>([[1, 0], [0, 1]], 1, true, true), limited = new RetimedSpikes<Rational>([[1, 0], [0, 1]], 1, 1);
        foreach (var set in new[] { flips, limited })
        {
            var kept = new KeptCurrents<Rational>(set);
            for (int turn = 0; turn < 2; turn++)
            {
                Assert.Equal(Text(set.Currents(maps, 1, false)[^1][0]), Text(kept.Currents(maps, 1, false)[^1][0]));
                Assert.Equal(set.Sums(maps, response)?.Select(sum => Text(sum[0])), kept.Sums(maps, response)?.Select(sum => Text(sum[0])));
            }

            Assert.Same(kept.Sums(maps, response), kept.Sums(maps, response));
        }

        static (double, double) Text(Interval<Rational> value) => (value.Lower.ToDouble(), value.Upper.ToDouble());
    }

    [Fact]
    public void TheLargestAreKept()
    {
        var random = new Random(3);
        for (int draw = 0; draw < 300; draw++)
        {
            int count = random.Next(5);
            double[] numbers = [.. Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(-4, 5) / 2.0)], signs = [.. numbers.Select(_ => random.Next(-1, 2))];
            Largest<Rational> one = new(count), together = new(count);
            Array.ForEach(numbers, number => one.Add(Rational.From(number)));
            together.Add(Array.ConvertAll(numbers, Rational.From), Array.ConvertAll(signs, Rational.From));
            Assert.Equal(numbers.Where(number => number > 0).OrderDescending().Take(count).Sum(), one.Sum.ToDouble());
            Assert.Equal(numbers.Zip(signs, (a, b) => a * b).Where(number => number > 0).OrderDescending().Take(count).Sum(), together.Sum.ToDouble());
        }
    }

    /// <summary>Noise by whole numbers of any size, cut to 64 digits after each operation.</summary>
    [Fact]
    public void NoiseIsItsDefinition()
    {
        BigInteger two64 = BigInteger.One << 64, golden = BigInteger.Parse("11400714819323198485", null), stride = BigInteger.Parse("15111065706836454659", null);
        BigInteger Scramble(BigInteger z)
        {
            z ^= z >> 30;
            z = z * BigInteger.Parse("13787848793156543929", null) % two64;
            z ^= z >> 27;
            z = z * BigInteger.Parse("10723151780598845931", null) % two64;
            return z ^ (z >> 31);
        }

        foreach (var (seed, index) in new (long, long)[] { (0, 0), (5, 17), (-1, 9_999), (long.MaxValue, 3) })
        {
            double[][] found = Noise.Draw(seed, index, 3, 4);
            for (int t = 0; t < 3; t++)
            {
                for (int i = 0; i < 4; i++)
                {
                    var start = Scramble((((seed < 0 ? two64 : 0) + seed + golden) % two64)) ^ index;
                    var step = Scramble((Scramble(start) + (t * stride)) % two64);
                    Assert.Equal(Math.ScaleB((double)(Scramble((step + (i * golden)) % two64) >> 40), -24), found[t][i]);
                }
            }
        }
    }

    [Fact]
    public void PerturbationsHaveWhatBelongsToTheirKindAndNothingElse()
    {
        RecordedPerturbation linf = new() { Norm = "linf", Epsilon = 0.1, Clamp = true, Box = RecordedBox.Float32 }, box = new() { Norm = "box", BoxSha256 = "x", Clamp = false, Box = RecordedBox.Exact };
        RecordedPerturbation l0 = new() { Norm = "l0", Flips = 2, FlipMode = "both" }, retiming = new() { Norm = "retiming", Jitter = 1, Moves = 3 };
        RecordedPerturbation[] good =
        [
            linf, linf with { Epsilon = 0 }, linf with { Epsilon = float.MaxValue }, linf with { Clamp = false }, .. RecordedBox.All.Select(name => linf with { Box = name }), box,
            box with { Clamp = true }, l0, l0 with { Flips = 0 }, l0 with { FlipMode = "insert" }, l0 with { FlipMode = "delete" }, retiming, retiming with { Moves = null },
            retiming with { Moves = 0 }, retiming with { Jitter = 0 },
        ];
        RecordedPerturbation[] bad =
        [
            linf with { Epsilon = -0.1 }, linf with { Epsilon = 2.0 * float.MaxValue }, linf with { Epsilon = double.NaN }, linf with { Epsilon = null }, linf with { Clamp = null },
            linf with { Box = null }, linf with { Box = "round" }, linf with { Flips = 1 }, linf with { Norm = "l2" }, box with { BoxSha256 = null }, box with { Clamp = null },
            box with { Box = "round" }, box with { Epsilon = 1 }, l0 with { Flips = -1 }, l0 with { Flips = null }, l0 with { FlipMode = "none" }, l0 with { FlipMode = null },
            l0 with { Clamp = true }, retiming with { Jitter = -1 }, retiming with { Jitter = null }, retiming with { Moves = -1 }, retiming with { Flips = 1 },
        ];
        Assert.All(good, InputSets.Check);
        Assert.All(bad, perturbation => Assert.Throws<FormatException>(() => InputSets.Check(perturbation)));
    }

    /// <summary>A record's words become the set that they mean.</summary>
    [Fact]
    public void RecordsNameTheirSets()
    {
        Network<Rational> direct = TinyNetwork.Of("dense", 1).Build<Rational>(), poisson = TinyNetwork.Of("poisson", 1).Build<Rational>(), events = TinyNetwork.Of("recording", 1).Build<Rational>();
        RecordedPerturbation linf = new() { Norm = "linf", Epsilon = 0.25, Clamp = true, Box = RecordedBox.Exact };
        Assert.Equal((0.5, 1.0), Ends(InputSets.Of(direct, linf, [[0.75f, 0.25f]], 0, 0), 2, 0, 0));
        Assert.IsType<NestedSpikes<Rational>>(InputSets.Of(poisson, linf, [[0.75f, 0.25f]], 0, 0));
        Assert.Throws<FormatException>(() => InputSets.Of(events, linf, [[1, 0], [0, 1], [1, 1]], 0, 0));

        float[][] recording = [[1, 0], [0, 1], [1, 1]];
        RecordedPerturbation l0 = new() { Norm = "l0", Flips = 1, FlipMode = "both" };
        foreach (var (mode, spike, none) in new[] { ("both", (0.0, 1.0), (0.0, 1.0)), ("insert", (1, 1), (0, 1)), ("delete", (0, 1), (0, 0)) })
        {
            var set = InputSets.Of(events, l0 with { FlipMode = mode }, recording, 0, 0);
            Assert.Equal((spike, none), (Ends(set, 2, 0, 0), Ends(set, 2, 0, 1)));
        }

        var retimed = InputSets.Of(events, new() { Norm = "retiming", Jitter = 1, Moves = 0 }, recording, 0, 0);
        Assert.Equal(((1.0, 1.0), (0.0, 0.0)), (Ends(retimed, 2, 0, 0), Ends(retimed, 2, 0, 1)));
        retimed = InputSets.Of(events, new() { Norm = "retiming", Jitter = 1 }, recording, 0, 0);
        Assert.Equal(((0.0, 1.0), (0.0, 1.0)), (Ends(retimed, 2, 0, 0), Ends(retimed, 2, 0, 1)));
        Assert.Throws<FormatException>(() => InputSets.Of(direct, l0, [[0.75f, 0.25f]], 0, 0));
        // What is no perturbation is refused here too.
        Assert.Throws<FormatException>(() => InputSets.Of(events, l0 with { Flips = -1 }, recording, 0, 0));
        Assert.Throws<FormatException>(() => InputSets.Of(direct, linf with { Flips = 1 }, [[0.75f, 0.25f]], 0, 0));
        Assert.Contains("give the file", Assert.Throws<FormatException>(() =>
            InputSets.Of(direct, new() { Norm = "box", BoxSha256 = "x", Clamp = true, Box = RecordedBox.Exact }, [[0.5f, 0.5f]], 0, 0)).Message, StringComparison.Ordinal);
    }

    private static (double, double) Ends(IInputSet<Rational> set, int width, int t, int entry)
    {
        var value = set.Currents(new([AffineMap<Rational>.Identity(width)]), t, float32: false)[^1][entry];
        return (value.Lower.ToDouble(), value.Upper.ToDouble());
    }

    private static void Check(All all, Random random, string name)
    {
        int width = all.Members[0][0].Length;
        var (map, weights, bias) = Map(random, width, 2);
        for (int t = 0; t < all.Steps; t++)
        {
            double[][] at = [.. all.Members.Select(member => member[Math.Min(t, member.Length - 1)])];
            var own = all.Set.Currents(new([AffineMap<Rational>.Identity(width)]), t, float32: false)[^1];
            for (int i = 0; i < width; i++)
            {
                Assert.True((at.Min(x => x[i]), at.Max(x => x[i])) == (own.Lower[i].ToDouble(), own.Upper[i].ToDouble()), $"{name}: entry {t} {i} in {own[i]}");
            }

            // The entries of one step are free of each other in all but one kind of set.
            var found = all.Set.Currents(new([map]), t, float32: false)[^1];
            for (int o = 0; o < 2; o++)
            {
                double[] row = weights[(o * width)..((o + 1) * width)];
                double[] values = [.. at.Select(x => bias[o] + x.Zip(row, (value, weight) => value * weight).Sum())];
                var (least, most) = all.Limited is { } limited ? limited(all.Members, t, row, bias[o]) : (values.Min(), values.Max());
                Assert.True((least, most) == (found.Lower[o].ToDouble(), found.Upper[o].ToDouble()), $"{name}: output {t} {o} in {found[o]}, by definition [{least}, {most}]");
                Assert.True(least <= values.Min() && most >= values.Max(), name);
            }
        }

        CheckSums(all, random, new([map]), weights, bias, name);
        var (second, then, added) = Map(random, 2, 2);
        double[] product = [.. Enumerable.Range(0, 2 * width).Select(at => (then[at / width * 2] * weights[at % width]) + (then[(at / width * 2) + 1] * weights[width + (at % width)]))];
        CheckSums(all, random, new([map, second]), product, [.. Enumerable.Range(0, 2).Select(o => added[o] + (then[o * 2] * bias[0]) + (then[(o * 2) + 1] * bias[1]))], name);
        double[][] form = [.. Enumerable.Range(0, all.Members[0].Length).Select(_ => Enumerable.Range(0, width).Select(_ => random.Next(-4, 5) / 4.0).ToArray())];
        double lowest = all.Members.Min(member => member.Zip(form, (x, a) => x.Zip(a, (value, weight) => value * weight).Sum()).Sum());
        Assert.Equal(lowest, all.Set.Least([.. form.Select(step => Array.ConvertAll(step, Rational.From))]).ToDouble());
    }

    // What currents add up to over the steps, each weighed by how long ago it was: of the set as a whole, and so the very ends, through one map and through two.
    private static void CheckSums(All all, Random random, MapChain<Rational> maps, double[] weights, double[] bias, string name)
    {
        double[] response = [.. Enumerable.Range(0, all.Steps).Select(_ => random.Next(5) / 4.0)];
        var found = all.Set.Sums(maps, Array.ConvertAll(response, weight => (Interval<Rational>)Rational.From(weight)));
        Assert.Equal(all.AddsUp, found is not null);
        for (int t = 0; t < (found?.Count ?? 0); t++)
        {
            for (int o = 0; o < 2; o++)
            {
                double[] row = weights[(o * weights.Length / 2)..((o + 1) * weights.Length / 2)];
                double[] values = [.. all.Members.Select(member => Enumerable.Range(0, t + 1).Sum(step =>
                    response[t - step] * (bias[o] + member[step].Zip(row, (value, weight) => value * weight).Sum())))];
                Assert.True(
                    (values.Min(), values.Max()) == (found![t].Lower[o].ToDouble(), found[t].Upper[o].ToDouble()),
                    $"{name}: sum {t} of output {o} in {found[t][o]}, by definition [{values.Min()}, {values.Max()}]");
            }
        }
    }

    private static (AffineMap<Rational> Map, double[] Weights, double[] Bias) Map(Random random, int inputs, int outputs)
    {
        double[] weights = [.. Enumerable.Range(0, inputs * outputs).Select(_ => random.Next(1, 9) * (random.Next(2) == 0 ? 0.25 : -0.25))];
        double[] bias = [.. Enumerable.Range(0, outputs).Select(_ => random.Next(-2, 3) / 4.0)];
        return (AffineMap<Rational>.Linear(inputs, Array.ConvertAll(weights, Rational.From), Array.ConvertAll(bias, Rational.From)), weights, bias);
    }

    private static All Draw(string kind, Random random)
    {
        int width = random.Next(1, 4), steps = random.Next(2, 5);
        if (kind is "pixels" or "nested")
        {
            // Sixteenths, with all points of a grid four times as fine.
            width = kind == "nested" ? Math.Min(width, 2) : width;
            int[] from = [.. Enumerable.Range(0, width).Select(_ => random.Next(12))], to = [.. from.Select(least => least + random.Next(5))];
            Rational[] Of(int[] ends) => [.. ends.Select(end => Rational.From(end / 16.0))];
            Box<Rational> box = new(Of(from), Of(to), []);
            var points = from.Zip(to).Aggregate<(int From, int To), IEnumerable<double[]>>([[]], (all, ends) =>
                all.SelectMany(point => Enumerable.Range(4 * ends.From, (4 * (ends.To - ends.From)) + 1).Select(k => (double[])[.. point, k / 64.0]))).ToList();
            double[][] noise = [.. Enumerable.Range(0, steps).Select(t => from.Select((_, i) => (((3 * t) + (5 * i) + from[0]) % 16) / 16.0).ToArray())];
            List<double[][]> Members(IEnumerable<double[]> some) => [.. some.Select(point => kind == "pixels" ? [point] : noise.Select(step => step.Select((value, i) => point[i] > value ? 1.0 : 0).ToArray()).ToArray())];
            IInputSet<Rational> set = kind == "pixels" ? new PixelBox<Rational>(box) : new NestedSpikes<Rational>(box, noise);
            return new(set, Members(points), steps, null, AddsUp: false, (all, draw) =>
            {
                int pixel = draw.Next(width);
                double value = draw.Next((2 * from[pixel]) - 1, (2 * to[pixel]) + 2) / 32.0;
                bool above = draw.Next(2) == 0;
                // Under Poisson encoding more than the value: what is there is below it or above it.
                var left = points.Where(point => !above ? point[pixel] <= value : kind == "pixels" ? point[pixel] >= value : point[pixel] > value).ToList();
                var cut = all.Set.Cut(pixel, value, above);
                points = left.Count > 0 ? left : points;
                return (cut, Members(left), $"{pixel} {(above ? "above" : "below")} {value}");
            });
        }

        // All recordings of so many entries.
        width = Math.Min(width, steps == 4 ? 2 : 3);
        float[][] recording = [.. Enumerable.Range(0, steps).Select(_ => Enumerable.Range(0, width).Select(_ => (float)random.Next(2)).ToArray())];
        int Spread() => random.Next(5) is var number && number == 4 ? int.MaxValue : number % 3;
        TinySet members;
        Func<List<double[][]>, int, double[], double, (double, double)>? limits = null;
        if (kind == "flips")
        {
            members = new TinySet.Flips(recording, random.Next(4), random.Next(3) > 0, random.Next(3) > 0);
        }
        else
        {
            int? most = kind == "moves" ? null : Spread();
            members = new TinySet.Moves(recording, Spread(), most);
            limits = most is { } k ? (left, t, row, bias) => Limited(recording, k, left, t, row, bias) : null;
        }

        // A proof splits on an entry once.
        HashSet<(int, int)> done = [];
        return new(members.Build<Rational>(), [.. members.Members], steps, limits, AddsUp: limits is null, (all, draw) =>
        {
            int t = draw.Next(steps), i = draw.Next(width);
            while (!done.Add((t, i)) && done.Count < steps * width)
            {
                (t, i) = (draw.Next(steps), draw.Next(width));
            }

            bool flipped = draw.Next(2) == 0;
            return (all.Set.Fix(t, i, flipped), [.. all.Members.Where(member => member[t][i] != recording[t][i] == flipped)], $"{t} {i} {(flipped ? "flipped" : "kept")}");
        });
    }

    // With a limit of moves: of a step's open entries, each that changes in a pixel that can do without gains costs one of those that are to spare.
    private static (double, double) Limited(float[][] recording, int moves, List<double[][]> members, int t, double[] row, double bias)
    {
        moves = Math.Min(moves, recording.Sum(step => step.Count(spike => spike > 0)));
        int[] fewest = [.. row.Select((_, i) => members.Min(member => recording.Select((step, at) => member[at][i] > step[i] ? 1 : 0).Sum()))];
        bool[] open = [.. row.Select((_, i) => members.Select(member => member[t][i]).Distinct().Count() == 2)];
        double[] start = [.. row.Select((_, i) => open[i] ? recording[t][i] : members[0][t][i])];
        int changes = moves - fewest.Sum() + open.Where((isOpen, i) => isOpen && fewest[i] > 0).Count();
        double[] by = [.. row.Select((weight, i) => open[i] ? (start[i] > 0 ? -weight : weight) : 0)];
        double sum = bias + row.Zip(start, (weight, value) => weight * value).Sum();
        double Largest(double sign) => by.Select(change => sign * change).Where(change => change > 0).OrderDescending().Take(changes).Sum();
        return (sum - Largest(-1), sum + Largest(1));
    }

    /// <summary>A set with all its members.</summary>
    /// <param name="Set">As the checker sees it.</param>
    /// <param name="Members">By member and step; one step where they are the same.</param>
    /// <param name="Steps">T.</param>
    /// <param name="Limited">By definition, the bounds of an output at one step; null where they are those of the members.</param>
    /// <param name="AddsUp">Whether sums over the steps are bounded over the set as a whole.</param>
    /// <param name="Split">Takes a part: what the checker makes of it, and which members are left.</param>
    private sealed record All(
        IInputSet<Rational> Set, List<double[][]> Members, int Steps, Func<List<double[][]>, int, double[], double, (double, double)>? Limited, bool AddsUp,
        Func<All, Random, (IInputSet<Rational>? Set, List<double[][]> Members, string Name)> Split);
}
