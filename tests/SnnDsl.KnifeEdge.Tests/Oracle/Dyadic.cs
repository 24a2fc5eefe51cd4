using System.Numerics;

namespace SnnDsl.KnifeEdge.Tests.Oracle;

/// <summary>A whole number times a power of two: what every float32 is, and what sums and products of them stay, without any rounding.</summary>
internal readonly struct Dyadic : IComparable<Dyadic>
{
    private readonly BigInteger digits;
    private readonly int exponent;

    private Dyadic(BigInteger digits, int exponent) => (this.digits, this.exponent) = (digits, exponent);

    public int Sign => digits.Sign;

    public static Dyadic Of(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "No number.");
        }

        if (value == 0)
        {
            return default;
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int power = (int)(bits >> 52 & 0x7ff);
        long mantissa = bits & 0xfffffffffffff;
        (mantissa, power) = power == 0 ? (mantissa, -1074) : (mantissa | 1L << 52, power - 1075);
        int zeros = BitOperations.TrailingZeroCount(mantissa);
        return new(value < 0 ? -(mantissa >> zeros) : mantissa >> zeros, power + zeros);
    }

    public static Dyadic operator +(Dyadic a, Dyadic b) =>
        a.digits.IsZero ? b
        : b.digits.IsZero ? a
        : a.exponent >= b.exponent ? new((a.digits << (a.exponent - b.exponent)) + b.digits, b.exponent)
        : new(a.digits + (b.digits << (b.exponent - a.exponent)), a.exponent);

    public static Dyadic operator -(Dyadic a) => new(-a.digits, a.exponent);

    public static Dyadic operator -(Dyadic a, Dyadic b) => a + -b;

    public static Dyadic operator *(Dyadic a, Dyadic b) => a.Sign == 0 || b.Sign == 0 ? default : new(a.digits * b.digits, a.exponent + b.exponent);

    public static bool operator >(Dyadic a, Dyadic b) => a.CompareTo(b) > 0;

    public static bool operator <(Dyadic a, Dyadic b) => a.CompareTo(b) < 0;

    public int CompareTo(Dyadic other) => (this - other).Sign;

    /// <summary>The number, rounded.</summary>
    public double ToDouble()
    {
        int excess = Math.Max(0, (int)digits.GetBitLength() - 1000);
        return Math.ScaleB((double)(digits >> excess), exponent + excess);
    }
}
