using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>All numbers from one to another, in float64: of numbers with few digits nothing is lost.</summary>
/// <param name="Lower">The least.</param>
/// <param name="Upper">The greatest.</param>
internal readonly record struct Between(double Lower, double Upper)
{
    /// <summary>The greatest absolute value.</summary>
    public double Magnitude => Math.Max(Math.Abs(Lower), Math.Abs(Upper));

    public static Between operator +(Between a, Between b) => new(a.Lower + b.Lower, a.Upper + b.Upper);

    public static Between operator *(double weight, Between a) =>
        weight >= 0 ? new(weight * a.Lower, weight * a.Upper) : new(weight * a.Upper, weight * a.Lower);

    /// <summary>What the checker computed.</summary>
    public static Between Of(Interval<Rational> found) => new(found.Lower.ToDouble(), found.Upper.ToDouble());

    /// <summary>One number.</summary>
    public static Between Exactly(double value) => new(value, value);

    /// <summary>The smallest that holds both.</summary>
    public Between Join(Between other) => new(Math.Min(Lower, other.Lower), Math.Max(Upper, other.Upper));

    /// <summary>What lies in both.</summary>
    public Between Meet(Between other) => new(Math.Max(Lower, other.Lower), Math.Min(Upper, other.Upper));

    /// <summary>Wider by so much on both sides.</summary>
    public Between Widen(double by) => new(Lower - by, Upper + by);
}
