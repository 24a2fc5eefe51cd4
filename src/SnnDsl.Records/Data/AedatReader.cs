using System.Buffers.Binary;

namespace SnnDsl.Data;

/// <summary>
/// Reads the polarity events of an AEDAT 3.1 file: header lines that begin with '#', then packets of a 28-byte header and events, all
/// little-endian. The layout is the one that iniVation publishes ("AEDAT 3.1", file formats).
/// </summary>
internal static class AedatReader
{
    private const int HeaderBytes = 28, PolarityType = 1, PolarityBytes = 8, LongestLine = 1 << 16;

    /// <summary>An event.</summary>
    /// <param name="Time">In microseconds of the recording's clock.</param>
    /// <param name="X">The column, from the left.</param>
    /// <param name="Y">The row, from the top.</param>
    /// <param name="Polarity">1: brighter, 0: darker.</param>
    public readonly record struct Event(long Time, int X, int Y, int Polarity);

    /// <summary>The valid polarity events, in file order, a packet at a time.</summary>
    /// <param name="stream">The file, which can seek.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="width">The sensor's columns.</param>
    /// <param name="height">The sensor's rows.</param>
    /// <exception cref="DataFileException">It is no AEDAT 3.1 file, truncated, or an event lies outside the sensor.</exception>
    public static IEnumerable<Event> Read(Stream stream, string name, int width, int height)
    {
        if (!Line(stream).StartsWith("#!AER-DAT3.1", StringComparison.Ordinal))
            throw new DataFileException($"'{name}' is no AEDAT 3.1 file: its first line is not '#!AER-DAT3.1'.");
        SkipHeader(stream);
        while (true)
        {
            byte[] header = DataFiles.ReadUpTo(stream, HeaderBytes);
            if (header.Length == 0) yield break;
            if (header.Length < HeaderBytes) throw Truncated(name);
            int type = BinaryPrimitives.ReadInt16LittleEndian(header), size = Number(header, 4), offset = Number(header, 8);
            int overflow = Number(header, 12), capacity = Number(header, 16), count = Number(header, 20);
            if (size < 1 || capacity < 0 || count < 0 || count > capacity || (long)size * count > Array.MaxLength || overflow < 0)
                throw new DataFileException($"'{name}' has a packet that claims {count} of {capacity} events of {size} bytes: it is damaged.");
            byte[] packet = DataFiles.ReadUpTo(stream, size * count);
            if (packet.Length < size * count) throw Truncated(name);
            if (type != PolarityType) continue;
            if (size != PolarityBytes || offset != 4)
                throw new DataFileException($"'{name}' has polarity events of {size} bytes with the time at byte {offset}; they have {PolarityBytes}, with the time at 4.");
            for (int at = 0; at < packet.Length; at += PolarityBytes)
            {
                uint data = BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(at));
                if ((data & 1) == 0) continue;
                int x = (int)(data >> 17), y = (int)(data >> 2 & 0x7fff);
                if (x >= width || y >= height)
                    throw new DataFileException($"'{name}' has an event at ({x}, {y}), outside the {width} x {height} pixels of the sensor.");
                yield return new(((long)overflow << 31) + (Number(packet, at + 4) & int.MaxValue), x, y, (int)(data >> 1 & 1));
            }
        }
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));

    // Lines begin with '#'. A packet's first byte, its type, is below 16.
    private static void SkipHeader(Stream stream)
    {
        while (true)
        {
            int first = stream.ReadByte();
            if (first < 0) return;
            stream.Seek(-1, SeekOrigin.Current);
            if (first != '#') return;
            if (Line(stream).StartsWith("#!END-HEADER", StringComparison.Ordinal)) return;
        }
    }

    private static string Line(Stream stream)
    {
        var line = new System.Text.StringBuilder();
        for (int next = stream.ReadByte(); next >= 0 && next != '\n' && line.Length < LongestLine; next = stream.ReadByte()) line.Append((char)next);
        return line.ToString();
    }

    private static DataFileException Truncated(string name) => new($"'{name}' is truncated: it ends within a packet.");
}
