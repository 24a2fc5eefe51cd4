using System.Numerics;
using System.Runtime.CompilerServices;

namespace SnnDsl.Events;

/// <summary>Words of spike bits: which are set, and their transpose.</summary>
internal static unsafe class Spikes
{
    /// <summary>The set bits of some words, in ascending order.</summary>
    /// <param name="words">The words.</param>
    /// <param name="from">The first word.</param>
    /// <param name="to">The word after the last.</param>
    /// <param name="scale">What an index is multiplied with: the length of a row of weights.</param>
    /// <param name="offsets">Written: index * scale; room for 64 a word.</param>
    /// <returns>How many.</returns>
    public static int Offsets(ulong* words, int from, int to, int scale, int* offsets)
    {
        int count = 0;
        for (int word = from; word < to; word++)
        {
            int first = word * 64;
            for (ulong rest = words[word]; rest != 0; rest &= rest - 1)
            {
                offsets[count++] = (first + BitOperations.TrailingZeroCount(rest)) * scale;
            }
        }

        return count;
    }

    /// <summary>Transposes 64 words of 64 bits: bit j of word i becomes bit i of word j.</summary>
    /// <param name="words">The 64 words, overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(ulong* words)
    {
        // Swaps ever smaller off-diagonal blocks: 32 x 32, then 16 x 16, down to single bits.
        ulong mask = 0x00000000FFFFFFFF;
        for (int side = 32; side != 0; side >>= 1, mask ^= mask << side)
        {
            for (int i = 0; i < 64; i = (i + side + 1) & ~side)
            {
                ulong swapped = ((words[i] >> side) ^ words[i + side]) & mask;
                words[i] ^= swapped << side;
                words[i + side] ^= swapped;
            }
        }
    }
}
