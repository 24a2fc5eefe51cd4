using System.Security.Cryptography;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>Inputs in which a byte is a value: byte / 255 as float32.</summary>
/// <param name="shape">The shape of one input, such as [C, H, W].</param>
/// <param name="pixels">All values, input after input.</param>
internal sealed class PixelStore(long[] shape, byte[] pixels) : SampleStore
{
    /// <summary>byte / 255 for every byte: a table, because a division by a constant may be compiled to a product.</summary>
    private static readonly float[] Intensity = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    private readonly int _size = SizeOf(shape);

    public override long[] InputShape => [.. shape];

    public override Tensor Inputs(ReadOnlySpan<int> rows) => Fill([rows.Length, .. shape], rows, (values, rows) =>
    {
        for (int b = 0; b < rows.Length; b++)
        {
            ReadOnlySpan<byte> row = Row(rows[b]);
            Span<float> target = values.Slice(b * _size, _size);
            for (int i = 0; i < target.Length; i++) target[i] = Intensity[row[i]];
        }
    });

    public override string Hash(int row) => Convert.ToHexStringLower(SHA256.HashData(Row(row)));

    private ReadOnlySpan<byte> Row(int row) => pixels.AsSpan(row * _size, _size);
}
