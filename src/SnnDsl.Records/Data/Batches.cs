namespace SnnDsl.Data;

/// <summary>Cuts the positions 0 .. count - 1 of a data set into batches.</summary>
public static class Batches
{
    /// <summary>Consecutive batches; the last may be smaller.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="batchSize">How many go into a batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or the batch size below 1.</exception>
    public static IEnumerable<int[]> InOrder(int count, int batchSize)
    {
        Check(count, batchSize);
        return Enumerable.Range(0, count).Chunk(batchSize);
    }

    /// <summary>Batches of a shuffled order, which depends on nothing but the count, the seed and the epoch.</summary>
    /// <param name="count">How many samples there are.</param>
    /// <param name="batchSize">How many go into a batch.</param>
    /// <param name="seed">Names the sequence of orders.</param>
    /// <param name="epoch">Which order of that sequence.</param>
    /// <param name="dropLast">Leave out a last batch that is not full.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or the batch size below 1.</exception>
    public static IEnumerable<int[]> Shuffled(int count, int batchSize, ulong seed, int epoch = 0, bool dropLast = false)
    {
        Check(count, batchSize);
        int[] order = [.. Enumerable.Range(0, count)];
        // Hashed before the epoch is added: epoch 1 of seed 7 must not be epoch 0 of seed 8.
        new SplitMix64(new SplitMix64(seed).Next() + (ulong)epoch).Shuffle(order);
        return order.Chunk(batchSize).Where(batch => !dropLast || batch.Length == batchSize);
    }

    private static void Check(int count, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
    }
}
