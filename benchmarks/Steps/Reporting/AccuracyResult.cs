namespace SnnDsl.Benchmarks.Reporting;

/// <summary>What eager and emitted code learn from the same data in the same order.</summary>
internal sealed record AccuracyResult
{
    public required string Model { get; init; }

    public required int Epochs { get; init; }

    public required int TrainingSamples { get; init; }

    public required int TestSamples { get; init; }

    /// <summary>Weights, order of samples: one run of each code for every seed.</summary>
    public required long[] Seeds { get; init; }

    /// <summary>Shares of the test samples that are predicted right, seed by seed.</summary>
    public required double[] Eager { get; init; }

    /// <inheritdoc cref="Eager"/>
    public required double[] Fused { get; init; }

    /// <summary>Seconds of all eager runs.</summary>
    public required double EagerSeconds { get; init; }

    /// <summary>Seconds of all emitted runs.</summary>
    public required double FusedSeconds { get; init; }
}
