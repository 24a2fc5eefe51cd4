using System.Security.Cryptography;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>Grey images, a byte a pixel.</summary>
internal sealed class ImageStore(IdxImages images) : SampleStore
{
    /// <summary>byte / 255 for every byte: a table, because a division by a constant may be compiled to a product.</summary>
    private static readonly float[] Intensity = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    private readonly int _size = images.Rows * images.Columns;

    public override long[] InputShape => [1, images.Rows, images.Columns];

    public override Tensor Inputs(ReadOnlySpan<int> rows) => Fill([rows.Length, .. InputShape], rows, (values, rows) =>
    {
        for (int b = 0; b < rows.Length; b++)
        {
            ReadOnlySpan<byte> pixels = Pixels(rows[b]);
            Span<float> target = values.Slice(b * _size, _size);
            for (int i = 0; i < target.Length; i++) target[i] = Intensity[pixels[i]];
        }
    });

    public override string Hash(int row) => Convert.ToHexStringLower(SHA256.HashData(Pixels(row)));

    private ReadOnlySpan<byte> Pixels(int row) => images.Pixels.AsSpan(row * _size, _size);
}
