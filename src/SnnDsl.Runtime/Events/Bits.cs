using System.Numerics;
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

    /// <summary>Which of up to 64 values are not 0; what is not a number is not.</summary>
    /// <param name="values">The values.</param>
    /// <param name="count">How many, at most 64.</param>
    /// <returns>Bit i for value i.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong NonZero(float* values, int count)
    {
        ulong word = 0;
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var zeros = Vector512.Equals(Vector512.Load(values + i), Vector512<float>.Zero);
            word |= (~Vector512.ExtractMostSignificantBits(zeros) & 0xFFFF) << i;
        }

        for (; i < count; i++)
        {
            word |= (values[i] != 0 ? 1UL : 0UL) << i;
        }

        return word;
    }

    /// <summary>Which values of some places are not 0.</summary>
    /// <param name="values">[places, channels].</param>
    /// <param name="places">How many places.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="words">Written: bits, the words of a place as <see cref="EventMap"/> has them.</param>
    /// <param name="most">Where there are more, the rest is not looked at.</param>
    /// <returns>How many values, or a number above <paramref name="most"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long NonZero(float* values, long places, int channels, ulong* words, long most = long.MaxValue)
    {
        long set = 0;
        for (long place = 0; place < places && set <= most; place++)
        {
            for (int first = 0; first < channels; first += 64, words++)
            {
                int width = Math.Min(64, channels - first);
                *words = NonZero(values, width);
                set += BitOperations.PopCount(*words);
                values += width;
            }
        }

        return set;
    }
}
