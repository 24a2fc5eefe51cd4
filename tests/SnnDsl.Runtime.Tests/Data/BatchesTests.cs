using SnnDsl.Data;

namespace SnnDsl.Runtime.Tests;

public sealed class BatchesTests
{
    [Fact]
    public void InOrderGoesThroughAllAndMayEndWithASmallerBatch() =>
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], Batches.InOrder(10, 4).ToArray());

    [Fact]
    public void ShuffledBatchesHoldEveryPositionOnce()
    {
        int[][] batches = [.. Batches.Shuffled(1003, 100, seed: 5)];
        Assert.Equal(11, batches.Length);
        Assert.Equal(Enumerable.Range(0, 1003), batches.SelectMany(b => b).Order());
        Assert.NotEqual(Enumerable.Range(0, 1003), batches.SelectMany(b => b));
        Assert.All(Batches.Shuffled(1003, 100, seed: 5, dropLast: true), b => Assert.Equal(100, b.Length));
    }

    [Fact]
    public void TheOrderDependsOnSeedAndEpochOnly()
    {
        int[] Order(ulong seed, int epoch) => [.. Batches.Shuffled(200, 7, seed, epoch).SelectMany(b => b)];
        Assert.Equal(Order(1, 2), Order(1, 2));
        Assert.Equal(6, new[] { Order(0, 0), Order(0, 1), Order(0, 2), Order(1, 0), Order(1, 1), Order(2, 0) }
            .Select(order => string.Join(' ', order)).Distinct().Count());
    }

    [Fact]
    public void TheGeneratorIsSplitMix64()
    {
        // The first outputs for seed 1234567, as published with the algorithm's reference code.
        var random = new SplitMix64(1234567);
        Assert.Equal([6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL], [random.Next(), random.Next(), random.Next()]);
    }

    [Fact]
    public void EveryOrderIsEquallyLikely()
    {
        var counts = new Dictionary<string, int>();
        for (int seed = 0; seed < 24_000; seed++)
        {
            string order = string.Join("", Batches.Shuffled(4, 4, (ulong)seed).Single());
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, counts.Count);
        // 1,000 expected, standard deviation 31; five of them.
        Assert.All(counts.Values, count => Assert.InRange(count, 845, 1155));
    }

    [Fact]
    public void SizesThatMakeNoSenseAreRefusedAtOnce()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches.InOrder(10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches.Shuffled(-1, 4, 0));
    }
}
