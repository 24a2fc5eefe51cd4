namespace SnnDsl.Benchmarks.Reporting;

/// <summary>One measured step.</summary>
internal sealed record Result
{
    public required string Case { get; init; }

    public required string Model { get; init; }

    public required int Batch { get; init; }

    public required int Steps { get; init; }

    public string Precision { get; init; } = "float32";

    /// <summary>The median of eager code; p50.</summary>
    public required double EagerMs { get; init; }

    /// <summary>The median of emitted code; p50.</summary>
    public required double FusedMs { get; init; }

    public required double Ratio { get; init; }

    public required int Runs { get; init; }

    /// <summary>The 99th percentile; for inference.</summary>
    public double? EagerP99Ms { get; init; }

    /// <inheritdoc cref="EagerP99Ms"/>
    public double? FusedP99Ms { get; init; }

    /// <summary>Billions of float operations of the emitted schedule's affine layers.</summary>
    public required double Gflop { get; init; }

    /// <summary>Millions of bytes that the emitted schedule moves at least.</summary>
    public required double Megabytes { get; init; }

    /// <summary>FLOPs per second, as a share of the measured peak.</summary>
    public required double FlopShare { get; init; }

    /// <summary>Bytes per second, as a share of a copy's.</summary>
    public required double ByteShare { get; init; }

    /// <summary>The least time of the emitted schedule at the measured peaks.</summary>
    public required double FloorMs { get; init; }

    /// <summary>The floor as a share of the emitted code's time.</summary>
    public required double FloorShare { get; init; }
}
