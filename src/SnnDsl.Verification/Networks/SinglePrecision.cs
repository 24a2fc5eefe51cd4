using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>What float32 arithmetic can lose. Its unit of rounding is 2^-24; twice as much is taken for each operation, which covers
/// products of such factors for up to four million operations.</summary>
internal static class SinglePrecision
{
    /// <summary>What so many operations lose, as a share of the sum of absolute values that they add up.</summary>
    /// <param name="operations">How many.</param>
    public static T Lost<T>(long operations)
        where T : struct, IReal<T> => T.From(operations * Math.ScaleB(1, -23));

    /// <summary>More than underflow can take from a sum of up to a million products.</summary>
    public static T Underflow<T>()
        where T : struct, IReal<T> => T.From(Math.ScaleB(1, -110));
}
