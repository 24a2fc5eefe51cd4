namespace SnnDsl.CommandLine;

/// <summary>
/// The job that a program does without arguments: it trains one network naturally and once more with certification, for equally many
/// epochs, attacks and certifies both, and prints one table.
/// </summary>
public sealed record Demo
{
    /// <summary>The name of the network's class.</summary>
    public required string Model { get; init; }

    /// <summary>The data set; the first that fits the network unless stated. Its embedded subset is used.</summary>
    public string? Dataset { get; init; }

    /// <summary>How far a pixel moves; for networks that take images.</summary>
    public double? Epsilon { get; init; }

    /// <summary>How many entries are flipped; for networks that take event recordings.</summary>
    public int? Flips { get; init; }

    /// <summary>How often every training sample is seen, in each of the two runs.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How many training samples make a step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>How many of the first test samples are attacked and certified; all unless stated.</summary>
    public int? Count { get; init; }
}
