namespace SnnDsl.Training;

/// <summary>The epoch that did best on the samples kept aside.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Score">Its <see cref="ValidationResult.Score"/>.</param>
internal sealed record BestEpoch(int Epoch, double Score);
