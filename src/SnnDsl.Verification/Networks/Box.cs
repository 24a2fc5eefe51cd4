using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>Bounds of one layer's values at one step.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Lower">The least of each.</param>
/// <param name="Upper">The greatest of each.</param>
/// <param name="Sums">
/// Where an affine map computed them: at least the sum of the absolute products in each value, |b| + sum |w x|, which rounding is
/// measured by. Empty elsewhere.
/// </param>
internal sealed record Box<T>(T[] Lower, T[] Upper, T[] Sums)
    where T : struct, IReal<T>
{
    /// <summary>Where an affine map computed them: how many products of each value can be other than 0; others round nothing. Empty elsewhere.</summary>
    public int[] Terms { get; init; } = [];

    /// <summary>Where several maps computed them and their product was bounded as well: the same values, their sums and their terms by the product.</summary>
    public Box<T>? Whole { get; init; }

    /// <summary>How many values.</summary>
    public int Count => Lower.Length;

    /// <summary>The bounds of one value.</summary>
    public Interval<T> this[int i] => new(Lower[i], Upper[i]);

    /// <summary>One value's bounds each.</summary>
    public static Box<T> Of(IReadOnlyList<Interval<T>> values) =>
        new([.. values.Select(value => value.Lower)], [.. values.Select(value => value.Upper)], []);

    /// <summary>Values that are known exactly.</summary>
    public static Box<T> Exactly(T[] values) => new(values, values, []);

    /// <summary>The same values, which are known to lie in another box as well.</summary>
    /// <param name="other">The other box.</param>
    public Box<T> Meet(Box<T> other) => this with
    {
        Lower = [.. Lower.Zip(other.Lower, T.Max)],
        Upper = [.. Upper.Zip(other.Upper, T.Min)],
    };

    /// <summary>The part in which one value is at most, or at least, a number; null if there is none.</summary>
    /// <param name="at">The value.</param>
    /// <param name="number">The number.</param>
    /// <param name="above">Whether it is at least the number.</param>
    public Box<T>? Cut(int at, double number, bool above)
    {
        var (lower, upper) = ((T[])Lower.Clone(), (T[])Upper.Clone());
        (lower[at], upper[at]) = above
            ? (T.Max(lower[at], T.From(number)), upper[at])
            : (lower[at], T.Min(upper[at], T.From(number)));
        return lower[at] <= upper[at] ? new(lower, upper, []) : null;
    }
}
