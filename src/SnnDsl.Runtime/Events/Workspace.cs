using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SnnDsl.Events;

/// <summary>
/// Working memory that is kept: a block is rented for one task, handed out piece by piece, and goes back to be rented again, so that no
/// step of a run pays for fresh pages. Pieces have unspecified content.
/// </summary>
internal sealed unsafe class Workspace : IDisposable
{
    private const nuint Alignment = 64;
    private static readonly ConcurrentBag<Workspace> Free = [];

    private byte* start;
    private nuint size;
    private nuint used;

    private Workspace()
    {
    }

    /// <summary>Frees what was never given back.</summary>
    ~Workspace() => NativeMemory.AlignedFree(start);

    /// <summary>Rents a block.</summary>
    /// <param name="floats">Room for so many floats in all pieces.</param>
    /// <param name="pieces">The number of pieces: each begins on a cache line of its own.</param>
    public static Workspace Rent(long floats, int pieces)
    {
        if (!Free.TryTake(out var workspace))
        {
            workspace = new Workspace();
        }

        workspace.used = 0;
        nuint needed = (nuint)floats * sizeof(float) + (nuint)pieces * Alignment;
        if (workspace.size < needed)
        {
            NativeMemory.AlignedFree(workspace.start);
            workspace.start = null;
            workspace.size = 0;
            workspace.start = (byte*)NativeMemory.AlignedAlloc(needed, Alignment);
            workspace.size = needed;
        }

        return workspace;
    }

    /// <summary>The next piece.</summary>
    /// <param name="count">Its length.</param>
    public float* Floats(long count) => (float*)Bytes((nuint)count * sizeof(float));

    /// <summary>The next piece, of words of 64 bits: each counts as two floats.</summary>
    /// <param name="count">Its length.</param>
    public ulong* Words(long count) => (ulong*)Bytes((nuint)count * sizeof(ulong));

    /// <inheritdoc/>
    public void Dispose() => Free.Add(this);

    private byte* Bytes(nuint length)
    {
        nuint at = used;
        used += (length + Alignment - 1) / Alignment * Alignment;
        return used <= size
            ? start + at
            : throw new InvalidOperationException($"A workspace of {size} bytes was asked for {used}: rent more.");
    }
}
