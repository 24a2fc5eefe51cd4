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

    // The unit of rounding is 2^-53: this is twice as much a term.
    public static Float64 Lost(long terms) => new(terms * Math.ScaleB(1, -52));

    public double ToDouble() => Value;
}
