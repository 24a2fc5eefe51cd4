using System.Buffers.Binary;

namespace SnnDsl.Runtime.Tests.Fuzzing;

/// <summary>Damages files at random: bits, numbers, chunks, lengths, digits of text, and pieces of other files.</summary>
/// <param name="seeds">Whole files to start from.</param>
/// <param name="seed">What the draws depend on.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> seeds, int seed)
{
    private static readonly long[] Numbers =
    [
        0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 32767, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40, 1L << 60, long.MaxValue, long.MinValue,
    ];

    private readonly Random random = new(seed);

    /// <summary>The draws.</summary>
    public Random Random => random;

    /// <summary>A seed with one to eight damages.</summary>
    public byte[] Next()
    {
        byte[] bytes = [.. seeds[random.Next(seeds.Count)]];
        for (int left = 1 + random.Next(random.Next(4) == 0 ? 8 : 2); left > 0; left--)
        {
            bytes = Damage(bytes);
        }

        return bytes;
    }

    /// <summary>One damage.</summary>
    /// <param name="bytes">The bytes; the result may be these, changed.</param>
    public byte[] Damage(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        int at = random.Next(3) == 0 ? random.Next(Math.Min(bytes.Length, 64)) : random.Next(bytes.Length);
        int length = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(3) == 0 ? 1000 : 8));
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return Numbered(bytes, at);
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 6:
                byte[] other = seeds[random.Next(seeds.Count)];
                return [.. bytes[..at], .. other[random.Next(other.Length)..]];
            case 7:
                byte[] more = new byte[1 + random.Next(20)];
                random.NextBytes(more);
                return [.. bytes[..at], .. more, .. bytes[at..]];
            default:
                return Digits(bytes, at);
        }
    }

    // A number that is likely to overflow something, in either order of bytes.
    private byte[] Numbered(byte[] bytes, int at)
    {
        Span<byte> number = stackalloc byte[8];
        long value = Numbers[random.Next(Numbers.Length)];
        int width = 1 << random.Next(4);
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        if (random.Next(2) == 0)
        {
            number[..width].Reverse();
        }

        number[..Math.Min(width, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    // The next number that is written in digits, if there is one.
    private byte[] Digits(byte[] bytes, int at)
    {
        int from = Array.FindIndex(bytes, at, value => value is >= (byte)'0' and <= (byte)'9');
        if (from < 0)
        {
            return bytes;
        }

        int to = from;
        while (to < bytes.Length && bytes[to] is >= (byte)'0' and <= (byte)'9')
        {
            to++;
        }

        string[] texts = [$"{Numbers[random.Next(Numbers.Length)]}", "1e400", "0.5", "null", "\"7\"", "[]", "9223372036854775808", ""];
        return [.. bytes[..from], .. System.Text.Encoding.ASCII.GetBytes(texts[random.Next(texts.Length)]), .. bytes[to..]];
    }
}
