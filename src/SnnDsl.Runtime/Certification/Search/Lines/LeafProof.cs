namespace SnnDsl.Certification.Search;

/// <summary>
/// What proves a case. A case is closed by one of these and by nothing else: whatever fails, is cancelled or computes no number makes none.
/// </summary>
internal abstract record LeafProof
{
    private LeafProof(double bound) => Bound = bound;

    /// <summary>A lower bound of the margin on the case; infinite for one that holds no input.</summary>
    public double Bound { get; }

    /// <summary>The proof by a case's own intervals.</summary>
    /// <param name="count">The margin's bound by them.</param>
    /// <returns>Null where they do not prove it.</returns>
    public static LeafProof? ByCounts(double count) => IsEnough(count) ? new Counts(count) : null;

    /// <summary>The proof by lines.</summary>
    /// <param name="bound">The margin's bound by these slopes alone.</param>
    /// <param name="slopes">The slopes, in the order of proofs.</param>
    /// <returns>Null where they do not prove it.</returns>
    public static LeafProof? ByLines(double bound, float[] slopes) =>
        IsEnough(bound) && Array.TrueForAll(slopes, float.IsFinite) ? new Lines(bound, slopes) : null;

    private static bool IsEnough(double bound) => double.IsFinite(bound) && bound > MarginSearch.Goal;

    /// <summary>Its splits contradict each other, or it has a part of the input that is empty.</summary>
    internal sealed record Empty() : LeafProof(double.PositiveInfinity);

    /// <summary>Intervals, and counts of spikes.</summary>
    internal sealed record Counts : LeafProof
    {
        internal Counts(double bound)
            : base(bound)
        {
        }
    }

    /// <summary>Lines.</summary>
    internal sealed record Lines : LeafProof
    {
        internal Lines(double bound, float[] slopes)
            : base(bound) => Slopes = slopes;

        /// <summary>In the order of proofs.</summary>
        public float[] Slopes { get; }
    }
}
