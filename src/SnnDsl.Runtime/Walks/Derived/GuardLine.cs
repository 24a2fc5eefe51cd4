using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// The line below h(v), which is 0 for v &lt;= 0 and kappa (v + th) + e for v &gt; 0, with v in [l, U] on both sides of 0. Whatever slope is
/// taken, the intercept is the least of h(v) - k v over the ends of both pieces: the slope is a hint, and no formula for it can make the line wrong.
/// </summary>
internal sealed class GuardLine
{
    private readonly double threshold;
    private readonly Tensor lower;
    private readonly Tensor upper;
    private readonly Tensor open;

    /// <param name="onSpike">a, the spike's coefficient, [B, K, ...].</param>
    /// <param name="guard">Bounds of w . y, [B, 1, ...].</param>
    /// <param name="rule">When the neuron fires.</param>
    public GuardLine(Tensor onSpike, Interval guard, SpikeRule rule)
    {
        (OnSpike, threshold) = (onSpike, rule.Threshold);
        (Silent, Fires) = GuardSides.Settled(guard, rule);
        open = Silent.logical_or(Fires).logical_not();
        (lower, upper) = (guard.Lower.Plus(-threshold), guard.Upper.Plus(-threshold));
    }

    /// <summary>a.</summary>
    public Tensor OnSpike { get; }

    /// <summary>Where the neuron cannot fire.</summary>
    public Tensor Silent { get; }

    /// <summary>Where it must.</summary>
    public Tensor Fires { get; }

    /// <summary>lambda in [0, 1] between the extreme slopes; null for the tightest single line.</summary>
    public Tensor? Slope { get; init; }

    /// <summary>Between the flattest line (0) and the tightest single one (1), where lambda is to be written down.</summary>
    public double? Share { get; init; }

    /// <summary>lambda, where it is written down.</summary>
    public Tensor? Chosen { get; set; }

    /// <summary>How far w . y lies from what is compared with the threshold, at most; null for nowhere.</summary>
    public Tensor? Off { get; init; }

    /// <summary>The slope that steep ones are flattened toward.</summary>
    public Tensor? Flat { get; set; }

    /// <summary>How far from it at most.</summary>
    public Tensor? Steepest { get; set; }

    /// <summary>Slope and intercept, which mean nothing where the neuron is settled.</summary>
    /// <param name="e">e.</param>
    /// <param name="kappa">kappa.</param>
    public (Tensor Slope, Tensor Intercept) Below(Tensor e, Tensor kappa)
    {
        var jump = kappa.Times(threshold).Plus(e);
        var end = jump.Plus(kappa * upper);
        var least = jump.AtMost(0);
        var (left, right) = (Width(lower.neg()), Width(upper));
        Tensor k1 = least / left, k2 = (end - least) / right;
        var convex = k1 <= k2;
        // Both ends within what float32 can carry, or as near to that as sound lines come.
        Tensor low = maximum(k1, minimum(k2, Flat! - Steepest!)), high = minimum(k2, maximum(k1, Flat!.Plus(Steepest!)));
        var steers = lower.neg() > upper.Plus((upper - lower).Plus(Math.Abs(threshold)).Times(LineLimits.Near));
        if (Share is { } share)
        {
            var width = high - low;
            var some = width > zeros_like(width);
            var flattest = where(some, (Flat! - low) / where(some, width, ones_like(width)), zeros_like(width)).AtLeast(0).AtMost(1);
            Chosen = flattest.Plus((where(steers, zeros_like(low), ones_like(low)) - flattest).Times(share));
        }

        var between = (Slope ?? Chosen) is { } lambda ? low.Plus(lambda * (high - low)) : where(steers, low, high);
        // Not convex at the jump: the chord between the ends, which falls.
        var chord = (end / Width(upper - lower)).AtMost(0);
        var k = where(convex, between, chord);
        if (Off is null)
        {
            return (k, minimum(minimum(least, (k * lower).neg()), end - k * upper));
        }

        // Of w . y both pieces reach a little further, and overlap.
        var (rest, reach) = (kappa - k, upper.Plus(Off));
        var silent = minimum((k * (lower - Off)).neg(), (k * Off).neg());
        return (k, minimum(silent, jump.Plus(minimum((rest * Off).neg(), rest * reach))));
    }

    // A width where the neuron is open and the width is not 0, and 1 elsewhere: no division by zero, no NaN gradient.
    private Tensor Width(Tensor width) => where(open.logical_and(width > zeros_like(width)), width, ones_like(width));
}
