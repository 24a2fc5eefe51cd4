using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnDsl.Events;

/// <summary>Bits to lists of channels, and lists to lists of offsets: what a loop over spikes can walk without unpredictable branches.</summary>
internal static unsafe class SpikeLists
{
    /// <summary>How many integers a list may be written, or read, past its end.</summary>
    public const int Slack = 16;

    /// <summary>Appends the numbers of the bits that are set, ascending.</summary>
    /// <param name="word">Bits.</param>
    /// <param name="first">The number of bit 0.</param>
    /// <param name="to">The end of a list with <see cref="Slack"/> behind it.</param>
    /// <returns>Its new end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int* Append(ulong word, int first, int* to)
    {
        if (Avx512F.IsSupported)
        {
            // Sixteen at a time: the numbers that are set move to the front of a vector.
            var numbers = Vector512<int>.Indices;
            var powers = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
            for (int i = 0; i < 64; i += 16)
            {
                int bits = (int)(word >> i) & 0xFFFF;
                var set = Vector512.Equals(Vector512.Create(bits) & powers, powers);
                Avx512F.Compress(numbers, set, numbers + Vector512.Create(first + i)).Store(to);
                to += BitOperations.PopCount((uint)bits);
            }

            return to;
        }

        // Eight at a time, whether set or not: few places hold more spikes, so this branch is foreseen where one a spike is not.
        int* end = to + BitOperations.PopCount(word);
        for (; to < end; to += 8)
        {
            for (int i = 0; i < 8; i++)
            {
                to[i] = first + BitOperations.TrailingZeroCount(word);
                word &= word - 1;
            }
        }

        return end;
    }

    /// <summary>The set channels of every place of a row.</summary>
    /// <param name="bits">The row's words.</param>
    /// <param name="places">Its places.</param>
    /// <param name="words">Words of a place.</param>
    /// <param name="starts">Where a place's list starts in <paramref name="channels"/>; one more than the places.</param>
    /// <param name="channels">The lists, with room for all channels of all places and <see cref="Slack"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void List(ulong* bits, int places, int words, int* starts, int* channels)
    {
        int* end = channels;
        for (int place = 0; place < places; place++)
        {
            starts[place] = (int)(end - channels);
            for (int w = 0; w < words; w++)
                end = Append(*bits++, 64 * w, end);
        }

        starts[places] = (int)(end - channels);
    }

    /// <summary>Appends first + step * channel for the channels of a list.</summary>
    /// <param name="channels">The list.</param>
    /// <param name="count">Its length.</param>
    /// <param name="first">The offset of channel 0.</param>
    /// <param name="step">From channel to channel.</param>
    /// <param name="to">The end of a list of offsets with <see cref="Slack"/> behind it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AppendOffsets(int* channels, int count, int first, int step, int* to)
    {
        Vector256<int> start = Vector256.Create(first);
        for (int i = 0; i < count; i += 8)
            (start + Vector256.Load(channels + i) * step).Store(to + i);
    }

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

    /// <summary>Transposes 64 x 64 bits in place: bit j of word i goes to bit i of word j.</summary>
    /// <param name="words">64 words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(ulong* words)
    {
        // Exchange the off-diagonal quarters of ever smaller squares.
        ulong mask = 0xFFFFFFFF;
        for (int size = 32; size != 0; size >>= 1, mask ^= mask << size)
        {
            for (int i = 0; i < 64; i = (i + size + 1) & ~size)
            {
                ulong difference = ((words[i] >> size) ^ words[i + size]) & mask;
                words[i + size] ^= difference;
                words[i] ^= difference << size;
            }
        }
    }
}
