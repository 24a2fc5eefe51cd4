using SnnDsl.Benchmarks.Measuring;

namespace SnnDsl.Benchmarks.Reporting;

/// <summary>The network that was measured: event-driven code is as fast as its neurons are silent.</summary>
internal sealed record SubjectResult
{
    public required string Model { get; init; }

    public required string State { get; init; }

    public required int Steps { get; init; }

    /// <summary>How far a pixel moves.</summary>
    public required double Epsilon { get; init; }

    /// <summary>The share of the embedded test digits that it predicts right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Its spiking layers in order, on the first 128 test digits.</summary>
    public required IReadOnlyList<Activity> Layers { get; init; }
}
