using SnnDsl.Bounds;
using SnnDsl.Smoothing;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Smoothing by rate coding: the statistics, the bound of the total variation, and classifiers whose probabilities are enumerated.</summary>
public class SmoothingTests
{
    /// <summary>Closed forms, and values as tables give them.</summary>
    [Theory]
    [InlineData(10, 10, 0.05, 0.741134), InlineData(0, 10, 0.05, 0), InlineData(1, 1, 0.1, 0.1), InlineData(5, 10, 0.025, 0.187086)]
    [InlineData(8, 10, 0.025, 0.443905), InlineData(1000, 1000, 0.001, 0.993116), InlineData(1, 100, 0.025, 0.000253146)]
    public void LowerBoundsAreTheKnownOnes(long successes, long trials, double error, double expected)
    {
        Assert.Equal(expected, ClopperPearson.Lower(successes, trials, error), 1e-6);
        Assert.Equal(1 - expected, ClopperPearson.Upper(trials - successes, trials, error), 1e-6);
    }

    /// <summary>The chance that a bound is on the wrong side, added up exactly, is never above the error.</summary>
    [Theory]
    [InlineData(1, 0.05), InlineData(7, 0.1), InlineData(40, 0.01), InlineData(200, 0.001)]
    public void BoundsCover(int trials, double error)
    {
        double[] lower = [.. Enumerable.Range(0, trials + 1).Select(k => ClopperPearson.Lower(k, trials, error))];
        Assert.Equal(lower.Order(), lower);
        // Next to a bound the chance is greatest.
        foreach (double p in lower.SelectMany(bound => new[] { bound - 1e-6, bound + 1e-6, bound + 0.01 }).Where(p => p is > 0 and < 1))
        {
            double[] chances = new double[trials + 1];
            chances[0] = 1;
            for (int n = 0; n < trials; n++)
            {
                for (int k = n + 1; k >= 0; k--)
                {
                    chances[k] = chances[k] * (1 - p) + (k > 0 ? chances[k - 1] * p : 0);
                }
            }

            Assert.True(chances.Where((_, k) => lower[k] > p).Sum() <= error + 1e-12);
        }
    }

    /// <summary>The distributions of all spike patterns of a few pixels, enumerated: never further apart than stated, and as far in one case.</summary>
    [Fact]
    public void TotalVariationIsBoundedAndReached()
    {
        var random = new Random(2);
        for (int trial = 0; trial < 300; trial++)
        {
            int pixels = 1 + random.Next(3), steps = 1 + random.Next(12 / pixels);
            double[] x = Image(), y = trial % 3 == 0 ? Image() : [.. x.Select(value => Math.Clamp(value + (random.NextDouble() - 0.5) * 0.2, 0, 1))];
            double variation = Patterns(pixels * steps).Sum(bits => Math.Max(0, Chance(x, steps, bits) - Chance(y, steps, bits)));
            Assert.True(variation <= RateSmoothing.TotalVariation(x.Zip(y, (a, b) => Math.Abs(a - b)).Sum(), steps) + 1e-12);

            double[] Image() => [.. Enumerable.Range(0, pixels).Select(_ => random.Next(4) == 0 ? random.Next(2) : random.NextDouble())];
        }

        double[] dark = [0, 0.3], lit = [0.15, 0.3];
        double reached = Patterns(6).Sum(bits => Math.Max(0, Chance(dark, 3, bits) - Chance(lit, 3, bits)));
        Assert.Equal(RateSmoothing.TotalVariation(0.15, 3), reached, 1e-12);
    }

    /// <summary>Radii undo the bound, and no gap has none.</summary>
    [Theory]
    [InlineData(1), InlineData(4), InlineData(10)]
    public void RadiiUndoTheTotalVariation(int steps)
    {
        foreach (double gap in new[] { 1e-3, 0.1, 0.5, 0.999, 1 })
        {
            double radius = RateSmoothing.Radius(gap, steps, pixels: 0);
            Assert.InRange(gap / 2 - RateSmoothing.TotalVariation(radius, steps), 0, 1e-6);
            Assert.True(RateSmoothing.Radius(gap, steps, pixels: 784) < radius);
        }

        Assert.Equal(0, RateSmoothing.Radius(0, steps, 1));
        Assert.Equal(0, RateSmoothing.Radius(-0.5, steps, 1));
        Assert.Equal(0, RateSmoothing.Radius(1e-9, steps, 1000));
    }

    /// <summary>Votes without a clear winner, or for another class than the chosen one, prove nothing.</summary>
    [Fact]
    public void UnclearVotesAbstain()
    {
        Assert.Null(SmoothedPrediction.Of(0, [50, 50, 0], 0.01, 4, 6).Class);
        Assert.Null(SmoothedPrediction.Of(1, [90, 10, 0], 0.01, 4, 6).Class);
        Assert.Null(SmoothedPrediction.Of(0, [3, 0, 0], 0.001, 4, 6).Class);
        var clear = SmoothedPrediction.Of(2, [10, 20, 970], 0.001, 4, 6);
        Assert.Equal(2, clear.Class);
        Assert.InRange(clear.ProbabilityLower, 0.94, 0.97);
        Assert.InRange(clear.RivalUpper, 0.02, 0.06);
        Assert.InRange(clear.Radius, 0.1, 1 - Math.Pow(1 - 0.97 / 2, 0.25));
        // Rivals that share what is left are each less than all of it.
        Assert.True(SmoothedPrediction.Of(0, [600, 200, 200], 0.01, 4, 6).Radius > SmoothedPrediction.Of(0, [600, 400, 0], 0.01, 4, 6).Radius);
    }

    /// <summary>A network so small that all its spike patterns are tried: draws agree with the true probabilities, and no image within a
    /// radius has another class.</summary>
    [Fact]
    public void CertifiedClassesHoldWithinTheRadius()
    {
        const int steps = 2;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        int certified = 0, abstained = 0;
        foreach (int seed in new[] { 1, 2, 3 })
        {
            using var subject = new Subject(nameof(PoissonFc), Platform.Double, seed);
            subject.Module.Steps = steps;
            var patterns = stack(Patterns(12).Select(bits =>
                tensor([.. Enumerable.Range(0, 12).Select(i => (double)(bits >> i & 1))], float64).view(6, steps).t())).transpose(0, 1);
            double[] classes = Values.Of(Margins.Predict(subject.Eager.Run(patterns, steps).Logits));
            var images = subject.Inputs(6);
            images[0] = images[0].round();
            var classifier = new SmoothedClassifier(subject.Module, new() { Seed = seed, Confidence = 0.9999, Selection = 40, Samples = 400, BatchSize = 150 });
            for (int b = 0; b < 6; b++)
            {
                double[] image = Values.Of(images[b]), chances = Chances(image);
                var found = classifier.Predict(images[b..(b + 1)], index: b);
                Assert.Equal(400, found.Votes.Sum());
                for (int j = 0; j < 3; j++)
                {
                    Assert.InRange(found.Votes[j] / 400.0, chances[j] - 0.12, chances[j] + 0.12);
                }

                if (found.Class is not { } chosen)
                {
                    abstained++;
                    continue;
                }

                certified++;
                Assert.True(chances[chosen] >= found.ProbabilityLower);
                Assert.All(chances.Where((_, j) => j != chosen), chance => Assert.True(chance <= found.RivalUpper));
                for (int trial = 0; trial < 12; trial++)
                {
                    // The whole radius on one pixel, or spread over all.
                    double[] moved = [.. image];
                    for (int i = 0; i < 6; i++)
                    {
                        double share = trial < 6 ? (i == trial ? 1 : 0) : 1 / 6.0;
                        double step = found.Radius * 0.999 * share;
                        moved[i] = moved[i] + step > 1 || (trial % 2 == 0 && moved[i] - step >= 0) ? Math.Max(0, moved[i] - step) : moved[i] + step;
                    }

                    double[] there = Chances(moved);
                    Assert.True(there.Where((_, j) => j != chosen).All(chance => chance < there[chosen]));
                }
            }

            double[] Chances(double[] image) => [.. Enumerable.Range(0, 3).Select(j =>
                Patterns(12).Where(bits => classes[bits] == j).Sum(bits => Chance(image, steps, bits)))];
        }

        Assert.True(certified > 5, $"{certified} certified, {abstained} abstained");
    }

    /// <summary>Draws depend on seed and index alone; the network's own draw is left as it was.</summary>
    [Fact]
    public void DrawsAreTheSameInAnyBatch()
    {
        int mixed = 0;
        foreach (int weights in new[] { 1, 2, 3, 4, 5 })
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(nameof(PoissonFc), Platform.Double, weights);
            (subject.Module.Steps, subject.Module.EncodingSeed) = (2, 77);
            var image = full(1, 6, 0.5, float64);
            long[] Votes(int batch, long seed, long index) => new SmoothedClassifier(
                subject.Module, new() { Samples = 200, Selection = 10, BatchSize = batch, Seed = seed }).Predict(image, index).Votes;
            long[] votes = Votes(200, 1, 5);
            Assert.Equal(votes, Votes(7, 1, 5));
            Assert.Equal(77, subject.Module.EncodingSeed);
            bool differs = !votes.SequenceEqual(Votes(200, 2, 5)) && !votes.SequenceEqual(Votes(200, 1, 6));
            mixed += votes.Max() < 180 && differs ? 1 : 0;
        }

        // Where draws disagree, others of them vote otherwise.
        Assert.True(mixed > 0);
    }

    [Fact]
    public void WhatCannotBeSmoothedIsRefused()
    {
        using var direct = new Subject(nameof(HardRectangular), Platform.Double, seed: 2);
        using var poisson = new Subject(nameof(PoissonFc), Platform.Double, seed: 2);
        Assert.Throws<ArgumentException>(() => new SmoothedClassifier(direct.Module));
        Assert.Throws<ArgumentException>(() => new SmoothedClassifier(poisson.Module, new() { Confidence = 1 }));
        Assert.Throws<ArgumentException>(() => new SmoothedClassifier(poisson.Module, new() { Samples = 0 }));
        Assert.Throws<ArgumentException>(() => new SmoothedClassifier(poisson.Module).Predict(poisson.Inputs(2), 0));
        Assert.Throws<ArgumentException>(() => new SmoothedClassifier(poisson.Module).Predict(poisson.Inputs(1) + 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Lower(3, 2, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Lower(1, 2, 0));
    }

    private static IEnumerable<int> Patterns(int bits) => Enumerable.Range(0, 1 << bits);

    // Bit i T + t is pixel i's spike at step t.
    private static double Chance(double[] image, int steps, int bits) =>
        image.Select((rate, i) => Enumerable.Range(0, steps).Select(t => (bits >> (i * steps + t) & 1) == 1 ? rate : 1 - rate).Aggregate((a, b) => a * b)).Aggregate((a, b) => a * b);
}
