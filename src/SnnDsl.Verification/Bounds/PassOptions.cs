namespace SnnDsl.Verification.Bounds;

/// <summary>How membranes are bounded.</summary>
internal sealed record PassOptions
{
    /// <summary>The lines by which open membranes are bounded as well; null for intervals alone.</summary>
    public ISlopes? Refine { get; init; }

    /// <summary>
    /// How far bounds by relaxation are moved outward, relative to 1 and their size, as the run that is checked did: where lines are steep
    /// tighter membranes can give another, lower bound.
    /// </summary>
    public double Slack { get; init; }

    /// <summary>Whether neurons with a constant current and a reset to 0 are bounded by the trains that they can have.</summary>
    public bool Trains { get; init; }

    /// <summary>
    /// How far the currents at which trains change are blurred, in units of the threshold, as the run that is checked did; 0 for where
    /// they are.
    /// </summary>
    public double TrainSlack { get; init; }

    /// <summary>
    /// Whether bounds of the membranes alone say which neurons with whole trains fire, as in a run that keeps nothing else of trains. What trains
    /// show besides gives tighter bounds, and by these other slopes.
    /// </summary>
    public bool SpikesByMembranes { get; init; }

    /// <summary>Whether maps one after the other are bounded as one as well, rather than by a box for each.</summary>
    public bool Products { get; init; }

    /// <summary>
    /// Whether the bounds are of what float32 arithmetic computes, with sums in any order, rather than of the exact values. Rounding blurs
    /// trains: then the currents at which they change are blurred by at least <see cref="Networks.SinglePrecision.TrainBlur"/>.
    /// </summary>
    public bool Float32 { get; init; }

    /// <summary>How long it may take; null for as long as it does.</summary>
    public Deadline? Deadline { get; init; }

    /// <summary>What is assumed of single neurons, in a case of a proof; null for nothing.</summary>
    public Assumptions? Assumptions { get; init; }
}
