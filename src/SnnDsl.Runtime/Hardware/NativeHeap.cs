using System.Runtime.InteropServices;

namespace SnnDsl.Hardware;

/// <summary>
/// The heap that torch's own tensors come from. GNU's gives memory at its end back to the system whenever enough of it is free, and the next
/// operation faults the same pages in again: whether that happens depends on what lies behind them, and so a process is fast or
/// slow from its start, by a factor of up to four where temporaries are some megabytes each.
/// </summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;

    // The most that the heap takes for the second; larger tensors are mapped one by one in any case.
    private const int Mapped = 32 << 20;
    private const int Kept = 1 << 30;

    // Every thread but the first allocates from heaps of at most this size, one behind the other, and the last of them is unmapped as soon as
    // it is empty, whatever the threshold: blocks that do not fit the one before would be faulted in anew each time. It stays if that
    // one could not hold the padding too. Padding is address space; no page of it is touched.
    private const int Padding = 64 << 20;
    private static readonly Lazy<bool> kept = new(Ask);

    /// <summary>
    /// Asks the heap, once, to keep up to a gigabyte of free memory. Who has set it up by the environment knows better and is left alone.
    /// </summary>
    /// <returns>Whether it will; false where the system's heap is another one.</returns>
    public static bool Keep() => kept.Value;

    private static bool Ask()
    {
        bool isSetUp = new[] { "GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_MAX_" }
            .Any(name => Environment.GetEnvironmentVariable(name) is not null);
        if (isSetUp || !OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return mallopt(MapThreshold, Mapped) != 0 && mallopt(TrimThreshold, Kept) != 0 && mallopt(TopPad, Padding) != 0;
        }
        catch (Exception absent) when (absent is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library.
            return false;
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
