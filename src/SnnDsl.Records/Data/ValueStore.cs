using System.Buffers.Binary;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>Inputs of float32 values, as they are.</summary>
/// <param name="shape">The shape of one input.</param>
/// <param name="values">All values, input after input.</param>
internal sealed class ValueStore(long[] shape, float[] values) : SampleStore
{
    private readonly int _size = SizeOf(shape);

    public override long[] InputShape => [.. shape];

    public override Tensor Inputs(ReadOnlySpan<int> rows) => Fill([rows.Length, .. shape], rows, (target, rows) =>
    {
        for (int b = 0; b < rows.Length; b++) Row(rows[b]).CopyTo(target[(b * _size)..]);
    });

    public override string Hash(int row)
    {
        var bytes = new byte[_size * sizeof(float)];
        ReadOnlySpan<float> numbers = Row(row);
        for (int i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), numbers[i]);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private ReadOnlySpan<float> Row(int row) => values.AsSpan(row * _size, _size);
}
