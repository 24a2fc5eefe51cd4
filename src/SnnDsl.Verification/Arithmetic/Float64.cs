using System.Numerics;
using System.Runtime.InteropServices;

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

    // As many at once as the processor's registers hold. A fused step rounds once where two round twice.
    public static void AddProducts(Span<Float64> sum, ReadOnlySpan<Float64> numbers, Float64 factor)
    {
        var total = MemoryMarshal.Cast<Float64, double>(sum);
        var by = Numbers(numbers);
        int width = Vector<double>.Count, i = 0;
        for (var times = new Vector<double>(factor.Value); i <= total.Length - width; i += width)
        {
            Vector.FusedMultiplyAdd(new Vector<double>(by[i..]), times, new Vector<double>(total[i..])).CopyTo(total[i..]);
        }

        for (; i < total.Length; i++)
        {
            total[i] += by[i] * factor.Value;
        }
    }

    public static (Float64 Low, Float64 High, Float64 Absolute) SumProducts(
        ReadOnlySpan<Float64> weights, ReadOnlySpan<Float64> lower, ReadOnlySpan<Float64> upper)
    {
        var w = Numbers(weights);
        var l = Numbers(lower);
        var u = Numbers(upper);
        Vector<double> lows = default, highs = default, sizes = default;
        int width = Vector<double>.Count, i = 0;
        for (; i <= w.Length - width; i += width)
        {
            Vector<double> weight = new(w[i..]), least = new(l[i..]), most = new(u[i..]);
            var positive = Vector.GreaterThanOrEqual(weight, Vector<double>.Zero);
            lows = Vector.FusedMultiplyAdd(weight, Vector.ConditionalSelect(positive, least, most), lows);
            highs = Vector.FusedMultiplyAdd(weight, Vector.ConditionalSelect(positive, most, least), highs);
            sizes = Vector.FusedMultiplyAdd(Vector.Abs(weight), Vector.Max(Vector.Abs(least), Vector.Abs(most)), sizes);
        }

        double low = Vector.Sum(lows), high = Vector.Sum(highs), size = Vector.Sum(sizes);
        for (; i < w.Length; i++)
        {
            low += w[i] * (w[i] >= 0 ? l[i] : u[i]);
            high += w[i] * (w[i] >= 0 ? u[i] : l[i]);
            size += Math.Abs(w[i]) * Math.Max(Math.Abs(l[i]), Math.Abs(u[i]));
        }

        return (new(low), new(high), new(size));
    }

    public static int FindProduct(ReadOnlySpan<Float64> numbers, ReadOnlySpan<Float64> signs, Float64 bound, int from)
    {
        var values = Numbers(numbers);
        var by = Numbers(signs);
        for (var least = new Vector<double>(bound.Value); from <= values.Length - Vector<double>.Count; from += Vector<double>.Count)
        {
            if (Vector.GreaterThanAny(new Vector<double>(values[from..]) * new Vector<double>(by[from..]), least))
            {
                break;
            }
        }

        while (from < values.Length && !(values[from] * by[from] > bound.Value))
        {
            from++;
        }

        return from;
    }

    public double ToDouble() => Value;

    private static ReadOnlySpan<double> Numbers(ReadOnlySpan<Float64> values) => MemoryMarshal.Cast<Float64, double>(values);

    // By the sign of the true result less the rounded one; where that is no number, on both sides.
    private static Interval<Float64> Enclose(double rounded, double error) => error switch
    {
        0 => new(new(rounded), new(rounded)),
        > 0 => new(new(rounded), new(Math.BitIncrement(rounded))),
        < 0 => new(new(Math.BitDecrement(rounded)), new(rounded)),
        _ => new(new(Math.BitDecrement(rounded)), new(Math.BitIncrement(rounded))),
    };
}
