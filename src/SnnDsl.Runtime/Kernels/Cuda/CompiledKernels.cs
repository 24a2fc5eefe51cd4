using System.Security.Cryptography;

namespace SnnDsl.Kernels;

/// <summary>
/// Compiled kernels, kept from one process to the next: NVRTC takes about a second for a kind of neuron. A file's name is a hash of
/// everything that decides its content, so nothing in the folder is ever out of date, and it may be deleted at any time.
/// </summary>
internal static class CompiledKernels
{
    /// <summary>Where they are kept; null where the user has no folder for such files.</summary>
    public static string? Folder { get; } =
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } home
            ? Path.Combine(home, "SnnDsl", "kernels")
            : null;

    /// <summary>The image of a text for a compute capability, compiled where it is not kept.</summary>
    /// <param name="nvrtc">What compiles.</param>
    /// <param name="text">CUDA C.</param>
    /// <param name="capability">10 times major plus minor.</param>
    /// <param name="folder">Where images are kept; null to keep none.</param>
    /// <exception cref="CudaException">The text does not compile.</exception>
    public static byte[] Get(Nvrtc nvrtc, string text, int capability, string? folder)
    {
        if (folder is null)
        {
            return nvrtc.Compile(text, capability);
        }

        string key = $"NVRTC {nvrtc.Version}, capability {capability}, SnnDsl {typeof(CompiledKernels).Assembly.ManifestModule.ModuleVersionId}\n{text}";
        string path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key))) + ".bin");
        if (Read(path) is { } kept)
        {
            return kept;
        }

        byte[] image = nvrtc.Compile(text, capability);
        Keep(path, image);
        return image;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            // An image is followed by its hash: a disk that filled up must not crash the driver.
            byte[] file = File.ReadAllBytes(path);
            return file.Length > SHA256.HashSizeInBytes
                && SHA256.HashData(file.AsSpan()[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(file.AsSpan()[^SHA256.HashSizeInBytes..])
                ? file[..^SHA256.HashSizeInBytes]
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Keep(string path, byte[] image)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string draft = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllBytes(draft, [.. image, .. SHA256.HashData(image)]);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without a place to keep it, the next process compiles again.
        }
    }
}
