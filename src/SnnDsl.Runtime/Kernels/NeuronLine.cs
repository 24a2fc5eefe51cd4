using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// The line below c_s s + c_r r, as a function of the membrane u in [l, U], element by element: the mathematics of
/// <see cref="NeuronKernel.Relax"/> in TorchSharp operations.
/// </summary>
internal static class NeuronLine
{
    /// <summary>What meets at one neuron-step: coefficients [B, K, ...], bounds and phases [B, 1, ...].</summary>
    public sealed record Step(
        Tensor OnSpike, Tensor OnRest, Tensor Lower, Tensor Upper, Tensor? Slope, Tensor? Phase, Tensor? Multiplier)
    {
        /// <summary>Between the flattest line (0) and Joint's (1), where the slope is to be chosen and written down.</summary>
        public double? Share { get; init; }

        /// <summary>The chosen slope, lambda in [0, 1], where <see cref="Share"/> is given.</summary>
        public Tensor? Chosen { get; set; }
    }

    /// <summary>Slope and intercept of the line.</summary>
    public static (Tensor Slope, Tensor Intercept) Below(Step step, NeuronParameters neuron, RelaxationRule rule)
    {
        var th = Number(neuron.Threshold, step.Lower);
        bool hard = neuron.Reset == Reset.Hard;
        var (cr, l, u) = (step.OnRest, step.Lower, step.Upper);

        // What a spike brings: its own coefficient, and the reset that comes with it.
        var cs = hard ? (neuron.ResetValue == 0 ? step.OnSpike : step.OnSpike.Plus(cr * Number(neuron.ResetValue, cr))) : step.OnSpike - cr * th;
        var (silent, fires) = (u <= th, l > th);
        var unstable = silent.logical_or(fires).logical_not();
        var none = zeros_like(cr);
        var (lineSlope, lineIntercept) = rule == RelaxationRule.Paper
            ? Paper(cs, cr, l, u, unstable, neuron)
            : Joint(cs, hard ? cr : none, l, u, unstable, th, hard ? none : cr.neg(), step);
        if (!hard)
        {
            lineSlope = lineSlope.Plus(cr);
        }

        var slope = where(unstable, lineSlope, where(silent, cr, hard ? none : cr));
        var intercept = where(unstable, lineIntercept, where(silent, none, cs));
        if (step.Phase is not { } phase)
        {
            return (slope, intercept);
        }

        // A phase assumes u <= th (s = 0) or u >= th (s = 1); its multiplier beta >= 0 pays for the constraint.
        var beta = step.Multiplier ?? none;
        var (off, on) = (phase < zeros_like(phase), phase > zeros_like(phase));
        slope = where(off, cr.Plus(beta), where(on, (hard ? none : cr) - beta, slope));
        intercept = where(off, beta * th.neg(), where(on, cs.Plus(beta * th), intercept));
        return (slope, intercept);
    }

    private static (Tensor Slope, Tensor Intercept) Joint(
        Tensor cs, Tensor cr, Tensor l, Tensor u, Tensor unstable, Tensor th, Tensor flat, Step step)
    {
        // The function is c_r u up to th and c_s above; v is its lower value at the step.
        var left = Positive(th - l, unstable);
        var right = Positive(u - th, unstable);
        var v = minimum(cr * th, cs);
        var start = cr * l;
        var k1 = (v - start) / left;
        var k2 = (cs - v) / right;
        var convex = k1 <= k2;
        var steepest = cs.abs().Plus(cr.abs()).detach().Times(LineLimits.Steepest);
        var first = LeftSteers(l, u, th);
        if (step.Share is { } share)
        {
            // lambda of the line nearest to the flat one, and of Joint's; equal ends leave no choice.
            var width = k2 - k1;
            var some = width > zeros_like(width);
            var flattest = where(some, (flat - k1) / where(some, width, ones_like(width)), zeros_like(width)).AtLeast(0).AtMost(1);
            step.Chosen = flattest.Plus((where(first, zeros_like(k1), ones_like(k1)) - flattest).Times(share));
        }

        var k = (step.Slope ?? step.Chosen) is { } lambda ? k1.Plus(lambda * (k2 - k1)) : where(first, k1, k2);
        k = maximum(minimum(k, steepest), -steepest);
        k = minimum(maximum(k, k1), k2);

        // Not convex at the step: the chord between the ends is the only best line; its slope lies in [0, c_r].
        var chord = minimum(((cs - start) / Positive(u - l, unstable)).AtLeast(0), cr.AtLeast(0));
        return (where(convex, k, chord), where(convex, v - k * th, (cr - chord) * l));
    }

    private static (Tensor Slope, Tensor Intercept) Paper(
        Tensor cs, Tensor cr, Tensor l, Tensor u, Tensor unstable, NeuronParameters neuron)
    {
        var th = Number(neuron.Threshold, l);
        var constant = zeros_like(cr);
        if (neuron.Reset == Reset.Hard)
        {
            // l (1 - s) <= r <= th (1 - s): a constant, and a part that joins the spike.
            constant = where(cr >= zeros_like(cr), cr * l, cr * th);
            cs = cs - constant;
        }

        var below = Positive(th - l, unstable);
        var above = Positive(u - th, unstable);
        var wide = LeftSteers(l, u, th).logical_not();
        var up = cs >= zeros_like(cs);
        var lower = where(wide, above.reciprocal().AtMost(LineLimits.Steepest), zeros_like(l));
        var upper = where(wide, zeros_like(l), below.reciprocal().AtMost(LineLimits.Steepest));
        // Lower line k (u - th); upper line 1 + k (u - th): both turn about the threshold.
        var slope = cs * where(up, lower, upper);
        return (slope, constant.Plus(where(up, zeros_like(cs), cs)) - slope * th);
    }

    // Whether the left side is the wider one: a tie is none.
    private static Tensor LeftSteers(Tensor l, Tensor u, Tensor th)
    {
        var (left, right) = (th - l, u - th);
        return left > right.Plus(left.Plus(right).Plus(th).Times(LineLimits.Near));
    }

    /// <summary>A width where the neuron is unstable and the width is not 0, and 1 elsewhere: no division by zero, no NaN gradient.</summary>
    private static Tensor Positive(Tensor width, Tensor unstable) => where(unstable.logical_and(width > zeros_like(width)), width, ones_like(width));

    /// <summary>A number as a tensor without dimensions: no temporary Scalar (see <see cref="HeldScalars"/>).</summary>
    private static Tensor Number(double value, Tensor like) => tensor(value, like.dtype, like.device);
}
