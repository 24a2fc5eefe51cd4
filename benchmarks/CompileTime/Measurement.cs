namespace SnnDsl.Benchmarks.CompileTime;

/// <summary>What one run of the generator takes.</summary>
internal sealed record Measurement
{
    public required string Case { get; init; }

    /// <summary>The median.</summary>
    public required double Milliseconds { get; init; }

    public required double P99Milliseconds { get; init; }

    /// <summary>The median of a generator that does nothing, in turn with it: finding the class and binding its attributes. Of a build, the compilation of what was emitted.</summary>
    public required double RoslynMilliseconds { get; init; }

    /// <summary>Managed memory, the median; Roslyn's own share included.</summary>
    public required double AllocatedKilobytes { get; init; }

    /// <summary>How many groups of files (a network's layers, a kind of neuron's kernels) were emitted anew in the last run, as the driver's tracked steps tell.</summary>
    public required int OutputsEmittedAnew { get; init; }

    /// <summary>The length of all emitted files.</summary>
    public required int Characters { get; init; }
}
