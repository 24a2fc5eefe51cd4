namespace SnnDsl.Verification.Arithmetic;

/// <summary>All numbers from one to another; every operation encloses all results, and is exact where no digit is lost.</summary>
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

    public static Interval<T> operator +(Interval<T> a, Interval<T> b) => new(T.Sum(a.Lower, b.Lower).Lower, T.Sum(a.Upper, b.Upper).Upper);

    public static Interval<T> operator -(Interval<T> a, Interval<T> b) => new(T.Sum(a.Lower, -b.Upper).Lower, T.Sum(a.Upper, -b.Lower).Upper);

    public static Interval<T> operator *(Interval<T> a, Interval<T> b) =>
        T.Product(a.Lower, b.Lower).Join(T.Product(a.Lower, b.Upper)).Join(T.Product(a.Upper, b.Lower)).Join(T.Product(a.Upper, b.Upper));

    /// <summary>The quotient by numbers above 0.</summary>
    public static Interval<T> operator /(Interval<T> a, Interval<T> b) =>
        T.Quotient(a.Lower, b.Lower).Join(T.Quotient(a.Lower, b.Upper)).Join(T.Quotient(a.Upper, b.Lower)).Join(T.Quotient(a.Upper, b.Upper));

    /// <summary>The smallest interval that holds both.</summary>
    public Interval<T> Join(Interval<T> other) => new(T.Min(Lower, other.Lower), T.Max(Upper, other.Upper));

    /// <summary>What lies in both, where both are known to hold the same number; then it is not empty.</summary>
    public Interval<T> Meet(Interval<T> other) => new(T.Max(Lower, other.Lower), T.Min(Upper, other.Upper));

    /// <summary>Wider by so much on both sides.</summary>
    public Interval<T> Widen(T by) => new(T.Sum(Lower, -by).Lower, T.Sum(Upper, by).Upper);
}
