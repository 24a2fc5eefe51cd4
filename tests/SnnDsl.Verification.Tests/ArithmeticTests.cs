using System.Numerics;
using SnnDsl.Encoders;
using SnnDsl.Soundness.Tests.Reference;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Tests;

/// <summary>The verifier's numbers, its noise, and a membrane that sits exactly on its threshold.</summary>
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

    [Fact]
    public void NoiseIsTheEncoders()
    {
        foreach (var (seed, index) in new[] { (0L, 0L), (7L, 3L), (-1L, 59_999L), (long.MinValue, long.MaxValue) })
        {
            double[] encoder = Values.Of(CounterNoise.Uniform(seed, new[] { index }, 1, 5, [2, 7]));
            Assert.Equal(encoder, Noise.Draw(seed, index, 5, 14).SelectMany(step => step));
        }
    }

    /// <summary>The strict comparison: u = th does not fire, and only exact numbers can say so. 0.1 x 3 rounds upward in float64.</summary>
    [Fact]
    public void AMembraneOnItsThresholdDoesNotFire()
    {
        // The threshold is the float32 number 0.3 = w; the current is w x 1, exactly on it, at every step with decay 0.
        const string text =
            "encoding=Direct;steps=2;input=1;fc1=Linear(features=2,bias=false)->2;" +
            "lif1=Lif(threshold=0.3,decay=0,reset=Hard,resetValue=0,surrogate=Rectangular,width=1)->2;readout=Mean()";
        var weights = new Dictionary<string, float[]> { ["fc1.weight"] = [MathF.BitIncrement(0.3f), 0.3f] };
        Assert.Equal(1, Margin<Rational>(text, weights));
        // float64 cannot tell, so that the second neuron may fire: no margin is proved.
        Assert.InRange(Margin<Float64>(text, weights), -1, 0);
        Assert.Equal(new BigInteger(1), new BigInteger(Margin<Rational>(text, weights)));
    }

    private static double Margin<T>(string text, Dictionary<string, float[]> weights)
        where T : struct, IReal<T>
    {
        var network = Network<T>.Build(Architecture.Read(text), weights, steps: 2);
        return new MarginBounds<T>(network, new PixelBox<T>(PixelBox<T>.Around([1f], 0, clamp: true)), new PassOptions()).ByIntervals(0, 1).ToDouble();
    }

    private static double Draw(Random random) => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 6));
}
