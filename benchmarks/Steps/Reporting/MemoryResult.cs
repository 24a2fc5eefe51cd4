namespace SnnDsl.Benchmarks.Reporting;

/// <summary>The most memory of a training step, in MB (10^6 bytes) beyond what the process held before its first.</summary>
internal sealed record MemoryResult
{
    public required string Case { get; init; }

    public required string Model { get; init; }

    public required string State { get; init; }

    public required int Batch { get; init; }

    public required int Steps { get; init; }

    public required double EagerPeakMb { get; init; }

    public required double FusedPeakMb { get; init; }

    /// <summary>Fused over eager.</summary>
    public required double Share { get; init; }
}
