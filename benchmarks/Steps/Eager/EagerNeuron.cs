using SnnDsl.Bounds;
using SnnDsl.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>
/// The reference networks' neurons (threshold and decay 0.25, hard reset to 0) for one time step, op by op, differentiated by
/// autograd. Constants are scalars made once, and every function frees what it does not return: eager code at its best.
/// </summary>
internal static class EagerNeuron
{
    private const float ThresholdValue = 0.25f;
    private static readonly Scalar Decay = 0.25f;
    private static readonly Scalar Zero = 0f;
    private static readonly Scalar Steepest = LineLimits.Steepest;

    /// <summary>The membrane above which a neuron fires.</summary>
    public static Scalar Threshold { get; } = ThresholdValue;

    /// <summary>One half.</summary>
    public static Scalar Half { get; } = 0.5f;

    /// <summary>One step: u = decay r + I, s = 1(u > threshold), r = u (1 - s).</summary>
    public static (Tensor Spike, Tensor Left) Fire(Tensor current, Tensor? rest)
    {
        using var scope = NewDisposeScope();
        var u = rest is null ? current : rest * Decay + current;
        var s = EagerSpike.Of(u);
        return (s.MoveToOuterDisposeScope(), (u - u * s).MoveToOuterDisposeScope());
    }

    /// <summary>One step's intervals: of the spike, of the membrane, and of what is left after the reset.</summary>
    public static (Interval Spike, Interval Membrane, Interval Left) Bound(Interval current, Interval? rest)
    {
        using var scope = NewDisposeScope();
        // At the first step the membrane is the current: an alias, since the current stays its caller's.
        var (l, u) = rest is { } r
            ? (r.Lower * Decay + current.Lower, r.Upper * Decay + current.Upper)
            : (current.Lower.alias(), current.Upper.alias());
        var (silent, fires) = (u <= Threshold, l > Threshold);
        var none = zeros_like(l);
        var lower = where(silent, l, where(fires, none, l.clamp(max: Zero)));
        var upper = where(silent, u, where(fires, none, full_like(u, Threshold)));
        return (
            new Interval(EagerSpike.Of(l), EagerSpike.Of(u)).MoveToOuterDisposeScope(),
            new Interval(l, u).MoveToOuterDisposeScope(),
            new Interval(lower, upper).MoveToOuterDisposeScope());
    }

    /// <summary>The coefficient on one step's reset value: decay times that on the next step's membrane.</summary>
    public static Tensor OnRest(Tensor next) => next * Decay;

    /// <summary>
    /// One step of the Joint relaxation: the line below c_s 1[u > th] + c_r u 1[u &lt;= th] for u in [l, U]; coefficients
    /// [B, K, ...], bounds [B, 1, ...].
    /// </summary>
    public static (Tensor Slope, Tensor Intercept) Line(Tensor cs, Tensor cr, Interval bounds)
    {
        using var scope = NewDisposeScope();
        var (l, u) = bounds;
        var (silent, fires) = (u <= Threshold, l > Threshold);
        var unstable = silent.logical_or(fires).logical_not();
        var (lineSlope, lineIntercept) = UnstableLine(cs, cr, l, u, unstable);
        var none = zeros_like(cr);
        var slope = where(unstable, lineSlope, where(fires, none, cr));
        var intercept = where(unstable, lineIntercept, where(fires, cs, none));
        return (slope.MoveToOuterDisposeScope(), intercept.MoveToOuterDisposeScope());
    }

    private static (Tensor Slope, Tensor Intercept) UnstableLine(Tensor cs, Tensor cr, Tensor l, Tensor u, Tensor unstable)
    {
        using var scope = NewDisposeScope();
        var left = (l - Threshold).neg();
        var right = u - Threshold;
        var onThreshold = cr * Threshold;
        var jump = cs - onThreshold;
        // At a jump of 0, which weights on a grid make common, its gradient goes with the rise alone, as in the emitted kernels.
        var rise = jump.clamp(min: Zero);
        var fall = jump - rise;
        var (k, isConcave) = ThresholdSlope(cs, cr, rise, fall, left, right, unstable);

        // No line through the lower value at the threshold is sound: the chord between the ends.
        var run = where(unstable, u - l, ones_like(l));
        var chord = minimum(((jump + cr * left) / run).clamp(min: Zero), cr);
        var slope = where(isConcave, chord, k);
        var intercept = where(isConcave, (cr - chord) * l, onThreshold + fall - k * Threshold);
        return (slope.MoveToOuterDisposeScope(), intercept.MoveToOuterDisposeScope());
    }

    /// <summary>The slope through the lower value at the threshold, and where there is none that is sound.</summary>
    private static (Tensor Slope, Tensor IsConcave) ThresholdSlope(
        Tensor cs, Tensor cr, Tensor rise, Tensor fall, Tensor left, Tensor right, Tensor unstable)
    {
        using var scope = NewDisposeScope();
        var one = ones_like(left);
        var hasLeft = unstable.logical_and(left > Zero);
        var leftSlope = cr + fall / where(hasLeft, left, one);
        var rightSlope = rise / where(unstable, right, one);
        var best = where(left > right, leftSlope, rightSlope);
        var steepest = (cs.abs() + cr.abs()).detach() * Steepest;
        var slope = maximum(minimum(best, steepest), steepest.neg());
        var isConcave = hasLeft.logical_and(leftSlope > rightSlope);
        return (slope.MoveToOuterDisposeScope(), isConcave.MoveToOuterDisposeScope());
    }
}
