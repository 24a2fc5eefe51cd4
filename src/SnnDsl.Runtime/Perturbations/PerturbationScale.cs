namespace SnnDsl.Perturbations;

/// <summary>The perturbations of one kind from none up to a largest one, each set holding all smaller ones.</summary>
/// <param name="Most">The largest size: an epsilon, a number of flips or of retimed spikes, or how far spikes move.</param>
/// <param name="IsWhole">Whether sizes are whole numbers.</param>
/// <param name="At">The perturbation of a size.</param>
/// <param name="IsDistance">Whether the distance of a point (<see cref="Perturbation.Distance"/>) is the least size whose set holds it.</param>
internal sealed record PerturbationScale(double Most, bool IsWhole, Func<double, Perturbation> At, bool IsDistance)
{
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
