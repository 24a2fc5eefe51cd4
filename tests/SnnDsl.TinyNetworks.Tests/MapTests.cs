using System.Globalization;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>The checker's affine maps: those of every kind of layer against its definition, and every way to look at a map against its matrix.</summary>
public class MapTests
{
    private const int Draws = 12;

    public static TheoryData<string> Kinds => ["linear", "conv", "groups", "transposed", "mean", "sum", "adaptive", "normalize", "one scale", "voting"];

    /// <summary>As PyTorch defines the layers.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void LayersAreTheirDefinitions(string kind)
    {
        for (int seed = 0; seed < Draws; seed++)
        {
            var random = new Random(seed);
            var (map, apply, text) = Draw(kind, random, fine: false);
            double[] x = [.. Enumerable.Range(0, map.Inputs).Select(_ => random.Next(-8, 9) / 4.0)];
            double[] expected = apply(x);
            var found = map.Bound(Box<Rational>.Exactly(Array.ConvertAll(x, Rational.From)));
            Assert.Equal(expected.Length, found.Count);
            for (int o = 0; o < expected.Length; o++)
            {
                Assert.True(Math.Abs(expected[o] - found.Lower[o].ToDouble()) < 1e-12, $"{text}: output {o} is {found.Lower[o].ToDouble()}, by definition {expected[o]}");
            }
        }
    }

    /// <summary>Bounds, rows, what is pulled back and what it owes, sums, terms: all from one matrix.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void MapsAreTheirMatrices(string kind)
    {
        for (int seed = 0; seed < Draws; seed++)
        {
            var random = new Random(seed);
            var (map, _, text) = Draw(kind, random, fine: false);
            var (matrix, bias) = Matrix(map);
            Rational divisor = Rational.From(map.Divisor);
            Rational[] lower = [.. Enumerable.Range(0, map.Inputs).Select(_ => random.Next(3) == 0 ? default : Rational.From(random.Next(-8, 9) / 4.0))];
            Rational[] upper = [.. lower.Select(from => from + (random.Next(2) == 0 ? default : Rational.From(random.Next(5) / 4.0)))];
            Rational[] a = [.. Enumerable.Range(0, map.Outputs).Select(_ => Rational.From(random.Next(-3, 4) / 2.0))];
            foreach (bool float32 in new[] { false, true })
            {
                Check(map, matrix, bias, lower, upper, float32, $"{text} {float32}");
                var box = map.Bound(new(lower, upper, []), float32);
                Rational owed = default;
                for (int o = 0; o < map.Outputs; o++)
                {
                    owed = owed + (a[o] * bias[o]) - (float32 && !a[o].IsZero ? Rational.Abs(a[o]) * map.Float32Loss(o, box.Terms[o], box.Sums[o]) : default);
                }

                Assert.True((owed - map.Owed(a, box, float32)).IsZero, text);
            }

            Rational[] back = map.PullBack(a);
            for (int i = 0; i < map.Inputs; i++)
            {
                Assert.True((back[i] - Sum(Enumerable.Range(0, map.Outputs).Select(o => a[o] * matrix[o][i]))).IsZero, $"{text}: input {i}");
            }

            for (int o = 0; o < map.Outputs; o++)
            {
                var numerators = map.Numerators(o).ToList();
                Assert.Equal(map.InputsOf(o), numerators.Select(tap => tap.Input));
                Assert.All(numerators, tap => Assert.True((tap.Weight - (matrix[o][tap.Input] * divisor)).IsZero));
                Assert.True((map.Bias(o) - (bias[o] * divisor)).IsZero);
                int terms = random.Next(4);
                long roundings = terms + (bias[o].IsZero ? 0 : 1) + (map.Divisor == 1 ? 0 : 1);
                Assert.Equal(roundings, map.Roundings(o, terms));
                Assert.Equal((Charges.Gamma(terms == 0 ? 0 : roundings) * 3) + ((roundings + 2) * Charges.Tiny), map.Float32Loss(o, terms, Rational.From(3)).ToDouble(), 1e-20);
            }

            Assert.Equal(Enumerable.Range(0, map.Outputs).Sum(o => (long)map.InputsOf(o).Length), map.Products);
            Assert.Equal(Enumerable.Range(0, map.Outputs).Max(o => map.InputsOf(o).Length), map.MostTerms);
        }
    }

    /// <summary>Several maps as one: the product of their matrices, with the sums over the products of their absolute values.</summary>
    [Fact]
    public void ChainsAreTheirProducts()
    {
        int exact = 0, rounded = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            bool fine = seed % 2 == 0;
            var maps = Chain<Rational>(new Random(seed + 100), fine);
            var product = ProductMap<Rational>.Of(maps)!;
            var (matrix, bias) = Product(maps, magnitudes: false);
            var (sizes, sizeOfBias) = Product(maps, magnitudes: true);
            int inputs = maps[0].Inputs, outputs = maps[^1].Outputs;
            double[] lower = [.. Enumerable.Range(0, inputs).Select(_ => random.Next(3) == 0 ? 0 : Number(random, fine))], upper = [.. lower.Select(from => from + (random.Next(2) == 0 ? 0 : (float)Math.Abs(Number(random, fine))))];
            Box<T> Of<T>()
                where T : struct, IReal<T> => new(Array.ConvertAll(lower, T.From), Array.ConvertAll(upper, T.From), []);
            var (box, inFloat32) = (product.Bound(Of<Rational>()), product.Bound(Of<Rational>(), float32: true));
            var float64 = ProductMap<Float64>.Of(Chain<Float64>(new Random(seed + 100), fine))!.Bound(Of<Float64>());
            double gain = maps.Skip(1).Select(map => Math.Max(1, Matrix(map).Rows.Max(row => row.Sum(weight => Math.Abs(weight.ToDouble()))))).Aggregate(1.0, (a, b) => a * b);
            for (int o = 0; o < outputs; o++)
            {
                Rational low = bias[o], high = bias[o], sum = sizeOfBias[o];
                for (int i = 0; i < inputs; i++)
                {
                    Rational l = Rational.From(lower[i]), u = Rational.From(upper[i]), w = matrix[o][i];
                    (low, high) = (low + Rational.Min(w * l, w * u), high + Rational.Max(w * l, w * u));
                    sum += sizes[o][i] * Rational.Max(Rational.Abs(l), Rational.Abs(u));
                }

                Assert.True((box.Lower[o] - low).IsZero && (box.Upper[o] - high).IsZero && (box.Sums[o] - sum).IsZero, $"{seed} {o}");
                var row = product.Row(o, new());
                Assert.Equal(row.Inputs.Count(i => lower[i] != 0 || upper[i] != 0), box.Terms[o]);
                for (int k = 0; k < row.Inputs.Length; k++)
                {
                    Assert.True((row.Lower[k] - matrix[o][row.Inputs[k]]).IsZero && (row.Upper[k] - row.Lower[k]).IsZero && (row.Magnitudes[k] - sizes[o][row.Inputs[k]]).IsZero, $"{seed} {o}");
                }

                Assert.All(Enumerable.Range(0, inputs).Except(row.Inputs), i => Assert.True(sizes[o][i].IsZero));
                int terms = box.Terms[o];
                long roundings = maps.SkipLast(1).Select((map, i) => (i == 0 ? Math.Min(terms, map.MostTerms) : map.MostTerms) + 1L + (map.Divisor == 1 ? 0 : 1)).Sum() + maps[^1].Roundings(o, maps[^1].MostTerms);
                Assert.Equal(roundings, product.Roundings(o, terms));
                double lost = (Charges.Gamma(roundings) * sum.ToDouble()) + (gain * (roundings + 2) * Charges.Tiny);
                Assert.Equal(1, product.Float32Loss(o, terms, sum).ToDouble() / lost, 1e-9);
                Assert.Equal(gain * (roundings + 2) * Charges.Tiny, product.Float32Loss(o, terms, default).ToDouble(), 1e-40);
                Assert.True((inFloat32.Lower[o] - low + product.Float32Loss(o, terms, sum)).IsZero && (inFloat32.Upper[o] - high - product.Float32Loss(o, terms, sum)).IsZero);

                // Digits that fit lose nothing; others lie within.
                var (below, above) = (low - Rational.From(float64.Lower[o].Value), Rational.From(float64.Upper[o].Value) - high);
                Assert.True(below >= default(Rational) && above >= default(Rational) && Rational.From(float64.Sums[o].Value) >= sum, $"{seed} {o}");
                bool isExact = below.IsZero && above.IsZero;
                Assert.True(fine || isExact || maps.Any(map => map.Divisor is not (1 or 2 or 4)), $"{seed} {o}: digits that fit were lost");
                (exact, rounded) = isExact ? (exact + 1, rounded) : (exact, rounded + 1);
            }
        }

        Assert.True(exact > 25 && rounded > 20, $"{exact} exact, {rounded} rounded");
    }

    /// <summary>A matrix of too many numbers is not multiplied out; boxes between the maps are what is left.</summary>
    [Fact]
    public void ProductsHaveTheirLimit()
    {
        static AffineMap<Float64> Ones(int inputs, int outputs) => AffineMap<Float64>.Linear(inputs, [.. Enumerable.Repeat(Float64.One, inputs * outputs)], new Float64[outputs]);

        Assert.NotNull(ProductMap<Float64>.Of([Ones(2048, 1), Ones(1, 2048)]));
        Assert.Null(ProductMap<Float64>.Of([Ones(2048, 1), Ones(1, 2049)]));
        MapChain<Float64> chain = new([Ones(2, 2), Ones(2, 2)]);
        Assert.Same(chain.Maps[0], new MapChain<Float64>([chain.Maps[0]]).Whole);
        Assert.IsType<ProductMap<Float64>>(chain.Whole);
        Assert.NotSame(chain, chain.Boxes);
        Assert.Same(chain.Boxes.Maps, chain.Maps);
        // x - x is nothing for the product, and something for boxes.
        AffineMap<Float64> twice = AffineMap<Float64>.Linear(1, [Float64.One, Float64.One], new Float64[2]), difference = AffineMap<Float64>.Linear(2, [Float64.One, new(-1)], new Float64[1]);
        MapChain<Float64> same = new([twice, difference]);
        Box<Float64> unit = new([default], [Float64.One], []);
        Assert.Equal((0.0, 0.0), (same.Bound(unit)[^1].Lower[0].Value, same.Bound(unit)[^1].Upper[0].Value));
        Assert.NotNull(same.Bound(unit)[^1].Whole);
        Assert.Equal((-1.0, 1.0), (same.Boxes.Bound(unit)[^1].Lower[0].Value, same.Boxes.Bound(unit)[^1].Upper[0].Value));
        Assert.Null(same.Boxes.Bound(unit)[^1].Whole);
        Assert.Null(new MapChain<Float64>([twice]).Bound(unit)[^1].Whole);
    }

    /// <summary>Float64 sums of maps enclose the fractions, and lose nothing of numbers whose digits fit.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void SumsEncloseTheirFractions(string kind)
    {
        for (int seed = 0; seed < Draws; seed++)
        {
            bool fine = seed % 2 == 0;
            var (map, _, text) = Draw(kind, new Random(seed), fine);
            var rounded = (AffineMap<Float64>)Draw<Float64>(kind, new Random(seed), fine).Map;
            var random = new Random(seed);
            double[] lower = [.. Enumerable.Range(0, map.Inputs).Select(_ => Number(random, fine))], upper = [.. lower.Select(from => from + (float)Math.Abs(Number(random, fine)))];
            var found = rounded.Bound(new(Array.ConvertAll(lower, Float64.From), Array.ConvertAll(upper, Float64.From), []));
            var truth = map.Bound(new(Array.ConvertAll(lower, Rational.From), Array.ConvertAll(upper, Rational.From), []));
            for (int o = 0; o < map.Outputs; o++)
            {
                var (below, above) = (truth.Lower[o] - Rational.From(found.Lower[o].Value), Rational.From(found.Upper[o].Value) - truth.Upper[o]);
                Assert.True(below >= default(Rational) && above >= default(Rational) && Rational.From(found.Sums[o].Value) >= truth.Sums[o], $"{text} {o}");
                Assert.True(fine || map.Divisor is not (1 or 2 or 4) || (below.IsZero && above.IsZero), $"{text} {o}");
            }
        }
    }

    [Fact]
    public void Float32SumsAreBoundedUpToTheirLimit()
    {
        double limit = SinglePrecision.Largest, beyond = Math.BitIncrement(limit);
        Assert.Equal(Math.ScaleB(1, 24), limit);
        static AffineMap<Rational> One(double weight, double bias) => AffineMap<Rational>.Linear(1, [Rational.From(weight)], [Rational.From(bias)]);
        static void Bound(double weight, double bias, double low, double high, bool float32) => One(weight, bias).Bound(new([Rational.From(low)], [Rational.From(high)], []), float32);

        Bound(limit, -limit, -limit, limit, float32: true);
        foreach (var (weight, bias, low, high) in new (double, double, double, double)[] { (beyond, 0, 0, 0), (0, beyond, 0, 0), (0, -beyond, 0, 0), (-beyond, 1, 0, 0), (1, 0, -beyond, 0), (1, 0, 0, beyond), (1, 2, 3, beyond) })
        {
            Assert.Contains("at most 2^24", Assert.Throws<FormatException>(() => Bound(weight, bias, low, high, float32: true)).Message, StringComparison.Ordinal);
            Bound(weight, bias, low, high, float32: false);
        }

        double unit = Math.ScaleB(1, -24);
        foreach (long n in new long[] { 0, 1, 2, 100, (1 << 22) - 1 })
        {
            double gamma = n * unit / (1 - (n * unit));
            Assert.InRange(SinglePrecision.Gamma<Float64>(n).Value, gamma, gamma * (1 + 1e-14));
            double more = ((n + 1) * unit / (1 - ((n + 1) * unit))) - gamma;
            Assert.InRange(SinglePrecision.OneMore<Float64>(n).Value, more, more * (1 + (4 * unit)) / Math.Pow(1 - ((n + 1) * unit), 1));
            Assert.Equal((n + 2) * Math.ScaleB(1, -100), SinglePrecision.Underflow<Float64>(n).Value);
        }

        Assert.Throws<FormatException>(() => SinglePrecision.Gamma<Float64>(1 << 22));
        Assert.Equal((0.75 * Math.ScaleB(1, -18)) + Math.ScaleB(1, -100), SinglePrecision.TrainBlur(0.75));
        Assert.Equal(Math.ScaleB(1, -100), SinglePrecision.TrainBlur(0));
    }

    private static void Check(AffineMap<Rational> map, Rational[][] matrix, Rational[] bias, Rational[] lower, Rational[] upper, bool float32, string name)
    {
        var found = map.Bound(new(lower, upper, []), float32);
        for (int o = 0; o < map.Outputs; o++)
        {
            Rational low = bias[o], high = bias[o], sum = Rational.Abs(bias[o]);
            for (int i = 0; i < map.Inputs; i++)
            {
                Rational l = matrix[o][i] * lower[i], u = matrix[o][i] * upper[i];
                (low, high) = (low + Rational.Min(l, u), high + Rational.Max(l, u));
                sum += Rational.Max(Rational.Abs(l), Rational.Abs(u));
            }

            int terms = map.InputsOf(o).Count(i => !lower[i].IsZero || !upper[i].IsZero);
            Rational lost = float32 ? map.Float32Loss(o, terms, sum) : default;
            Assert.True((found.Lower[o] - low + lost).IsZero && (found.Upper[o] - high - lost).IsZero && (found.Sums[o] - sum).IsZero && found.Terms[o] == terms, $"{name}: output {o}");
        }
    }

    // Column by column.
    private static (Rational[][] Rows, Rational[] Bias) Matrix(AffineMap<Rational> map)
    {
        Rational[] Of(int? at) => map.Bound(Box<Rational>.Exactly([.. Enumerable.Range(0, map.Inputs).Select(i => i == at ? Rational.One : default)])).Lower;
        Rational[] bias = Of(null);
        var columns = Enumerable.Range(0, map.Inputs).Select(i => Of(i)).ToList();
        return ([.. bias.Select((own, o) => columns.Select(column => column[o] - own).ToArray())], bias);
    }

    private static (Rational[][] Rows, Rational[] Bias) Product(IReadOnlyList<AffineMap<Rational>> maps, bool magnitudes)
    {
        Rational Own(Rational number) => magnitudes ? Rational.Abs(number) : number;
        var (rows, bias) = Matrix(maps[0]);
        (rows, bias) = ([.. rows.Select(row => Array.ConvertAll(row, Own))], Array.ConvertAll(bias, Own));
        foreach (var map in maps.Skip(1))
        {
            var (next, more) = Matrix(map);
            var (known, constant) = (rows, bias);
            rows = [.. next.Select(row => Enumerable.Range(0, maps[0].Inputs).Select(i => Sum(row.Select((weight, k) => Own(weight) * known[k][i]))).ToArray())];
            bias = [.. next.Select((row, o) => Own(more[o]) + Sum(row.Select((weight, k) => Own(weight) * constant[k])))];
        }

        return (rows, bias);
    }

    private static Rational Sum(IEnumerable<Rational> numbers) => numbers.Aggregate(default(Rational), (a, b) => a + b);

    private static double Number(Random random, bool fine) => fine ? (random.NextSingle() - 0.5f) * (1 << random.Next(4)) : random.Next(-8, 9) / 4.0;

    private static IReadOnlyList<AffineMap<T>> Chain<T>(Random random, bool fine)
        where T : struct, IReal<T>
    {
        string[] firsts = ["linear", "conv", "groups", "normalize", "mean", "transposed", "sum"];
        var first = Draw<T>(firsts[random.Next(firsts.Length)], random, fine);
        T Weight() => random.Next(4) == 0 ? default : T.From(Number(random, fine));
        int middle = first.Map.Outputs, last = random.Next(1, 4);
        var second = AffineMap<T>.Linear(middle, [.. Enumerable.Range(0, middle * last).Select(_ => Weight())], [.. Enumerable.Range(0, last).Select(_ => Weight())]);
        var third = AffineMap<T>.Linear(last, [.. Enumerable.Range(0, last * 2).Select(_ => Weight())], [.. Enumerable.Range(0, 2).Select(_ => Weight())]);
        var groups = AffineMap<T>.Groups(2, 2);
        return random.Next(4) switch { 0 => [first.Map, second], 1 => [first.Map, second, third], 2 => [first.Map, second, third, groups], _ => [second, third] };
    }

    private static (AffineMap<Rational> Map, Func<double[], double[]> Apply, string Text) Draw(string kind, Random random, bool fine) => Draw<Rational>(kind, random, fine);

    // A layer as the text of an architecture states it, and what it computes.
    private static (AffineMap<T> Map, Func<double[], double[]> Apply, string Text) Draw<T>(string kind, Random random, bool fine)
        where T : struct, IReal<T>
    {
        int[] shape = [2 * random.Next(1, 3), random.Next(3, 6), random.Next(3, 6)];
        bool hasBias = random.Next(3) > 0;
        string bias = hasBias ? "true" : "false";
        Dictionary<string, float[]> weights = [];
        float[] Some(string name, int count) => weights[name] = [.. Enumerable.Range(0, count).Select(_ => random.Next(5) == 0 ? 0 : (float)Number(random, fine))];
        int size = shape[0] * shape[1] * shape[2];
        string layer;
        int[] output;
        Func<double[], double[]> apply;
        switch (kind)
        {
            case "linear":
                float[] matrix = Some("l.weight", 3 * size), shift = hasBias ? Some("l.bias", 3) : new float[3];
                (layer, output) = ($"Linear(features=3,bias={bias})", [3]);
                apply = x => [.. Enumerable.Range(0, 3).Select(o => shift[o] + x.Select((value, i) => value * matrix[(o * size) + i]).Sum())];
                break;
            case "conv" or "groups" or "mean" or "sum":
                int kh = random.Next(1, 4), kw = random.Next(1, 3), sh = random.Next(1, 3), sw = random.Next(1, 3), groups = kind == "groups" ? 2 : 1, channels = kind is "mean" or "sum" ? shape[0] : 2;
                bool isPool = kind is "mean" or "sum";
                int dh = isPool || kh == 1 ? 1 : random.Next(1, 3), dw = isPool ? 1 : random.Next(1, 3), before = random.Next(2), after = random.Next(2), beside = random.Next(2);
                int height = ((shape[1] + before + after - (dh * (kh - 1)) - 1) / sh) + 1, width = ((shape[2] + (2 * beside) - (dw * (kw - 1)) - 1) / sw) + 1;
                if (shape[1] + before + after < (dh * (kh - 1)) + 1)
                {
                    return Draw<T>(kind, random, fine);
                }

                string window = $"kernel={kh}x{kw},stride={sh}x{sw},padding={(before == after ? $"{before}" : $"{before}:{after}")}x{beside}{(isPool ? "" : $",dilation={dh}x{dw}")}";
                output = [channels, height, width];
                int inGroup = shape[0] / groups;
                float[] kernels = isPool ? [] : Some("l.weight", channels * inGroup * kh * kw), constants = !isPool && hasBias ? Some("l.bias", channels) : new float[channels];
                layer = isPool ? $"{(kind == "mean" ? "AvgPool2d" : "SumPool2d")}({window})" : $"Conv2d(channels=2,{window}{(groups == 1 ? "" : $",groups={groups}")},bias={bias})";
                apply = x => [.. Places(output).Select(at =>
                {
                    double sum = constants[at.Channel];
                    for (int c = 0; c < (isPool ? 1 : inGroup); c++)
                    {
                        int channel = isPool ? at.Channel : (at.Channel / (channels / groups) * inGroup) + c;
                        for (int dy = 0; dy < kh; dy++)
                        {
                            for (int dx = 0; dx < kw; dx++)
                            {
                                int y = (at.Row * sh) - before + (dy * dh), column = (at.Column * sw) - beside + (dx * dw);
                                bool isInside = y >= 0 && y < shape[1] && column >= 0 && column < shape[2];
                                sum += isInside ? (isPool ? 1 : kernels[(((((at.Channel * inGroup) + c) * kh) + dy) * kw) + dx]) * x[(((channel * shape[1]) + y) * shape[2]) + column] : 0;
                            }
                        }
                    }

                    return kind == "mean" ? sum / (kh * kw) : sum;
                })];
                break;
            case "transposed":
                int side = random.Next(1, 4), step = random.Next(1, 3), cut = side > 2 ? random.Next(2) : 0, extra = step > 1 ? random.Next(2) : 0;
                output = [2, ((shape[1] - 1) * step) - (2 * cut) + side + extra, ((shape[2] - 1) * step) - (2 * cut) + side + extra];
                float[] spread = Some("l.weight", shape[0] * 2 * side * side), added = hasBias ? Some("l.bias", 2) : new float[2];
                layer = $"ConvTranspose2d(channels=2,kernel={side},stride={step},padding={cut},outputPadding={extra},bias={bias})";
                apply = x =>
                {
                    double[] y = [.. Places(output).Select(at => (double)added[at.Channel])];
                    foreach (var (channel, row, column) in Places(shape))
                    {
                        foreach (var (o, dy, dx) in Places([2, side, side]))
                        {
                            int to = (row * step) + dy - cut, across = (column * step) + dx - cut;
                            if (to >= 0 && to < output[1] && across >= 0 && across < output[2])
                            {
                                y[(((o * output[1]) + to) * output[2]) + across] += spread[(((((channel * 2) + o) * side) + dy) * side) + dx] * x[(((channel * shape[1]) + row) * shape[2]) + column];
                            }
                        }
                    }

                    return y;
                };
                break;
            case "adaptive":
                output = [shape[0], random.Next(1, 4), random.Next(1, 4)];
                layer = $"AdaptiveAvgPool2d(height={output[1]},width={output[2]})";
                apply = x => [.. Places(output).Select(at =>
                {
                    int top = at.Row * shape[1] / output[1], bottom = (((at.Row + 1) * shape[1]) + output[1] - 1) / output[1], left = at.Column * shape[2] / output[2], right = (((at.Column + 1) * shape[2]) + output[2] - 1) / output[2];
                    return (from y in Enumerable.Range(top, bottom - top) from column in Enumerable.Range(left, right - left) select x[(((at.Channel * shape[1]) + y) * shape[2]) + column]).Average();
                })];
                break;
            case "normalize" or "one scale":
                output = shape;
                int each = kind == "normalize" ? shape[0] : 1;
                float[] scale = [.. Enumerable.Range(0, each).Select(_ => (float)Number(random, fine))], moved = [.. Enumerable.Range(0, each).Select(_ => (float)Number(random, fine))];
                layer = $"Normalize(scale={Text(scale)},shift={Text(moved)})";
                apply = x => [.. x.Select((value, i) => (value * scale[each == 1 ? 0 : i / (shape[1] * shape[2])]) + moved[each == 1 ? 0 : i / (shape[1] * shape[2])])];
                break;
            default:
                output = [size / shape[1]];
                layer = $"Voting(size={shape[1]})";
                apply = x => [.. Enumerable.Range(0, size / shape[1]).Select(group => x[(group * shape[1])..((group + 1) * shape[1])].Average())];
                break;
        }

        string text = $"encoding=Direct;steps=1;input={string.Join('x', shape)};l={layer}->{string.Join('x', output)};lif1=Lif(threshold=1,decay=0,reset=Hard,resetValue=0)->{string.Join('x', output)};readout=Mean()";
        return (Network<T>.Build(Architecture.Read(text), weights, 1).Stages[0].Maps.Maps.Single(), apply, text);
    }

    private static IEnumerable<(int Channel, int Row, int Column)> Places(int[] shape) =>
        from channel in Enumerable.Range(0, shape[0]) from row in Enumerable.Range(0, shape[1]) from column in Enumerable.Range(0, shape[2]) select (channel, row, column);

    private static string Text(float[] numbers) => string.Join('|', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
}
