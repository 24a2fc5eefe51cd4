using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SnnDsl.Kernels;

namespace SnnDsl.Cuda.Tests.OnTheCpu;

/// <summary>Runs emitted CUDA C on the CPU: behind the shim, built by the machine's C++ compiler without contraction.</summary>
internal sealed unsafe class ShimLauncher : IKernelLauncher
{
    // Small and odd, so that grids have several blocks and a last one with idle threads.
    private const int ThreadsPerBlock = 24;

    private static readonly string[] s_kernels = ["Forward", "Backward", "Intervals", "IntervalsBackward", "Relax", "RelaxBackward"];
    private static readonly ConcurrentDictionary<string, Lazy<ShimLauncher>> s_built = new();

    private readonly nint library;

    private ShimLauncher(nint library) => this.library = library;

    /// <summary>The C++ compiler of this machine; null where there is none.</summary>
    public static string? Compiler { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => (string[])[Path.Combine(folder, "g++"), Path.Combine(folder, "clang++")])
        .FirstOrDefault(File.Exists);

    /// <summary>The kernels of a text, built once.</summary>
    public static ShimLauncher Of(string text) => s_built.GetOrAdd(text, static text => new(() => Build(text))).Value;

    public void Launch(string kernel, long threads, ReadOnlySpan<long> arguments)
    {
        void** addresses = stackalloc void*[arguments.Length];
        fixed (long* first = arguments)
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                addresses[i] = first + i;
            }

            var launch = (delegate* unmanaged<uint, uint, void**, void>)NativeLibrary.GetExport(library, $"Launch{kernel}");
            launch((uint)((threads + ThreadsPerBlock - 1) / ThreadsPerBlock), ThreadsPerBlock, addresses);
        }
    }

    private static ShimLauncher Build(string text)
    {
        string folder = Directory.CreateTempSubdirectory("snndsl-shim-").FullName;
        try
        {
            string shim = Path.Combine(AppContext.BaseDirectory, "OnTheCpu", "CudaShim.h");
            string source = Path.Combine(folder, "kernels.cpp"), target = Path.Combine(folder, "kernels.so");
            File.WriteAllText(source, $"#include \"{shim}\"\n{text}\n{string.Join('\n', s_kernels.Select(kernel => $"LAUNCHER({kernel})"))}\n");
            using var compiler = Process.Start(new ProcessStartInfo(
                Compiler!,
                ["-std=c++17", "-O1", "-ffp-contract=off", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-shared", "-fPIC", "-o", target, source])
            {
                RedirectStandardError = true,
            })!;
            string messages = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, messages);
            return new ShimLauncher(NativeLibrary.Load(target));
        }
        finally
        {
            // What is loaded stays in memory.
            Directory.Delete(folder, recursive: true);
        }
    }
}
