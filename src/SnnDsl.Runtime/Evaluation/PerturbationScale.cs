using SnnDsl.Perturbations;

namespace SnnDsl.Evaluation;

/// <summary>The perturbations of one kind from none up to a largest one, each set holding all smaller ones.</summary>
/// <param name="Most">The largest size: an epsilon, a number of flips or of retimed spikes, or how far spikes move.</param>
/// <param name="IsWhole">Whether sizes are whole numbers.</param>
/// <param name="At">The perturbation of a size.</param>
internal sealed record PerturbationScale(double Most, bool IsWhole, Func<double, Perturbation> At)
{
    /// <summary>The scale up to a perturbation.</summary>
    /// <param name="largest">The perturbation.</param>
    /// <exception cref="NotSupportedException">It has no size.</exception>
    public static PerturbationScale UpTo(Perturbation largest) => largest switch
    {
        LInfinity box => new(box.Epsilon, false, size => new LInfinity(size, box.Clamp)),
        SpikeRetiming { Moves: { } moves } retiming => new(moves, true, size => new SpikeRetiming(retiming.Jitter, (int)size)),
        SpikeRetiming retiming => new(retiming.Jitter, true, size => new SpikeRetiming((int)size)),
        SpikeFlips flips => new(flips.Count, true, size => new SpikeFlips((int)size, flips.Mode)),
        _ => throw new NotSupportedException(
            $"A radius is an epsilon, a number of flips or a retiming, and {largest.GetType().Name} has no size: certify it instead."),
    };

    /// <summary>A size between two others; null if they are within the tolerance, or no whole number lies between them.</summary>
    /// <param name="below">The smaller.</param>
    /// <param name="above">The larger.</param>
    /// <param name="tolerance">How far apart they may stay.</param>
    public double? Between(double below, double above, double tolerance)
    {
        double middle = IsWhole ? Math.Floor((below + above) / 2) : (below + above) / 2;
        return above - below > tolerance && middle > below && middle < above ? middle : null;
    }
}
