using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Measuring;

/// <summary>Where and when the numbers were taken.</summary>
internal sealed record Machine
{
    public required string Date { get; init; }

    public required string Cpu { get; init; }

    public required int Cores { get; init; }

    public required int Threads { get; init; }

    public required int VectorBits { get; init; }

    public required string System { get; init; }

    public required string Runtime { get; init; }

    public required string LibTorch { get; init; }

    /// <summary>The load average of the last minute at the start, where the system tells it; above 0 something else was running.</summary>
    public required double? Load { get; init; }

    public required double PeakGflops { get; init; }

    public required double CopyGigabytesPerSecond { get; init; }

    public static Machine Describe(Peaks peaks) => new()
    {
        Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        Cpu = FirstLine("/proc/cpuinfo", "model name")?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Cores = Environment.ProcessorCount,
        Threads = get_num_threads(),
        VectorBits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        System = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        LibTorch = __version__,
        Load = FirstLine("/proc/loadavg", "") is { } load ? double.Parse(load.Split(' ')[0], CultureInfo.InvariantCulture) : null,
        PeakGflops = Math.Round(peaks.FlopsPerSecond / 1e9, 1),
        CopyGigabytesPerSecond = Math.Round(peaks.BytesPerSecond / 1e9, 1),
    };

    /// <summary>The first line of a text file that starts with something; null where there is no such file or line.</summary>
    public static string? FirstLine(string path, string start) =>
        File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) : null;
}
