using System.Globalization;

namespace SnnDsl.Evaluation;

/// <summary>Every n-th sample of a run, so that several processes share a data set: positions p with p mod Count = Index.</summary>
public readonly record struct Shard
{
    /// <summary>Creates a shard.</summary>
    /// <param name="index">Which one, from 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">How many there are, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not below the count.</exception>
    public Shard(int index, int count)
    {
        if (index < 0 || index >= count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"There is no shard {index}/{count}: of n shards give one from 0/n to n-1/n.");
        }

        (Index, Count) = (index, count);
    }

    /// <summary>All samples.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Which one, from 0 on.</summary>
    public int Index { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The shard of a text such as 2/8.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null if the text is no shard.</returns>
    public static Shard? TryParse(string text) =>
        text.Split('/') is [var first, var second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && index < count
            ? new(index, count)
            : null;

    /// <summary>The positions of this shard among so many samples.</summary>
    /// <param name="samples">How many samples there are.</param>
    public IEnumerable<int> Positions(int samples)
    {
        var (index, count) = (Index, Count);
        return Enumerable.Range(0, samples).Where(position => position % count == index);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Index}/{Count}";
}
