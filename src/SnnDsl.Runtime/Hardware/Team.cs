using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace SnnDsl.Hardware;

/// <summary>
/// The threads that share work. Where libtorch brings GNU OpenMP, they are the very threads that its own operations run on: those wait for
/// more work by spinning for a while, so a second pool of ours would find every core taken at the moment it wakes. Elsewhere they
/// are .NET's.
/// </summary>
internal static unsafe class Team
{
    // GOMP_parallel(function, data, threads, flags): the caller is one of the threads, and returns when all are through.
    private static readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> parallel = Find();

    /// <summary>Whether libtorch's own threads are used.</summary>
    public static bool IsShared => parallel != null;

    /// <summary>Runs each of the pieces [0, count) once, on whichever thread is free.</summary>
    /// <param name="threads">At most so many threads.</param>
    /// <param name="count">How many pieces.</param>
    /// <param name="piece">Runs a piece.</param>
    public static void Run(int threads, long count, Action<long> piece)
    {
        if (!IsShared)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, piece);
            return;
        }

        var job = new Job(count, piece);
        var handle = GCHandle.Alloc(job);
        parallel(&Join, (void*)GCHandle.ToIntPtr(handle), (uint)Math.Min(threads, count), 0);
        handle.Free();
        job.Failure?.Throw();
    }

    private static delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Find()
    {
        // Asked of libtorch, whose dependency it is under whatever file name: another libgomp in the process would be another pool.
        _ = TorchSharp.torch.get_num_threads();
        return OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("torch_cpu", typeof(Team).Assembly, null, out nint torch)
            && NativeLibrary.TryGetExport(torch, "GOMP_parallel", out nint function)
            ? (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)function
            : null;
    }

    [UnmanagedCallersOnly]
    private static void Join(void* data) => ((Job)GCHandle.FromIntPtr((nint)data).Target!).Work();

    private sealed class Job(long count, Action<long> piece)
    {
        private long next = -1;
        private ExceptionDispatchInfo? failure;

        public ExceptionDispatchInfo? Failure => failure;

        public void Work()
        {
            try
            {
                for (long i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    piece(i);
                }
            }
#pragma warning disable CA1031 // Native frames lie between here and the caller: an exception that passed them would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
                Interlocked.Exchange(ref next, count);
            }
        }
    }
}
