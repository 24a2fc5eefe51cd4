using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnDsl.Hardware;

/// <summary>libtorch, the native half of TorchSharp, which the program brings and no library does.</summary>
public static class LibTorch
{
    private static readonly Lazy<string?> missing = new(Load);

    /// <summary>Why it cannot be loaded, in a sentence that says what to do; null where it can.</summary>
    public static string? Missing => missing.Value;

    /// <summary>Loads it. TorchSharp itself would say what is missing in the middle of a trace, as the failed initialisation of a type.</summary>
    /// <exception cref="NotSupportedException">It cannot be loaded; the message says which package to add.</exception>
    public static void Require()
    {
        if (Missing is { } reason)
        {
            throw new NotSupportedException(reason);
        }
    }

    /// <summary>Says what is missing.</summary>
    /// <param name="failure">What the system says of the library that is there and does not load; null where there is none.</param>
    internal static string Describe(string? failure) => failure is null
        ? $"libtorch, the native half of TorchSharp, is not there: add the package {Package} to the project of the program (docs/start.md chooses it by the property SnnDslBackend)."
        : $"libtorch, the native half of TorchSharp, is there and does not load: {failure.Split('\n')[0].TrimEnd('.', '\r', ' ')} (docs/building.md says what it needs).";

    private static string Package => OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    private static string? Load()
    {
        // Where it finds nothing TorchSharp prints how it searched, before it says so.
        var console = Console.Out;
        bool isFound = Find("torch_cpu") is not null;
        try
        {
            if (!isFound)
            {
                Console.SetOut(TextWriter.Null);
            }

            using var probe = zeros(1L);
            return null;
        }
        catch (Exception error) when (error is TypeInitializationException or NotSupportedException or DllNotFoundException or BadImageFormatException)
        {
            return Describe(isFound ? FailureOf(Find("LibTorchSharp")) ?? error.GetBaseException().Message : null);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static string? FailureOf(string? library)
    {
        try
        {
            if (library is not null)
            {
                NativeLibrary.Load(library);
            }

            return null;
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            return error.Message;
        }
    }

    // Beside the program, below runtimes/, or where the host was told to look.
    private static string? Find(string library)
    {
        string name = OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
        string runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes");
        string[] told = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new[] { AppContext.BaseDirectory }
            .Concat(Directory.Exists(runtimes) ? Directory.GetDirectories(runtimes).Select(platform => Path.Combine(platform, "native")) : [])
            .Concat(told).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
