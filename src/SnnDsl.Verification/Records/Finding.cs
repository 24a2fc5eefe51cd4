namespace SnnDsl.Verification.Records;

/// <summary>What was found of a record that is true.</summary>
/// <param name="Bounds">The bounds that are proved here, rivals in ascending order; empty if none is recorded.</param>
/// <param name="Unchecked">How many recorded bounds were taken as they are.</param>
/// <param name="Replay">Of a falsified sample, how the network is known to fail; null for others.</param>
internal sealed record Finding(double[] Bounds, int Unchecked, string? Replay);
