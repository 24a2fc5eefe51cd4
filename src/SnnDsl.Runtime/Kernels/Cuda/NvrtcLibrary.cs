using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SnnDsl.Kernels;

/// <summary>Finds NVRTC, NVIDIA's compiler library: beside libtorch, whose CUDA builds carry it, or installed.</summary>
internal static class NvrtcLibrary
{
    /// <summary>The environment variable that names the library's file, before all other places.</summary>
    public const string Variable = "SNNDSL_NVRTC";

    private static readonly string[] s_installed = OperatingSystem.IsWindows()
        ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"]
        : ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"];

    /// <summary>The library's handle, or 0 where there is none.</summary>
    /// <exception cref="CudaException">The environment names a file that does not load.</exception>
    public static nint Load()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
        {
            return NativeLibrary.TryLoad(path, out nint named)
                ? named
                : throw new CudaException($"{Variable} names '{path}', which does not load: name NVRTC's library file, or unset it.");
        }

        // Torch's own goes first: it is of the CUDA version that torch, and so the driver, is known to work with.
        foreach (string candidate in BesideTorch().Concat(s_installed).Concat(InToolkit()))
        {
            if (NativeLibrary.TryLoad(candidate, out nint library))
            {
                return library;
            }
        }

        return 0;
    }

    private static IEnumerable<string> BesideTorch() => TorchFolders()
        // PyTorch's packages keep NVIDIA's libraries in folders of their own, two levels up from torch/lib.
        .SelectMany(folder => (string[])[folder, .. Folders(Path.Combine(folder, "..", "..", "nvidia")).Select(f => Path.Combine(f, "lib"))])
        .SelectMany(Files);

    private static IEnumerable<string> TorchFolders()
    {
        using var process = Process.GetCurrentProcess();
        return
        [
            .. process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
                .Where(file => Path.GetFileName(file).Contains("torch", StringComparison.OrdinalIgnoreCase))
                .Select(file => Path.GetDirectoryName(file)!)
                .Append(AppContext.BaseDirectory).Distinct(),
        ];
    }

    private static IEnumerable<string> InToolkit() =>
        from root in (string?[])[Environment.GetEnvironmentVariable("CUDA_PATH"), Environment.GetEnvironmentVariable("CUDA_HOME"), "/usr/local/cuda"]
        where root is { Length: > 0 }
        from folder in (string[])["lib64", "bin"]
        from file in Files(Path.Combine(root, folder))
        select file;

    private static IEnumerable<string> Files(string folder) => !Directory.Exists(folder) ? [] :
        Directory.GetFiles(folder, OperatingSystem.IsWindows() ? "nvrtc64_*.dll" : "libnvrtc*.so*")
            .Where(file => !Path.GetFileName(file).Contains("builtins", StringComparison.Ordinal)
                && !Path.GetFileName(file).Contains(".alt", StringComparison.Ordinal))
            .OrderDescending(StringComparer.Ordinal);

    private static string[] Folders(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
}
