namespace SnnDsl.Generator.Model;

/// <summary>Arithmetic on sizes that stops at the largest number instead of wrapping around.</summary>
internal static class Saturating
{
    /// <summary>The product of two numbers that are not negative, at most <see cref="long.MaxValue"/>.</summary>
    public static long Multiply(long left, long right) => left > 0 && right > long.MaxValue / left ? long.MaxValue : left * right;

    /// <summary>The sum of two numbers that are not negative, at most <see cref="long.MaxValue"/>.</summary>
    public static long Add(long left, long right) => right > long.MaxValue - left ? long.MaxValue : left + right;
}
