using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>No constant of an architecture is rounded and then taken as exact: float64 bounds hold of what fractions compute.</summary>
public class ConstantTests
{
    private static readonly int[] Image = [2, 7, 7];

    /// <summary>1/9 is no float64 number, but a sum of a few nearest ones is exact: it must not be taken for a mean.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(7)]
    public void SharesOfPoolsAreFractions(int kernel)
    {
        float[] pixels = [.. Enumerable.Range(0, Image.Aggregate((a, b) => a * b)).Select(i => i % (kernel * kernel) == 0 ? 1f : 0f)];
        int side = 7 / kernel;
        Enclosed(pixels, [], (Maps<Float64> of) => of.Pool(kernel, side), (Maps<Rational> of) => of.Pool(kernel, side));
    }

    /// <summary>Maps one after the other, with pools among them: boxes, products and flips.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void ChainsEncloseTheirFractions(int seed)
    {
        var random = new Random(seed);
        // Weights on a grid, whose sums are exact, and others.
        float Draw() => seed % 2 == 0 ? random.Next(-8, 9) / 16f : (float)(random.NextDouble() - 0.5);
        float[] conv = Some(Draw, 3 * 2 * 9), convBias = Some(Draw, 3), linear = Some(Draw, 4 * 3), linearBias = Some(Draw, 4), last = Some(Draw, 3 * 4), lastBias = Some(Draw, 3);
        float[] pixels = [.. Enumerable.Range(0, 98).Select(_ => random.Next(2) == 0 ? 0f : seed % 2 == 0 ? 1f : random.NextSingle())];
        float[] weights = [.. conv, .. convBias, .. linear, .. linearBias, .. last, .. lastBias];
        Enclosed(pixels, weights, (Maps<Float64> of) => of.Chain(), (Maps<Rational> of) => of.Chain());
    }

    private static float[] Some(Func<float> draw, int count) => [.. Enumerable.Range(0, count).Select(_ => draw())];

    private static void Enclosed(float[] pixels, float[] weights, Func<Maps<Float64>, MapChain<Float64>> rounded, Func<Maps<Rational>, MapChain<Rational>> fractions)
    {
        var (found, exact) = (rounded(new(weights)), fractions(new(weights)));
        foreach (double width in new[] { 0, 0.125, 0.1 })
        {
            var (some, all) = (new PixelBox<Float64>(Around<Float64>(pixels, width)), new PixelBox<Rational>(Around<Rational>(pixels, width)));
            Holds(some.Currents(found, 0, false)[^1], all.Currents(exact, 0, false)[^1]);
            Holds(some.Currents(found.Boxes, 0, false)[^1], all.Currents(exact.Boxes, 0, false)[^1]);
        }

        float[][] recording = [[.. pixels.Select(pixel => pixel > 0 ? 1f : 0f)]];
        foreach (int flips in new[] { 0, 1, 5, int.MaxValue })
        {
            Holds(
                new FlippedSpikes<Float64>(recording, flips, true, true).Currents(found, 0, false)[^1],
                new FlippedSpikes<Rational>(recording, flips, true, true).Currents(exact, 0, false)[^1]);
        }
    }

    private static Box<TNumber> Around<TNumber>(float[] pixels, double width)
        where TNumber : struct, IReal<TNumber> => Box<TNumber>.Of(
            [.. pixels.Select(pixel => new Interval<TNumber>(TNumber.From(pixel - (pixel == 0 ? 0 : width)), TNumber.From(pixel)))]);

    // Exactly, without any tolerance.
    private static void Holds(Box<Float64> found, Box<Rational> exact)
    {
        for (int i = 0; i < exact.Count; i++)
        {
            Assert.True(Rational.From(found.Lower[i].Value) <= exact.Lower[i], $"{i}: {found.Lower[i]} is above {exact.Lower[i]}");
            Assert.True(Rational.From(found.Upper[i].Value) >= exact.Upper[i], $"{i}: {found.Upper[i]} is below {exact.Upper[i]}");
            Assert.True(found.Upper[i].Value - found.Lower[i].Value <= (exact.Upper[i] - exact.Lower[i]).ToDouble() + 1e-12);
        }
    }

    private sealed class Maps<TNumber>(float[] weights)
        where TNumber : struct, IReal<TNumber>
    {
        private int used;

        public MapChain<TNumber> Pool(int kernel, int side) => new([AffineMap<TNumber>.Pool(Image, [2, side, side], kernel, kernel, padding: 0, kernel * kernel)]);

        public MapChain<TNumber> Chain() => new(
        [
            AffineMap<TNumber>.Convolution(Image, [3, 7, 7], 3, 1, 1, Take(3 * 2 * 9), Take(3)),
            AffineMap<TNumber>.Pool([3, 7, 7], [3, 2, 2], 3, 3, padding: 0, 9),
            AffineMap<TNumber>.Pool([3, 2, 2], [3, 1, 1], 2, 2, padding: 0, 4),
            AffineMap<TNumber>.Linear(3, Take(12), Take(4)),
            AffineMap<TNumber>.Linear(4, Take(12), Take(3)),
        ]);

        private TNumber[] Take(int count) => [.. weights[used..(used += count)].Select(weight => TNumber.From(weight))];
    }
}
