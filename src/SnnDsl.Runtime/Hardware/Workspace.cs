namespace SnnDsl.Hardware;

/// <summary>
/// Working memory of one task, <see cref="KeptMemory"/> handed out piece by piece. Pieces have unspecified content.
/// </summary>
internal sealed unsafe class Workspace : IDisposable
{
    private readonly byte* start;
    private readonly nint size;
    private nint used;

    private Workspace(nint bytes)
    {
        start = (byte*)KeptMemory.Take(bytes);
        size = bytes;
    }

    /// <summary>Rents a block.</summary>
    /// <param name="floats">Room for so many floats in all pieces.</param>
    /// <param name="pieces">The number of pieces: each begins on a cache line of its own.</param>
    public static Workspace Rent(long floats, int pieces) =>
        new((nint)(floats * sizeof(float) + pieces * (long)KeptMemory.Alignment));

    /// <summary>The next piece.</summary>
    /// <param name="count">Its length.</param>
    public float* Floats(long count) => (float*)Bytes((nint)count * sizeof(float));

    /// <summary>The next piece, of integers: each counts as a float.</summary>
    /// <param name="count">Its length.</param>
    public int* Integers(long count) => (int*)Bytes((nint)count * sizeof(int));

    /// <summary>The next piece, of words of 64 bits: each counts as two floats.</summary>
    /// <param name="count">Its length.</param>
    public ulong* Words(long count) => (ulong*)Bytes((nint)count * sizeof(ulong));

    /// <inheritdoc/>
    public void Dispose() => KeptMemory.Give(start);

    private byte* Bytes(nint length)
    {
        nint at = used;
        used += (length + KeptMemory.Alignment - 1) / KeptMemory.Alignment * KeptMemory.Alignment;
        return used <= size
            ? start + at
            : throw new InvalidOperationException($"A workspace of {size} bytes was asked for {used}: rent more.");
    }
}
