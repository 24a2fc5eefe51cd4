using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnnDsl.Hardware;

/// <summary>
/// Native memory that is kept: what one step gives back the next one takes. A fresh page costs as much as moving its bytes several times,
/// and a large block that went back to the system comes back as fresh pages.
/// </summary>
internal static unsafe partial class KeptMemory
{
    /// <summary>Blocks begin on cache lines.</summary>
    public const int Alignment = 64;

    // Large blocks ask for pages of two megabytes: five hundred times fewer to fault in and to look up.
    private const nint Huge = 8 << 20;
    private const nint Page = 2 << 20;
    private const int HugePages = 14;

    // Unused blocks hold at most so much: what is beyond goes back to the system.
    private static readonly long most = Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, 2L << 30);
    private static readonly ConcurrentDictionary<nint, ConcurrentBag<nint>> unused = new();
    private static long unusedBytes;

    /// <summary>Takes a block of unspecified content.</summary>
    /// <param name="bytes">At least how many.</param>
    public static void* Take(nint bytes)
    {
        nint size = Rounded(bytes);
        if (unused.TryGetValue(size, out var blocks) && blocks.TryTake(out nint block))
        {
            Interlocked.Add(ref unusedBytes, -size);
            return (void*)block;
        }

        // The size lies before the block, on a cache line of its own.
        byte* start = (byte*)NativeMemory.AlignedAlloc((nuint)(size + Alignment), Alignment);
        if (size >= Huge && OperatingSystem.IsLinux())
        {
            // Only advice: what it answers does not matter.
            nint aligned = ((nint)start + Page - 1) / Page * Page;
            _ = madvise(aligned, ((nint)start + size - aligned) / Page * Page, HugePages);
        }

        *(nint*)start = size;
        return start + Alignment;
    }

    /// <summary>Gives a block back.</summary>
    /// <param name="block">What <see cref="Take"/> returned.</param>
    public static void Give(void* block)
    {
        byte* start = (byte*)block - Alignment;
        nint size = *(nint*)start;
        if (Interlocked.Add(ref unusedBytes, size) > most)
        {
            Interlocked.Add(ref unusedBytes, -size);
            NativeMemory.AlignedFree(start);
            return;
        }

        unused.GetOrAdd(size, static _ => []).Add((nint)block);
    }

    /// <summary><see cref="Give"/>, as native code calls it.</summary>
    /// <param name="block">What <see cref="Take"/> returned.</param>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void GiveBack(void* block) => Give(block);

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nint length, int advice);

    // Four sizes an octave: blocks fit requests that vary a little, and at most a quarter, never touched, is too much.
    private static nint Rounded(nint bytes)
    {
        nint size = Math.Max(bytes, 4096);
        nint step = (nint)1 << (BitOperations.Log2((nuint)size) - 2);
        return (size + step - 1) / step * step;
    }
}
