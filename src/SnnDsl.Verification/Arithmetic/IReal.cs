namespace SnnDsl.Verification.Arithmetic;

/// <summary>
/// The numbers that a verification computes with: float64 whose every result can be moved outward, or exact rationals, where nothing is
/// lost. All bounds are written once, over this interface. The default value is 0.
/// </summary>
/// <typeparam name="T">The number itself.</typeparam>
internal interface IReal<T>
    where T : struct, IReal<T>
{
    /// <summary>1.</summary>
    static abstract T One { get; }

    /// <summary>More than underflow can take from any sum of this program; 0 for exact numbers.</summary>
    static abstract T Tiny { get; }

    /// <summary>Whether it is 0.</summary>
    bool IsZero { get; }

    /// <summary>A float64 (or float32) number, exactly.</summary>
    static abstract T From(double value);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator -(T a);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract bool operator <(T a, T b);

    static abstract bool operator >(T a, T b);

    static abstract bool operator <=(T a, T b);

    static abstract bool operator >=(T a, T b);

    /// <summary>The smaller; what is not a number stays so, and then proves nothing.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The larger; what is not a number stays so, and then proves nothing.</summary>
    static abstract T Max(T a, T b);

    /// <summary>The absolute value.</summary>
    static abstract T Abs(T a);

    /// <summary>A number that is at most the true result of the one operation which gave <paramref name="result"/>.</summary>
    static abstract T Below(T result);

    /// <summary>A number that is at least the true result of the one operation which gave <paramref name="result"/>.</summary>
    static abstract T Above(T result);

    /// <summary>Encloses a + b: exactly that where nothing is rounded off, else it and its neighbour on the side of the true sum.</summary>
    static abstract Interval<T> Sum(T a, T b);

    /// <summary>Encloses a b, as tightly as <see cref="Sum"/>.</summary>
    static abstract Interval<T> Product(T a, T b);

    /// <summary>Encloses a / b, as tightly as <see cref="Sum"/>.</summary>
    static abstract Interval<T> Quotient(T a, T b);

    /// <summary>
    /// The place of the last binary digit that is not 0: the number is a whole multiple of 2 to this power. int.MaxValue for 0, and
    /// int.MinValue where no such power is of use.
    /// </summary>
    static abstract int LastDigit(T value);

    /// <summary>Whether every sum of multiples of 2^digit whose absolute values sum up to about <paramref name="absolute"/> is exact, in any order.</summary>
    static abstract bool HoldsSums(T absolute, int digit);

    /// <summary>
    /// What a sum of so many products may have lost, in any order, as a share of the sum of their absolute values (and of an
    /// approximation of that sum, which itself was rounded): twice the usual gamma.
    /// </summary>
    static abstract T Lost(long terms);

    /// <summary>Adds to each number of a sum another one times a factor.</summary>
    /// <param name="sum">The sum.</param>
    /// <param name="numbers">As many numbers.</param>
    /// <param name="factor">The factor.</param>
    static virtual void AddProducts(Span<T> sum, ReadOnlySpan<T> numbers, T factor)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += numbers[i] * factor;
        }
    }

    /// <summary>
    /// Adds up, in any order, products of weights with numbers between bounds: the least they can be, the greatest, and of absolute values.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="lower">By weight the number's least.</param>
    /// <param name="upper">By weight the number's greatest.</param>
    static virtual (T Low, T High, T Absolute) SumProducts(ReadOnlySpan<T> weights, ReadOnlySpan<T> lower, ReadOnlySpan<T> upper)
    {
        T low = default, high = default, absolute = default;
        for (int i = 0; i < weights.Length; i++)
        {
            T weight = weights[i], l = lower[i], u = upper[i];
            bool positive = weight >= default(T);
            low += weight * (positive ? l : u);
            high += weight * (positive ? u : l);
            absolute += T.Abs(weight) * T.Max(T.Abs(l), T.Abs(u));
        }

        return (low, high, absolute);
    }

    /// <summary>The first place from one on where a number times a sign is above a bound; behind the last where none is.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="signs">1, 0 or -1 for each.</param>
    /// <param name="bound">The bound; not below 0.</param>
    /// <param name="from">Where to begin.</param>
    static virtual int FindProduct(ReadOnlySpan<T> numbers, ReadOnlySpan<T> signs, T bound, int from)
    {
        while (from < numbers.Length && !(numbers[from] * signs[from] > bound))
        {
            from++;
        }

        return from;
    }

    /// <summary>The nearest float64 or one next to it.</summary>
    double ToDouble();
}
