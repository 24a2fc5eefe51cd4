namespace SnnDsl.Benchmarks.Reporting;

/// <summary>Memory over many steps of the trainer.</summary>
internal sealed record EnduranceResult
{
    /// <summary>natural or certified.</summary>
    public required string Training { get; init; }

    public required string Model { get; init; }

    public required int Batch { get; init; }

    public required int TimeSteps { get; init; }

    /// <summary>The steps after warm-up.</summary>
    public required int Steps { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The least resident memory at the end of an epoch after warm-up, in MB (10^6 bytes).</summary>
    public required double LeastMb { get; init; }

    /// <summary>The most.</summary>
    public required double MostMb { get; init; }

    /// <summary>The last minus the first.</summary>
    public required double DriftMb { get; init; }

    /// <summary>Objects that were left to their finalisers, a step.</summary>
    public required double FinalisedPerStep { get; init; }

    /// <summary>The most objects that waited for their finaliser when an epoch ended.</summary>
    public required long MostPending { get; init; }

    /// <summary>TorchSharp's live tensors at the end minus those after warm-up.</summary>
    public required long TensorDrift { get; init; }

    /// <summary>Managed bytes allocated, a step.</summary>
    public required double AllocatedPerStep { get; init; }
}
