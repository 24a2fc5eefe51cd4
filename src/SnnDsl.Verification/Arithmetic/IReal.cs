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

    /// <summary>
    /// What a sum of so many products may have lost, in any order, as a share of the sum of their absolute values (and of an
    /// approximation of that sum, which itself was rounded): twice the usual gamma.
    /// </summary>
    static abstract T Lost(long terms);

    /// <summary>The nearest float64 or one next to it.</summary>
    double ToDouble();
}
