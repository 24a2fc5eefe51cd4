namespace SnnDsl.Benchmarks.Paper;

/// <summary>What all jobs are given.</summary>
/// <param name="Data">Where the folders mnist, fashion-mnist and nmnist lie.</param>
/// <param name="Out">Where a job's files go.</param>
/// <param name="Count">At most how many samples of either kind; null for all.</param>
/// <param name="Epochs">How many epochs; null for the network's own.</param>
/// <param name="TimeLimit">Seconds a sample, for auto.</param>
/// <param name="Seed">The seed of everything that is drawn.</param>
internal sealed record Settings(string Data, string Out, int? Count, int? Epochs, double TimeLimit, long Seed);
