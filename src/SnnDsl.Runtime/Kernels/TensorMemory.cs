using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Torch's own memory as references, without a copy, and loops shared over the cores that torch was given.</summary>
internal static partial class TensorMemory
{
    /// <summary>The first element of a contiguous float32 CPU tensor; a null reference for null.</summary>
    public static unsafe ref float Floats(Tensor? tensor) =>
        ref tensor is null ? ref Unsafe.NullRef<float>() : ref Unsafe.AsRef<float>((void*)THSTensor_data(tensor.Handle));

    /// <summary>The first element, contiguous or not owned by anyone, of memory that outlives the call.</summary>
    public static unsafe nint Address(Tensor? tensor) => tensor is null ? 0 : THSTensor_data(tensor.Handle);

    /// <summary>A reference into memory whose address was taken before; used inside parallel loops, which cannot capture references.</summary>
    public static unsafe ref float At(nint address, nint offset = 0) =>
        ref address == 0 ? ref Unsafe.NullRef<float>() : ref Unsafe.AsRef<float>((float*)address + offset);

    /// <summary>Shares [0, count) over torch's threads in ranges of whole cache lines; small loops stay on the caller's thread.</summary>
    public static void ForRanges(long count, long work, Action<nint, nint> body)
    {
        const long worthwhile = 1 << 16;
        int threads = work < worthwhile ? 1 : get_num_threads();
        if (threads <= 1 || count < 32)
        {
            body(0, (nint)count);
            return;
        }

        // Several ranges a thread even out the load; a range is a multiple of 16 neurons, one vector of 512 bits.
        long ranges = Math.Min(threads * 4L, (count + 15) / 16);
        long size = ((count + ranges - 1) / ranges + 15) / 16 * 16;
        Parallel.For(0, (count + size - 1) / size, new ParallelOptions { MaxDegreeOfParallelism = threads }, range =>
            body((nint)(range * size), (nint)Math.Min(count, (range + 1) * size)));
    }

    /// <summary>Shares the indices [0, count) over torch's threads, one at a time.</summary>
    public static void ForEach(long count, long work, Action<long> body)
    {
        int threads = work < 1 << 16 ? 1 : get_num_threads();
        if (threads <= 1 || count == 1)
        {
            for (long i = 0; i < count; i++)
            {
                body(i);
            }
        }
        else
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
        }
    }

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint handle);
}
