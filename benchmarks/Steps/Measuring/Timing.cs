namespace SnnDsl.Benchmarks.Measuring;

/// <summary>The times of one action, in milliseconds.</summary>
internal sealed class Timing
{
    private readonly double[] sorted;

    public Timing(IEnumerable<double> milliseconds) => sorted = [.. milliseconds.Order()];

    /// <summary>How many runs there were.</summary>
    public int Runs => sorted.Length;

    /// <summary>The middle run, or the mean of the two in the middle.</summary>
    public double Median => (sorted[(Runs - 1) / 2] + sorted[Runs / 2]) / 2;

    /// <summary>The smallest time that a share of the runs does not exceed.</summary>
    /// <param name="share">In (0, 1]: 0.99 for p99.</param>
    public double Percentile(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * Runs) - 1)];
}
