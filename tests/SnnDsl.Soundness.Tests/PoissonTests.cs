using System.Numerics;
using SnnDsl.Bounds;
using SnnDsl.Certification.Search.Inputs;
using SnnDsl.Encoders;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Poisson encoding: the draw, and the least value of a form over what a pixel in a box can spike.</summary>
public class PoissonTests
{
    private const int Steps = 7;
    private const int Pixels = 5;

    /// <summary>A fine sweep of each pixel alone finds the least value: the form is a sum over pixels.</summary>
    [Fact]
    public void ConcretisationIsExact()
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        for (int trial = 0; trial < 60; trial++)
        {
            // Noise in 1/256, so that a sweep in steps of 1/1024 meets every pattern; in every third trial of few values, many the same.
            int values = trial % 3 == 0 ? 4 : 256;
            double[][] noise = [.. Enumerable.Range(0, Pixels)
                .Select(_ => Enumerable.Range(0, Steps).Select(_ => random.Next(values) * (256 / values) / 256.0).ToArray())];
            double[] lower = [.. Enumerable.Range(0, Pixels).Select(_ => random.Next(-100, 900) / 1024.0)];
            double[] upper = [.. lower.Select(low => low + random.Next(400) / 1024.0)];
            int used = 1 + trial % Steps;
            double[][] coefficients = [.. Enumerable.Range(0, used)
                .Select(_ => Enumerable.Range(0, Pixels).Select(_ => random.Next(-64, 65) / 64.0).ToArray())];

            double expected = 0;
            for (int i = 0; i < Pixels; i++)
            {
                double least = double.PositiveInfinity;
                for (double pixel = lower[i]; pixel <= upper[i]; pixel += 1 / 1024.0)
                {
                    least = Math.Min(least, Enumerable.Range(0, used).Sum(t => pixel > noise[i][t] ? coefficients[t][i] : 0));
                }

                expected += least;
            }

            var draw = stack(Enumerable.Range(0, Steps).Select(t => tensor([.. noise.Select(pixel => pixel[t])], float64))).unsqueeze(1);
            var input = new PoissonInput(new Interval(tensor(lower, float64).unsqueeze(0), tensor(upper, float64).unsqueeze(0)), draw);
            var rows = stack(coefficients.Select(row => tensor(row, float64))).view(used, 1, 1, Pixels);
            Assert.Equal(expected, input.Concretise(rows).item<double>());
        }
    }

    /// <summary>Where two steps share a noise value their spikes come together, and a pixel that equals it does not spike.</summary>
    [Fact]
    public void EqualNoiseIsPassedAtOnce()
    {
        using var scope = NewDisposeScope();
        var noise = tensor(new[] { 0.5, 0.5 }, float64).view(2, 1, 1);
        var box = new Interval(zeros([1, 1], float64), ones([1, 1], float64));
        Assert.Equal(0, Least(box, -1, 3));
        Assert.Equal(-2, Least(box, 1, -3));
        // Up to the noise and not beyond: no spike; from the noise on: none for the lower end.
        Assert.Equal(0, Least(new Interval(zeros([1, 1], float64), full([1, 1], 0.5, float64)), 1, -3));
        Assert.Equal(-2, Least(new Interval(full([1, 1], 0.5, float64), full([1, 1], 0.6, float64)), 1, -3));

        double Least(Interval pixels, double first, double second) =>
            new PoissonInput(pixels, noise).Concretise(tensor(new[] { first, second }, float64).view(2, 1, 1, 1)).item<double>();
    }

    /// <summary>
    /// Noise within rounding of an end of the exact box, so that float32 may judge it wrongly: the set holds what the exact end spikes, as
    /// bounds see it and as branch and bound does; and the points of a search stay in the float32 box.
    /// </summary>
    [Theory, InlineData(0.03), InlineData(0.1), InlineData(0.25)]
    public void NoiseAtAnEndIsOpen(double epsilon)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(nameof(PoissonFc), Platform.Fused, seed: 1);
        var (box, random, wrong) = (new LInfinity(epsilon, clamp: false), new Random(5), 0);
        long[] shape = [1, .. subject.Module.Description.InputShape];
        int entries = (int)shape.Aggregate(1L, (a, b) => a * b), steps = subject.Steps;
        for (long index = 0; index < 40; index++)
        {
            double[] noise = Values.Of(subject.Module.Noise(zeros(shape), new[] { index }));
            // Every pixel has an end at the noise of its first step, or a unit in the last place beside it.
            float[] pixels = [.. Enumerable.Range(0, entries).Select(i =>
                (float)(noise[i] + (i % 2 == 0 ? epsilon : -epsilon) + ((random.Next(3) - 1) * Math.ScaleB(1, -25))))];
            var input = tensor(pixels).view(shape);
            var set = (PoissonInput)box.Apply(subject.Module, input, new[] { index });
            var (own, spikes) = (box.Box(input), set.Spikes);
            double[] least = Values.Of(spikes.Lower), most = Values.Of(spikes.Upper), lower = Values.Of(own.Lower), upper = Values.Of(own.Upper);
            var nested = SearchSet.Of(set, input, steps);
            for (int i = 0; i < entries; i++)
            {
                // Whole numbers of 2^-100: nothing is rounded.
                int spike = Whole(pixels[i]) + ((i % 2 == 0 ? -1 : 1) * Whole(epsilon)) > Whole(noise[i]) ? 1 : 0;
                Assert.InRange(spike, least[i], most[i]);
                wrong += ((i % 2 == 0 ? lower[i] : upper[i]) > noise[i] ? 1 : 0) != spike ? 1 : 0;
                foreach (double weight in new[] { 1.0, -1 })
                {
                    double[] form = new double[steps * entries], at = new double[form.Length];
                    form[i] = weight;
                    Assert.True(nested.Least(form, at) <= weight * spike);
                    using var point = nested.Point(at)!;
                    Assert.True(point.ge(own.Lower).logical_and(point.le(own.Upper)).all().item<bool>());
                }
            }
        }

        // What makes the test worth its name: some ends are judged wrongly where they are. A quarter is a float32 number, and loses less.
        Assert.True(wrong > 0 || epsilon == 0.25, "Float32 judges all ends rightly.");

        static BigInteger Whole(double value) => new(Math.ScaleB(value, 100));
    }

    /// <summary>A sample's noise depends on its index, not on its batch.</summary>
    [Fact]
    public void NoiseIsTheSameInAnyBatch()
    {
        using var scope = NewDisposeScope();
        long[] indices = [12, 3, 700_000_000_000, 0];
        var batch = CounterNoise.Uniform(5, indices, 4, 6, [2, 3]);
        for (int b = 0; b < indices.Length; b++)
        {
            Assert.Equal(Values.Of(batch.select(1, b)), Values.Of(CounterNoise.Uniform(5, new[] { indices[b] }, 1, 6, [2, 3])));
            Assert.Equal(Values.Of(batch[..2, b]), Values.Of(CounterNoise.Uniform(5, new[] { indices[b] }, 1, 2, [2, 3])));
        }

        Assert.Equal(Values.Of(CounterNoise.Uniform(5, null, 4, 1, [2, 3])[0, 3]), Values.Of(batch[0, 1]));
    }

    /// <summary>Even in [0, 1), and different for every seed, sample and step.</summary>
    [Fact]
    public void NoiseIsUniform()
    {
        using var scope = NewDisposeScope();
        double[] values = Values.Of(CounterNoise.Uniform(1, null, 50, 10, [40]));
        Assert.All(values, value => Assert.True(value is >= 0 and < 1 && value * (1 << 24) == Math.Floor(value * (1 << 24))));
        Assert.InRange(values.Average(), 0.49, 0.51);
        Assert.InRange(values.Average(value => value * value), 0.323, 0.343);
        Assert.True(values.Distinct().Count() > 0.99 * values.Length);
        for (int bin = 0; bin < 10; bin++)
        {
            Assert.InRange(values.Count(value => (int)(value * 10) == bin), 1_850, 2_150);
        }

        Assert.Empty(values.Intersect(Values.Of(CounterNoise.Uniform(2, null, 1, 1, [40]))));
    }
}
