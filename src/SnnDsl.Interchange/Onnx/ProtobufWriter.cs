using System.Buffers.Binary;

namespace SnnDsl.Interchange.Onnx;

/// <summary>Writes a message of protocol buffers, field by field: what ONNX files are made of.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, Fixed32 = 5, Delimited = 2;

    private readonly MemoryStream bytes = new();

    /// <summary>A whole number.</summary>
    public ProtobufWriter Number(int field, long value)
    {
        Tag(field, Varint);
        Raw((ulong)value);
        return this;
    }

    /// <summary>A float32 number.</summary>
    public ProtobufWriter Real(int field, float value)
    {
        Tag(field, Fixed32);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        bytes.Write(four);
        return this;
    }

    /// <summary>Bytes.</summary>
    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Delimited);
        Raw((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    /// <summary>A text.</summary>
    public ProtobufWriter Text(int field, string value) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));

    /// <summary>A message within.</summary>
    public ProtobufWriter Message(int field, ProtobufWriter value) => Bytes(field, value.bytes.GetBuffer().AsSpan(0, (int)value.bytes.Length));

    /// <summary>Writes all of it.</summary>
    public void CopyTo(Stream stream) => bytes.WriteTo(stream);

    private void Tag(int field, int kind) => Raw((ulong)((field << 3) | kind));

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.WriteByte((byte)(value | 0x80));
        }

        bytes.WriteByte((byte)value);
    }
}
