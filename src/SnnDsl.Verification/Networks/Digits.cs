using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>What many numbers have in common.</summary>
internal static class Digits
{
    /// <summary>The place of the last binary digit of all of them (<see cref="IReal{T}.LastDigit"/>).</summary>
    public static int Last<T>(ReadOnlySpan<T> values)
        where T : struct, IReal<T>
    {
        int last = int.MaxValue;
        foreach (T value in values)
        {
            last = Math.Min(last, T.LastDigit(value));
        }

        return last;
    }

    /// <summary>The last digit of products, whose own digits count from there.</summary>
    public static int OfProduct(int a, int b) => (int)Math.Clamp((long)a + b, int.MinValue, int.MaxValue);

    /// <summary>The greatest absolute value; no number if one is none.</summary>
    public static T Largest<T>(ReadOnlySpan<T> values)
        where T : struct, IReal<T>
    {
        T largest = default;
        foreach (T value in values)
        {
            largest = T.Max(largest, T.Abs(value));
        }

        return largest;
    }
}
