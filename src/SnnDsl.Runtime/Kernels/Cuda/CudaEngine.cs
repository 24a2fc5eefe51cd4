using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// The fused kernels on CUDA devices: the compiler emits them as CUDA C, NVRTC compiles them at first use for the device at hand, and
/// they run on torch's memory and stream. Where something is missing, TorchSharp's operations run instead, which is slower, and
/// says so once.
/// </summary>
public static class CudaEngine
{
    private static readonly Lazy<string?> s_missing = new(FindMissing);
    private static readonly ConcurrentDictionary<(Type Kernel, int Device), Lazy<CudaKernels?>> s_kernels = new();
    private static int s_told;

    /// <summary>What the fused kernels lack on this machine, and what to do; null where they can run. Compiles nothing.</summary>
    public static string? Missing => s_missing.Value;

    /// <summary>Who is told that TorchSharp's operations run instead of fused kernels, once a process and reason: the error stream,
    /// unless set.</summary>
    public static Action<string> FallBack { get; set; } = message => Console.Error.WriteLine(message);

    /// <summary>The kernels of a neuron on a tensor's device; null where there are none.</summary>
    internal static CudaKernels? For(NeuronKernel kernel, Tensor tensor)
    {
        if (kernel.CudaText is not { } text)
        {
            return null;
        }

        int device = Math.Max(0, tensor.device_index);
        return s_kernels.GetOrAdd(
            (kernel.GetType(), device), static (key, text) => new(() => Create(text, key.Device)), text).Value;
    }

    private static CudaKernels? Create(string text, int device)
    {
        if (Missing is { } missing)
        {
            if (Interlocked.Exchange(ref s_told, 1) == 0)
            {
                Tell(missing);
            }

            return null;
        }

        try
        {
            var (nvrtc, driver) = (Nvrtc.Here!, CudaDriver.Here!);
            byte[] image = CompiledKernels.Get(nvrtc, text, driver.Capability(device), CompiledKernels.Folder);
            return new CudaKernels(new CudaLauncher(driver, device, image));
        }
        catch (CudaException exception)
        {
            Tell(exception.Message);
            return null;
        }
    }

    private static string? FindMissing()
    {
        try
        {
            return CudaDriver.Here is null ? "The CUDA driver was not found: install NVIDIA's driver."
                : Nvrtc.Here is null ? "NVRTC was not found: install it (libnvrtc of CUDA 11.2 or later), or name its file in "
                    + $"the environment variable {NvrtcLibrary.Variable}."
                : null;
        }
        catch (CudaException exception)
        {
            return exception.Message;
        }
    }

    private static void Tell(string reason) =>
        FallBack($"SnnDsl: spiking layers on CUDA run as TorchSharp operations, several times slower than fused kernels. {reason}");
}
