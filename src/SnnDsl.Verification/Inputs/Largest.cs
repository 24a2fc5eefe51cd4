using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Inputs;

/// <summary>The k largest of the numbers above 0 that were added.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="count">k.</param>
internal sealed class Largest<T>(int count)
    where T : struct, IReal<T>
{
    // In descending order.
    private readonly List<T> kept = [];

    /// <summary>They, in descending order.</summary>
    public IReadOnlyList<T> Kept => kept;

    /// <summary>At least their sum.</summary>
    public T Sum => kept.Aggregate(default(T), (sum, value) => T.Sum(sum, value).Upper);

    // What a number must be above to be kept.
    private T Least => kept.Count < count ? default : kept[^1];

    /// <summary>Adds products of numbers and 1, 0 or -1.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="signs">1, 0 or -1 for each.</param>
    public void Add(ReadOnlySpan<T> numbers, ReadOnlySpan<T> signs)
    {
        for (int i = 0; count > 0 && (i = T.FindProduct(numbers, signs, Least, i)) < numbers.Length; i++)
        {
            Add(numbers[i] * signs[i]);
        }
    }

    /// <summary>Adds a number.</summary>
    public void Add(T value)
    {
        if (!(value > default(T)) || (kept.Count == count && (count == 0 || value <= kept[^1])))
        {
            return;
        }

        int place = kept.Count;
        while (place > 0 && kept[place - 1] < value)
        {
            place--;
        }

        kept.Insert(place, value);
        if (kept.Count > count)
        {
            kept.RemoveAt(count);
        }
    }
}
