namespace SnnDsl.Benchmarks.Measuring;

/// <summary>A precision of the forward and backward products, and why it was not measured if it was not.</summary>
/// <param name="Name">float32 or bf16.</param>
/// <param name="Omitted">Why there are no rows of it; null where there are.</param>
internal sealed record Precision(string Name, string? Omitted)
{
    private static readonly string[] Units = ["amx_bf16", "avx512_bf16", "bf16"];

    /// <summary>Those that the issue of speed is about.</summary>
    public static IReadOnlyList<Precision> All { get; } = [new("float32", null), new("bf16", WhyNoBf16())];

    private static string WhyNoBf16()
    {
        string[]? flags = Machine.FirstLine("/proc/cpuinfo", "flags")?.Split(' ') ?? Machine.FirstLine("/proc/cpuinfo", "Features")?.Split(' ');
        string unit = flags is null
            ? "what this CPU can do is not told by the system"
            : flags.Intersect(Units).ToList() is { Count: > 0 } found
                ? $"this CPU has {string.Join(" and ", found)}"
                : $"this CPU has none of {string.Join(", ", Units)}, so libtorch would emulate it";
        return $"--precision bf16 takes the products of gradients in it; {unit}";
    }
}
