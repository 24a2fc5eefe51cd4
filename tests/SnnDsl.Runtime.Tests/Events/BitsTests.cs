using System.Numerics;
using SnnDsl.Events;

namespace SnnDsl.Runtime.Tests.Events;

/// <summary>Comparisons as words of bits, against comparisons one by one.</summary>
public unsafe class BitsTests
{
    private static readonly float[] s_special = [0, -0f, float.Epsilon, -1, 1, float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Theory]
    [InlineData(1, 1), InlineData(3, 16), InlineData(2, 17), InlineData(5, 64), InlineData(4, 65), InlineData(3, 130)]
    public void NonZeroFindsAllButZeros(int places, int channels)
    {
        var random = new Random(channels);
        float[] values = [.. Enumerable.Range(0, places * channels).Select(_ => s_special[random.Next(s_special.Length)])];
        int words = (channels + 63) / 64;
        Guarded<float> read = new(values, 7);
        Guarded<ulong> written = new(places * words, 12345);
        long count = Bits.NonZero(read.Address, places, channels, written.Address);
        ulong[] found = written.Checked();
        Assert.Equal(values.Count(value => value != 0), count);
        Assert.Equal(count, found.Sum(BitOperations.PopCount));
        for (int i = 0; i < values.Length; i++)
        {
            (int place, int channel) = (i / channels, i % channels);
            Assert.Equal(values[i] != 0, (found[place * words + channel / 64] >> channel % 64 & 1) != 0);
        }

        Guarded.Release();
    }
}
