namespace SnnDsl.Evaluation;

/// <summary>The margin that a certificate keeps from rounding.</summary>
public static class Guard
{
    /// <summary>
    /// In plain mode a margin counts as positive only if its lower bound exceeds this. Linear bounds carry rounding errors of some 1e-6
    /// through their sums; interval bounds of firing rates are whole numbers over T, so that anything below 1/T would do for them.
    /// Plain mode does not claim more: a rounding error inside the network can still flip a spike.
    /// </summary>
    public const double Plain = 1e-4;
}
