namespace SnnDsl.Benchmarks.Reporting;

/// <summary>A training step of the convolutional network with batch normalisation and maxima of spikes.</summary>
internal sealed record CsnnResult
{
    public required int Batch { get; init; }

    public required int Steps { get; init; }

    public required double EagerMs { get; init; }

    public required double PlainMs { get; init; }

    public required double FusedMs { get; init; }

    public required int Runs { get; init; }

    /// <summary>The share of spikes that come, of those that conv2, fc1 and fc2 read.</summary>
    public required double[] Rates { get; init; }

    /// <summary>By how much gradients differ from eager ones, in norm.</summary>
    public required double GradientDifference { get; init; }

    /// <summary>The step were it dense.</summary>
    public required double Gflop { get; init; }

    /// <summary>What spikes ask for.</summary>
    public required double UsefulGflop { get; init; }

    /// <summary>Dense operations at the peak of a product.</summary>
    public required double FloorMs { get; init; }

    /// <summary>Useful operations at the peak of a product.</summary>
    public required double EventFloorMs { get; init; }
}
