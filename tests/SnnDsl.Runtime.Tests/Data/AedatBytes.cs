using System.Buffers.Binary;

namespace SnnDsl.Runtime.Tests;

/// <summary>Writes AEDAT 3.1 by its published layout, independently of the reader.</summary>
internal static class AedatBytes
{
    public const string Header = "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n";

    public static byte[] File(params byte[][] packets) => [.. System.Text.Encoding.ASCII.GetBytes(Header), .. packets.SelectMany(packet => packet)];

    public static byte[] Packet(int overflow, params (int X, int Y, int Polarity, int Time, bool Valid)[] events)
    {
        byte[] bytes = [.. PacketHeader(1, 8, overflow, events.Length), .. new byte[8 * events.Length]];
        for (int i = 0; i < events.Length; i++)
        {
            var (x, y, polarity, time, valid) = events[i];
            uint data = ((uint)x << 17) | ((uint)y << 2) | ((uint)polarity << 1) | (valid ? 1u : 0);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28 + (8 * i)), data);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(32 + (8 * i)), time);
        }
        return bytes;
    }

    public static byte[] PacketHeader(short type, int size, int overflow, int count)
    {
        var header = new byte[28];
        BinaryPrimitives.WriteInt16LittleEndian(header, type);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), size);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), 4);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), overflow);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), count);
        return header;
    }
}
