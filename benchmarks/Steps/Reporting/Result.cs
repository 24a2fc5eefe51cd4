namespace SnnDsl.Benchmarks.Reporting;

/// <summary>One measured step.</summary>
internal sealed record Result
{
    public required string Case { get; init; }

    public required string Model { get; init; }

    /// <summary>trained or initial.</summary>
    public required string State { get; init; }

    public required int Batch { get; init; }

    public required int Steps { get; init; }

    public string Precision { get; init; } = "float32";

    /// <summary>The median of eager code; p50.</summary>
    public required double EagerMs { get; init; }

    /// <summary>The median of the multi-step schedule with neurons op by op; p50.</summary>
    public required double PlainMs { get; init; }

    /// <summary>The median of emitted code; p50.</summary>
    public required double FusedMs { get; init; }

    /// <summary>Eager over fused.</summary>
    public required double Ratio { get; init; }

    public required int Runs { get; init; }

    /// <summary>The 99th percentile; for inference.</summary>
    public double? EagerP99Ms { get; init; }

    /// <inheritdoc cref="EagerP99Ms"/>
    public double? PlainP99Ms { get; init; }

    /// <inheritdoc cref="EagerP99Ms"/>
    public double? FusedP99Ms { get; init; }

    /// <summary>Billions of float operations of the schedule's affine layers, were they dense.</summary>
    public required double Gflop { get; init; }

    /// <summary>Those of them that a spike or a live coefficient asks for.</summary>
    public required double UsefulGflop { get; init; }

    /// <summary>Millions of bytes that the dense schedule moves at least.</summary>
    public required double Megabytes { get; init; }

    /// <summary>Dense FLOPs over the time, as a share of the measured peak; above 1, zeros were skipped.</summary>
    public required double FlopShare { get; init; }

    /// <summary>Dense bytes over the time, as a share of a copy's.</summary>
    public required double ByteShare { get; init; }

    /// <summary>The least time of the dense schedule at the measured peaks.</summary>
    public required double FloorMs { get; init; }

    /// <summary>The dense floor as a share of the emitted code's time.</summary>
    public required double FloorShare { get; init; }

    /// <summary>The least time of the event-driven schedule: useful operations at the same peak, spikes as bits.</summary>
    public required double EventFloorMs { get; init; }

    /// <summary>The event-driven floor as a share of the emitted code's time.</summary>
    public required double EventFloorShare { get; init; }
}
