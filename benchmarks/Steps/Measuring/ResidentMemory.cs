using System.Globalization;

namespace SnnDsl.Benchmarks.Measuring;

/// <summary>The memory of this process that lies in RAM, native memory included, as Linux counts it.</summary>
internal static class ResidentMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>Whether the system tells it.</summary>
    public static bool IsKnown => File.Exists(Status);

    /// <summary>Now, in MB (10^6 bytes).</summary>
    public static double Now => Read("VmRSS:");

    /// <summary>The most since the process started, in MB.</summary>
    public static double Peak => Read("VmHWM:");

    private static double Read(string field) =>
        double.Parse(Machine.FirstLine(Status, field)!.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Replace(field, "").Trim(),
            CultureInfo.InvariantCulture) * 1024 / 1e6;
}
