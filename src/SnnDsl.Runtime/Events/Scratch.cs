using System.Runtime.InteropServices;

namespace SnnDsl.Events;

/// <summary>A thread's own working memory: a few buffers that grow and are kept, so that no call pays for fresh pages.</summary>
internal sealed unsafe class Scratch
{
    private const int Slots = 4;
    private const int Alignment = 64;

    [ThreadStatic]
    private static Scratch? mine;

    private readonly void*[] memory = new void*[Slots];
    private readonly nint[] sizes = new nint[Slots];

    /// <summary>Frees the buffers after the thread has ended.</summary>
    ~Scratch()
    {
        foreach (void* buffer in memory)
            NativeMemory.AlignedFree(buffer);
    }

    /// <summary>A buffer of floats, 64-byte aligned, of unspecified content; it is the thread's until the slot is asked for again.</summary>
    /// <param name="slot">Which buffer, 0 to 3: 0 and 1 for event maps, 2 for <see cref="Gemm"/>, 3 for an event map's lists.</param>
    /// <param name="count">At least how many floats.</param>
    public static float* Floats(int slot, nint count) => (float*)Bytes(slot, count * sizeof(float));

    /// <summary>The same for integers.</summary>
    /// <param name="slot">Which buffer.</param>
    /// <param name="count">At least how many integers.</param>
    public static int* Integers(int slot, nint count) => (int*)Bytes(slot, count * sizeof(int));

    private static void* Bytes(int slot, nint size)
    {
        Scratch scratch = mine ??= new Scratch();
        if (scratch.sizes[slot] < size)
        {
            NativeMemory.AlignedFree(scratch.memory[slot]);
            // Should the allocation fail, nothing may be freed twice.
            scratch.memory[slot] = null;
            scratch.sizes[slot] = 0;
            scratch.memory[slot] = NativeMemory.AlignedAlloc((nuint)size, Alignment);
            scratch.sizes[slot] = size;
        }

        return scratch.memory[slot];
    }
}
