using System.Numerics;

namespace SnnDsl.Verification.Arithmetic;

/// <summary>A float64 number. IEEE 754 rounds every operation to the nearest, so its neighbours enclose the true result.</summary>
/// <param name="Value">The number.</param>
internal readonly record struct Float64(double Value) : IReal<Float64>
{
    public static Float64 One => new(1);

    public static Float64 Tiny => new(1e-290);

    public bool IsZero => Value == 0;

    public static Float64 From(double value) => new(value);

    public static Float64 operator +(Float64 a, Float64 b) => new(a.Value + b.Value);

    public static Float64 operator -(Float64 a, Float64 b) => new(a.Value - b.Value);

    public static Float64 operator -(Float64 a) => new(-a.Value);

    public static Float64 operator *(Float64 a, Float64 b) => new(a.Value * b.Value);

    public static Float64 operator /(Float64 a, Float64 b) => new(a.Value / b.Value);

    public static bool operator <(Float64 a, Float64 b) => a.Value < b.Value;

    public static bool operator >(Float64 a, Float64 b) => a.Value > b.Value;

    public static bool operator <=(Float64 a, Float64 b) => a.Value <= b.Value;

    public static bool operator >=(Float64 a, Float64 b) => a.Value >= b.Value;

    public static Float64 Min(Float64 a, Float64 b) => new(Math.Min(a.Value, b.Value));

    public static Float64 Max(Float64 a, Float64 b) => new(Math.Max(a.Value, b.Value));

    public static Float64 Abs(Float64 a) => new(Math.Abs(a.Value));

    public static Float64 Below(Float64 result) => new(Math.BitDecrement(result.Value));

    public static Float64 Above(Float64 result) => new(Math.BitIncrement(result.Value));

    // Below this underflow takes from the errors that the next three functions look at.
    private const double Safe = 1e-260;

    // Knuth's two-sum: the error of a sum is itself a float64 number, and found by six operations.
    public static Interval<Float64> Sum(Float64 a, Float64 b)
    {
        double sum = a.Value + b.Value, shift = sum - a.Value;
        return Enclose(sum, (a.Value - (sum - shift)) + (b.Value - shift));
    }

    public static Interval<Float64> Product(Float64 a, Float64 b)
    {
        double product = a.Value * b.Value;
        return a.IsZero || b.IsZero ? Enclose(product, product)
            : Enclose(product, Math.Abs(product) < Safe ? double.NaN : Math.FusedMultiplyAdd(a.Value, b.Value, -product));
    }

    // The remainder of a rounded quotient is a float64 number too.
    public static Interval<Float64> Quotient(Float64 a, Float64 b)
    {
        double quotient = a.Value / b.Value;
        bool isSmall = !a.IsZero && Math.Min(Math.Abs(quotient), Math.Abs(a.Value)) < Safe;
        return Enclose(quotient, isSmall ? double.NaN : Math.FusedMultiplyAdd(-quotient, b.Value, a.Value) * Math.Sign(b.Value));
    }

    public static int LastDigit(Float64 value)
    {
        if (value.IsZero)
        {
            return int.MaxValue;
        }

        long bits = BitConverter.DoubleToInt64Bits(value.Value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        return exponent is 0 or 0x7FF ? int.MinValue : exponent - 1075 + BitOperations.TrailingZeroCount(bits | (1L << 52));
    }

    // All partial sums are multiples of 2^digit below 2^(digit + 53); half of that leaves room for the rounding of the absolute sum.
    public static bool HoldsSums(Float64 absolute, int digit) => digit > -900 && (digit > 900 || absolute.Value < Math.ScaleB(1, digit + 52));

    // The unit of rounding is 2^-53: this is twice as much a term.
    public static Float64 Lost(long terms) => new(terms * Math.ScaleB(1, -52));

    public double ToDouble() => Value;

    // By the sign of the true result less the rounded one; where that is no number, on both sides.
    private static Interval<Float64> Enclose(double rounded, double error) => error switch
    {
        0 => new(new(rounded), new(rounded)),
        > 0 => new(new(rounded), new(Math.BitIncrement(rounded))),
        < 0 => new(new(Math.BitDecrement(rounded)), new(rounded)),
        _ => new(new(Math.BitDecrement(rounded)), new(Math.BitIncrement(rounded))),
    };
}
