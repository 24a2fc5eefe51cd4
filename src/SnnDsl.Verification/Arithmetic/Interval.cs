namespace SnnDsl.Verification.Arithmetic;

/// <summary>All numbers from one to another; every operation encloses all results.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Lower">The least.</param>
/// <param name="Upper">The greatest.</param>
internal readonly record struct Interval<T>(T Lower, T Upper)
    where T : struct, IReal<T>
{
    /// <summary>The greatest absolute value.</summary>
    public T Magnitude => T.Max(T.Abs(Lower), T.Abs(Upper));

    /// <summary>One number, exactly.</summary>
    public static implicit operator Interval<T>(T point) => new(point, point);

    public static Interval<T> operator +(Interval<T> a, Interval<T> b) => new(T.Below(a.Lower + b.Lower), T.Above(a.Upper + b.Upper));

    public static Interval<T> operator -(Interval<T> a, Interval<T> b) => new(T.Below(a.Lower - b.Upper), T.Above(a.Upper - b.Lower));

    public static Interval<T> operator *(Interval<T> a, Interval<T> b)
    {
        var (p, q, r, s) = (a.Lower * b.Lower, a.Lower * b.Upper, a.Upper * b.Lower, a.Upper * b.Upper);
        return new(T.Below(T.Min(T.Min(p, q), T.Min(r, s))), T.Above(T.Max(T.Max(p, q), T.Max(r, s))));
    }

    /// <summary>The quotient by numbers above 0.</summary>
    public static Interval<T> operator /(Interval<T> a, Interval<T> b)
    {
        var (p, q, r, s) = (a.Lower / b.Lower, a.Lower / b.Upper, a.Upper / b.Lower, a.Upper / b.Upper);
        return new(T.Below(T.Min(T.Min(p, q), T.Min(r, s))), T.Above(T.Max(T.Max(p, q), T.Max(r, s))));
    }

    /// <summary>The smallest interval that holds both.</summary>
    public Interval<T> Join(Interval<T> other) => new(T.Min(Lower, other.Lower), T.Max(Upper, other.Upper));

    /// <summary>What lies in both, where both are known to hold the same number; then it is not empty.</summary>
    public Interval<T> Meet(Interval<T> other) => new(T.Max(Lower, other.Lower), T.Min(Upper, other.Upper));

    /// <summary>Wider by so much on both sides.</summary>
    public Interval<T> Widen(T by) => new(T.Below(Lower - by), T.Above(Upper + by));
}
