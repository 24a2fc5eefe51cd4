using System.Collections.Concurrent;

namespace SnnDsl.Kernels;

/// <summary>Starts kernels on one CUDA device, in torch's own context and on its current stream.</summary>
internal sealed unsafe class CudaLauncher : IKernelLauncher
{
    private const int ThreadsPerBlock = 256;

    private readonly CudaDriver driver;
    private readonly int device;
    private readonly nint context;
    private readonly nint module;
    private readonly ConcurrentDictionary<string, nint> functions = new();

    /// <summary>Loads an image on a device.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="device">The device's index.</param>
    /// <param name="image">What NVRTC made for it.</param>
    /// <exception cref="CudaException">The driver refuses it.</exception>
    public CudaLauncher(CudaDriver driver, int device, byte[] image)
    {
        (this.driver, this.device, context) = (driver, device, driver.Context(device));
        driver.Push(context);
        try
        {
            module = driver.Module(image);
        }
        finally
        {
            driver.Pop();
        }
    }

    /// <inheritdoc/>
    public void Launch(string kernel, long threads, ReadOnlySpan<long> arguments)
    {
        if (threads == 0)
        {
            return;
        }

        // The engine's threads and the caller's may stand on another device: this one's context is theirs for the call.
        driver.Push(context);
        try
        {
            nint function = functions.GetOrAdd(kernel, static (name, me) => me.driver.Function(me.module, name), this);
            void** addresses = stackalloc void*[arguments.Length];
            fixed (long* first = arguments)
            {
                for (int i = 0; i < arguments.Length; i++)
                {
                    addresses[i] = first + i;
                }

                uint blocks = (uint)((threads + ThreadsPerBlock - 1) / ThreadsPerBlock);
                driver.Launch(function, blocks, ThreadsPerBlock, TorchStream.Current(device), addresses);
            }
        }
        finally
        {
            driver.Pop();
        }
    }
}
