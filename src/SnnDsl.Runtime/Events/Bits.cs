using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnDsl.Events;

/// <summary>Comparisons as words of bits.</summary>
internal static unsafe class Bits
{
    /// <summary>Which of up to 64 values are above a limit.</summary>
    /// <param name="values">The values.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="count">How many, at most 64.</param>
    /// <returns>Bit i for value i.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Above(float* values, float limit, int count)
    {
        ulong word = 0;
        var limits = Vector512.Create(limit);
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            word |= Vector512.ExtractMostSignificantBits(Vector512.GreaterThan(Vector512.Load(values + i), limits)) << i;
        }

        for (; i < count; i++)
        {
            word |= (values[i] > limit ? 1UL : 0UL) << i;
        }

        return word;
    }
}
