namespace SnnDsl.Benchmarks.Reporting;

/// <summary>One spiking layer, forward and backward.</summary>
internal sealed record LayerResult
{
    /// <summary>[T, B, ...].</summary>
    public required long[] Shape { get; init; }

    public required double EagerMs { get; init; }

    /// <summary>The emitted layer through autograd, with fresh outputs.</summary>
    public required double FusedMs { get; init; }

    /// <summary>The emitted kernels alone, in buffers that are kept.</summary>
    public required double KernelsMs { get; init; }

    /// <summary>A copy that moves as many bytes as the kernels.</summary>
    public required double CopyMs { get; init; }
}
