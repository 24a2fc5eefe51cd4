using SnnDsl.Evaluation.Records;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>The verifier's numbers, and a membrane that sits exactly on its threshold.</summary>
public class ArithmeticTests
{
    [Fact]
    public void RationalsAreExact()
    {
        Rational third = Rational.One / Rational.From(3), tenth = Rational.From(0.1);
        Assert.True((third * Rational.From(3) - Rational.One).IsZero);
        Assert.True(tenth > Rational.One / Rational.From(10));
        Assert.True(Rational.From(0.1f) > tenth);
        Assert.True(Rational.From(-double.Epsilon) < default(Rational));
        Assert.True((default(Rational) + tenth - tenth).IsZero);
        Assert.Throws<DivideByZeroException>(() => tenth / default(Rational));
        Assert.Throws<ArgumentException>(() => Rational.From(double.NaN));
        foreach (double value in new[] { 0, 1, -1.5, 0.1, 1e300, -1e-300, double.Epsilon, double.MaxValue, 4.9e-310 })
        {
            Assert.Equal(value, Rational.From(value).ToDouble());
        }
    }

    [Fact]
    public void IntervalsEncloseTheExactResult()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            double a = Draw(random), b = Draw(random), c = Draw(random);
            var rounded = (((Interval<Float64>)new Float64(a) * new Float64(b)) + new Float64(c) - new Float64(a)) * new Float64(c);
            var exact = ((Rational.From(a) * Rational.From(b)) + Rational.From(c) - Rational.From(a)) * Rational.From(c);
            Assert.True(Rational.From(rounded.Lower.Value) <= exact && exact <= Rational.From(rounded.Upper.Value), $"{a} {b} {c}");
        }
    }

    /// <summary>An operation of float64 is told exact exactly where it is, and else the true result lies between two neighbours.</summary>
    [Fact]
    public void SingleOperationsLoseNoMoreThanTheyMust()
    {
        var random = new Random(3);
        int exact = 0, rounded = 0;
        double[] special = [0, 1, -1, 0.25, 1e-300, -1e-300, double.Epsilon, 2.2250738585072014e-308, 1e300, 1.0 / 3, 1e-160];
        for (int i = 0; i < 4000; i++)
        {
            double a = i % 3 == 0 ? special[random.Next(special.Length)] : Draw(random);
            double b = i % 5 == 0 ? special[random.Next(special.Length)] : i % 2 == 0 ? random.Next(-64, 65) / 1024.0 : Draw(random);
            // What underflows cannot be told, and is moved outward on both sides.
            bool isTiny = (a != 0 && Math.Abs(a) < 1e-250) || (b != 0 && Math.Abs(b) < 1e-250);
            Check(Float64.Sum(new(a), new(b)), Rational.From(a) + Rational.From(b), isTiny: false);
            if (double.IsFinite(a * b))
            {
                Check(Float64.Product(new(a), new(b)), Rational.From(a) * Rational.From(b), isTiny);
            }

            if (double.IsFinite(a / b))
            {
                Check(Float64.Quotient(new(a), new(b)), Rational.From(a) / Rational.From(b), isTiny);
            }
        }

        Assert.True(exact > 1000 && rounded > 1000, $"{exact} exact, {rounded} rounded.");

        void Check(Interval<Float64> found, Rational truth, bool isTiny)
        {
            var (lower, upper) = (Rational.From(found.Lower.Value), Rational.From(found.Upper.Value));
            Assert.True(lower <= truth && truth <= upper, $"{found} does not hold {truth}.");
            isTiny |= !truth.IsZero && Math.Max(Math.Abs(found.Lower.Value), Math.Abs(found.Upper.Value)) < 1e-250;
            Assert.True(isTiny || found.Upper.Value <= Math.BitIncrement(found.Lower.Value), $"{found} is wider than one step.");
            bool isExact = (Rational.From(truth.ToDouble()) - truth).IsZero;
            Assert.True(isTiny || isExact == (found.Lower == found.Upper), $"{found} of {truth}.");
            (exact, rounded) = isExact ? (exact + 1, rounded) : (exact, rounded + 1);
        }
    }

    /// <summary>Affine maps on a grid lose nothing, whatever the order of their sums; off the grid, bounds enclose what fractions give.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void SumsOnAGridAreExact(bool grid)
    {
        var random = new Random(4);
        for (int i = 0; i < 50; i++)
        {
            double[] weights = Values(12), bias = Values(3), l = Values(4), width = Values(4);
            double[] upper = [.. l.Zip(width, (a, b) => a + Math.Abs(b))];
            var found = Bound<Float64>(weights, bias, l, upper);
            var truth = Bound<Rational>(weights, bias, l, upper);
            for (int j = 0; j < 3; j++)
            {
                var (below, above) = (truth.Lower[j] - Rational.From(found.Lower[j].Value), Rational.From(found.Upper[j].Value) - truth.Upper[j]);
                Assert.True(below >= default(Rational) && above >= default(Rational));
                Assert.True(Rational.From(found.Sums[j].Value) >= truth.Sums[j]);
                Assert.Equal(grid, below.IsZero && above.IsZero);
            }
        }

        double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => grid ? random.Next(-5000, 5000) / 1024.0 : Draw(random))];
    }

    [Fact]
    public void ComparisonsAndSignsAreThoseOfTheNumbers()
    {
        Check<Float64>();
        Check<Rational>();

        static void Check<T>()
            where T : struct, IReal<T>
        {
            double[] all = [-2, -0.5, 0, 0.5, 2, 2.5];
            foreach (var (a, b) in from a in all from b in all select (a, b))
            {
                T x = T.From(a), y = T.From(b);
                Assert.Equal<bool[]>([(a < b), (a > b), a <= b, a >= b], [(x < y), (x > y), x <= y, x >= y]);
                Assert.Equal((Math.Min(a, b), Math.Max(a, b), Math.Abs(a)), (T.Min(x, y).ToDouble(), T.Max(x, y).ToDouble(), T.Abs(x).ToDouble()));
                Assert.Equal(a * b, (x / (b == 0 ? T.One : T.One / y)).ToDouble() * (b == 0 ? 0 : 1));
            }
        }
    }

    /// <summary>The last binary digit of a number, and whether sums of such digits fit.</summary>
    [Fact]
    public void DigitsAreCounted()
    {
        foreach (var (value, digit) in new[] { (1.0, 0), (2, 1), (3, 0), (0.75, -2), (-6, 1), (Math.ScaleB(5, 400), 400), (2.2250738585072014e-308, -1022) })
        {
            Assert.Equal(digit, Float64.LastDigit(new(value)));
        }

        Assert.Equal(int.MaxValue, Float64.LastDigit(default));
        // Of what is subnormal or no number nothing is claimed.
        Assert.All([double.Epsilon, Math.ScaleB(1, -1030), double.PositiveInfinity, double.NaN], value => Assert.Equal(int.MinValue, Float64.LastDigit(new(value))));

        double most = Math.ScaleB(1, 52);
        Assert.True(Float64.HoldsSums(new(Math.BitDecrement(most)), 0));
        Assert.False(Float64.HoldsSums(new(most), 0));
        Assert.False(Float64.HoldsSums(default, -900));
        Assert.True(Float64.HoldsSums(default, -899));
        Assert.False(Float64.HoldsSums(new(double.MaxValue), 900));
        Assert.True(Float64.HoldsSums(new(double.MaxValue), 901));
        Assert.True(Rational.HoldsSums(Rational.From(double.MaxValue), int.MinValue));
    }

    /// <summary>From 1e-260 on errors are known, so that what is exact stays a point.</summary>
    [Fact]
    public void UnderflowIsAssumedNoSoonerThanItMustBe()
    {
        double least = 1e-260, below = Math.BitDecrement(least);
        Assert.Equal(Float64.Product(new(least), Float64.One), new Interval<Float64>(new(least), new(least)));
        Assert.Equal(Float64.Quotient(new(least), Float64.One), new Interval<Float64>(new(least), new(least)));
        Assert.True(Float64.Product(new(below), Float64.One).Lower.Value < below && Float64.Quotient(new(below), Float64.One).Upper.Value > below);
    }

    [Fact]
    public void ProductsAboveABoundAreFound()
    {
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            double[] numbers = [.. Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(-6, 7) / 2.0)], signs = [.. numbers.Select(_ => random.Next(-1, 2))];
            double bound = random.Next(4);
            int from = random.Next(numbers.Length + 1), expected = from;
            while (expected < numbers.Length && !(numbers[expected] * signs[expected] > bound))
            {
                expected++;
            }

            Assert.Equal(expected, Find<Float64>(numbers, signs, bound, from));
            Assert.Equal(expected, Find<Rational>(numbers, signs, bound, from));
        }

        static int Find<T>(double[] numbers, double[] signs, double bound, int from)
            where T : struct, IReal<T> => T.FindProduct(Array.ConvertAll(numbers, T.From), Array.ConvertAll(signs, T.From), T.From(bound), from);
    }

    // Digits that do not fit: 2^60 + 1 is a sum of whole numbers, but no float64 number.
    [Fact]
    public void SumsOfTooManyDigitsAreNotTakenForExact()
    {
        double[] weights = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], x = [Math.ScaleB(1, 60), 1, Math.ScaleB(-1, 60), 0];
        var found = Bound<Float64>(weights, [0, 0, 0], x, x);
        Assert.True(found.Lower[0].Value < 1 && found.Upper[0].Value > 1);
        x[2] = 0;
        found = Bound<Float64>(weights, [0, 0, 0], x, x);
        Assert.True(found.Lower[0].Value <= Math.ScaleB(1, 60) && found.Upper[0].Value > Math.ScaleB(1, 60));
    }

    private static Box<T> Bound<T>(double[] weights, double[] bias, double[] lower, double[] upper)
        where T : struct, IReal<T>
    {
        static T[] Of(double[] values) => Array.ConvertAll(values, T.From);
        return AffineMap<T>.Linear(4, Of(weights), Of(bias)).Bound(new(Of(lower), Of(upper), []));
    }

    /// <summary>The strict comparison: u = th does not fire. One product of float32 numbers is exact in float64; a sum of thirds is not.</summary>
    [Fact]
    public void AMembraneOnItsThresholdDoesNotFire()
    {
        // The threshold is the float32 number 0.3 = w; the current is w x 1, exactly on it, at every step with decay 0.
        const string text =
            "encoding=Direct;steps=2;input=1;fc1=Linear(features=2,bias=false)->2;" +
            "lif1=Lif(threshold=0.3,decay=0,reset=Hard,resetValue=0,surrogate=Rectangular,width=1)->2;readout=Mean()";
        var weights = new Dictionary<string, float[]> { ["fc1.weight"] = [MathF.BitIncrement(0.3f), 0.3f] };
        Assert.Equal(1, Margin<Rational>(text, weights));
        Assert.Equal(1, Margin<Float64>(text, weights), 1e-12);

        // The same current as the mean of nine equal pixels, each times 0.3: shares are fractions, not float64's idea of 1/9.
        const string pooled =
            "encoding=Direct;steps=2;input=1x3x3;pool=AvgPool2d(kernel=3,stride=3)->1x1x1;fc1=Linear(features=2,bias=false)->2;" +
            "lif1=Lif(threshold=0.3,decay=0,reset=Hard,resetValue=0,surrogate=Rectangular,width=1)->2;readout=Mean()";
        Assert.Equal(1, Margin<Rational>(pooled, weights, 9));
        Assert.Equal(1, Margin<Float64>(pooled, weights, 9), 1e-12);
    }

    private static double Margin<T>(string text, Dictionary<string, float[]> weights, int pixels = 1)
        where T : struct, IReal<T>
    {
        var network = Network<T>.Build(Architecture.Read(text), weights, steps: 2);
        return new MarginBounds<T>(network, new PixelBox<T>(PixelBox<T>.Around(Enumerable.Repeat(1f, pixels).ToArray(), 0, clamp: true, RecordedBox.Exact)), new PassOptions()).ByIntervals(0, 1).ToDouble();
    }

    private static double Draw(Random random) => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 6));
}
