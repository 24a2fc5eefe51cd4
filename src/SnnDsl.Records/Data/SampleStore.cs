using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>Where a data set keeps its inputs, compactly; <see cref="Dataset"/> chooses rows of it.</summary>
internal abstract class SampleStore
{
    /// <summary>The shape of one input, as float32.</summary>
    public abstract long[] InputShape { get; }

    /// <summary>The inputs of the given rows as one float32 tensor.</summary>
    public abstract Tensor Inputs(ReadOnlySpan<int> rows);

    /// <summary>SHA-256 of a row's input as it stood in its file, in lower-case hexadecimal.</summary>
    public abstract string Hash(int row);

    /// <summary>The number of values of a shape.</summary>
    /// <exception cref="ArgumentException">A size is below 1, or there are more than can be held.</exception>
    internal static int SizeOf(long[] shape)
    {
        long size = 1;
        foreach (long side in shape)
        {
            // At most 2^31 * 2^31 here: no overflow.
            size = side is < 1 or > int.MaxValue ? 0 : size * side;
            if (size is < 1 or > int.MaxValue)
                throw new ArgumentException($"An input of {string.Join('x', shape)} cannot be held: sizes are at least 1, and all values together at most {int.MaxValue}.", nameof(shape));
        }
        return (int)size;
    }

    /// <summary>A fresh float32 tensor, filled by way of its memory: no second copy, no call per element.</summary>
    protected static Tensor Fill(long[] shape, ReadOnlySpan<int> rows, Filler fill)
    {
        long elements = shape.Aggregate(1L, (product, size) => checked(product * size));
        if (elements * sizeof(float) > int.MaxValue)
            throw new ArgumentException($"A batch of shape [{string.Join(", ", shape)}] takes {elements * sizeof(float)} " +
                $"bytes, and one tensor can take {int.MaxValue}: ask for fewer samples at once.");
        Tensor tensor = empty(shape, dtype: ScalarType.Float32);
        fill(MemoryMarshal.Cast<byte, float>(tensor.bytes), rows);
        return tensor;
    }

    /// <summary>Writes the given rows, all of them, into the memory of their tensor.</summary>
    protected delegate void Filler(Span<float> values, ReadOnlySpan<int> rows);
}
