using System.Numerics;

namespace SnnDsl.Verification.Arithmetic;

/// <summary>A fraction of whole numbers, in lowest terms: nothing is ever rounded.</summary>
internal readonly struct Rational : IReal<Rational>
{
    private readonly BigInteger numerator;

    // One less than the denominator, so that the default value is 0 / 1.
    private readonly BigInteger denominatorLessOne;

    private Rational(BigInteger numerator, BigInteger denominator)
    {
        if (!denominator.IsOne)
        {
            var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
            (numerator, denominator) = (numerator / common, denominator / common);
        }

        (this.numerator, denominatorLessOne) = (numerator, denominator - 1);
    }

    public static Rational One => new(1, 1);

    public static Rational Tiny => default;

    public bool IsZero => numerator.IsZero;

    private BigInteger Denominator => denominatorLessOne + 1;

    public static Rational From(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException(FormattableString.Invariant($"{value} is no rational number."), nameof(value));
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        long digits = bits & ((1L << 52) - 1);
        (digits, exponent) = exponent == 0 ? (digits, -1074) : (digits | (1L << 52), exponent - 1075);
        BigInteger signed = bits < 0 ? -digits : digits;
        return exponent >= 0 ? new(signed << exponent, 1) : new(signed, BigInteger.One << -exponent);
    }

    public static Rational operator +(Rational a, Rational b)
    {
        if (a.numerator.IsZero)
        {
            return b;
        }

        return b.numerator.IsZero ? a : new((a.numerator * b.Denominator) + (b.numerator * a.Denominator), a.Denominator * b.Denominator);
    }

    public static Rational operator -(Rational a, Rational b) => a + -b;

    public static Rational operator -(Rational a) => new(-a.numerator, a.Denominator);

    public static Rational operator *(Rational a, Rational b) =>
        a.numerator.IsZero || b.numerator.IsZero ? default : new(a.numerator * b.numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b)
    {
        if (b.numerator.IsZero)
        {
            throw new DivideByZeroException("A rational number was divided by 0.");
        }

        var (above, below) = (a.numerator * b.Denominator, a.Denominator * b.numerator);
        return below.Sign < 0 ? new(-above, -below) : new(above, below);
    }

    public static bool operator <(Rational a, Rational b) => Compare(a, b) < 0;

    public static bool operator >(Rational a, Rational b) => Compare(a, b) > 0;

    public static bool operator <=(Rational a, Rational b) => Compare(a, b) <= 0;

    public static bool operator >=(Rational a, Rational b) => Compare(a, b) >= 0;

    public static Rational Min(Rational a, Rational b) => a <= b ? a : b;

    public static Rational Max(Rational a, Rational b) => a <= b ? b : a;

    public static Rational Abs(Rational a) => new(BigInteger.Abs(a.numerator), a.Denominator);

    public static Rational Below(Rational result) => result;

    public static Rational Above(Rational result) => result;

    public static Interval<Rational> Sum(Rational a, Rational b) => a + b;

    public static Interval<Rational> Product(Rational a, Rational b) => a * b;

    public static Interval<Rational> Quotient(Rational a, Rational b) => a / b;

    public static int LastDigit(Rational value) => int.MinValue;

    // Sums are exact whatever they are of.
    public static bool HoldsSums(Rational absolute, int digit) => true;

    public static Rational Lost(long terms) => default;

    public double ToDouble()
    {
        // 64 digits of the quotient, which is more than a float64 holds.
        int shift = 64 + (int)(Denominator.GetBitLength() - numerator.GetBitLength());
        var quotient = shift >= 0 ? (numerator << shift) / Denominator : numerator / (Denominator << -shift);
        return Math.ScaleB((double)quotient, -shift);
    }

    public override string ToString() => $"{numerator}/{Denominator}";

    private static int Compare(Rational a, Rational b) =>
        a.numerator.Sign != b.numerator.Sign
            ? a.numerator.Sign.CompareTo(b.numerator.Sign)
            : (a.numerator * b.Denominator).CompareTo(b.numerator * a.Denominator);
}
