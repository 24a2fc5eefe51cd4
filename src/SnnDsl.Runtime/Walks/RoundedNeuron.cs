using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// Bounds of spiking neurons as they run in float32, computed in float64: <see cref="PlainNeuron"/>, where every membrane may lie an
/// error beside the exact recursion, and where no rounding of the bounds themselves goes unpaid.
/// </summary>
internal static class RoundedNeuron
{
    // What the float64 operations behind one intercept may lose, in units of the magnitudes that meet there: eight roundings, doubled.
    private const double LineRounding = 16 * Rounding.Double;

    /// <summary>Interval bounds of the float32 membranes and spikes, by induction over t.</summary>
    /// <param name="current">Bounds of W x + b, without its rounding, [T, B, ...] or [B, ...].</param>
    /// <param name="error">The membranes' error.</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    /// <param name="constant">Whether the current is the same at every step.</param>
    public static (Interval Spikes, Interval Membranes) Intervals(
        Interval current, MembraneError error, NeuronParameters neuron, int steps, bool constant)
    {
        var (lower, upper) = (new Tensor[steps], new Tensor[steps]);
        Interval? rest = null;
        for (int t = 0; t < steps; t++)
        {
            WalkLimit.ThrowIfOver();
            var membrane = Membrane(constant ? current : new(current.Lower[t], current.Upper[t]), rest, error.At(t, rest, neuron.Decay), neuron);
            (lower[t], upper[t]) = membrane;
            rest = Rest(membrane, neuron);
        }

        var membranes = new Interval(stack(lower), stack(upper));
        return (Spikes(membranes, neuron), membranes);
    }

    /// <summary>The float32 membrane of one step: decay r + I, and its error on both sides.</summary>
    /// <param name="current">Bounds of W x + b, [B, ...].</param>
    /// <param name="rest">Bounds of the reset value before; null at the first step.</param>
    /// <param name="error">E, [B, ...].</param>
    /// <param name="neuron">The neurons' constants.</param>
    public static Interval Membrane(Interval current, Interval? rest, Tensor error, NeuronParameters neuron)
    {
        var (l, u) = current;
        if (rest is { } before)
        {
            (l, u) = (before.Lower.Times(neuron.Decay).Plus(l), before.Upper.Times(neuron.Decay).Plus(u));
        }

        return new(l - error, u.Plus(error));
    }

    /// <summary>The float32 reset value of membranes in an interval: a hard reset rounds nothing, a soft one its subtraction.</summary>
    /// <param name="membrane">u before the reset, at one step.</param>
    /// <param name="neuron">The neurons' constants.</param>
    public static Interval Rest(Interval membrane, NeuronParameters neuron)
    {
        var rest = PlainNeuron.Rest(membrane, neuron);
        if (neuron.Reset == Reset.Hard)
        {
            return rest;
        }

        var error = ResetError(membrane.Upper, neuron);
        return new(rest.Lower - error, rest.Upper.Plus(error));
    }

    /// <summary>
    /// Bounds of the number of spikes, [B, ...]: float32 neurons are exact ones whose currents are off by the membranes' errors, and by what
    /// a soft reset lost; counts grow with currents (<see cref="SpikeCounts"/>).
    /// </summary>
    /// <param name="current">Bounds of W x + b, [T, B, ...] or [B, ...].</param>
    /// <param name="error">The membranes' error.</param>
    /// <param name="membranes">Bounds of the float32 membranes, [T, B, ...].</param>
    /// <param name="spikes">Bounds of the spikes.</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="constant">Whether the current is the same at every step.</param>
    public static Interval Counts(
        Interval current, MembraneError error, Interval membranes, Interval spikes, NeuronParameters neuron, bool constant)
    {
        var off = CurrentErrors(error, membranes, neuron);
        return SpikeCounts.Bound(new(current.Lower - off, current.Upper.Plus(off)), membranes, spikes, neuron, constant: false);
    }

    /// <summary>
    /// How far the currents must be off for exact neurons to run as float32 ones do, [T, B, ...]: what a step loses, and what the soft reset
    /// before it lost.
    /// </summary>
    /// <param name="error">The membranes' error.</param>
    /// <param name="membranes">Bounds of the float32 membranes, [T, B, ...].</param>
    /// <param name="neuron">The neurons' constants.</param>
    public static Tensor CurrentErrors(MembraneError error, Interval membranes, NeuronParameters neuron) =>
        stack(Enumerable.Range(0, (int)membranes.Lower.shape[0]).Select(t =>
        {
            if (t == 0)
            {
                return error.At(0, null, 0);
            }

            var before = new Interval(membranes.Lower[t - 1], membranes.Upper[t - 1]);
            var own = error.At(t, Rest(before, neuron), neuron.Decay);
            return neuron.Reset == Reset.Hard ? own : own.Plus(ResetError(before.Upper, neuron).Times(neuron.Decay * Rounding.Up));
        }));

    /// <summary>Bounds of the spikes: a float32 comparison is exact.</summary>
    /// <param name="membranes">The membranes.</param>
    /// <param name="neuron">The neurons' constants.</param>
    public static Interval Spikes(Interval membranes, NeuronParameters neuron)
    {
        var threshold = tensor(neuron.Threshold, membranes.Lower.dtype, membranes.Lower.device);
        return new(membranes.Lower.gt(threshold).to(membranes.Lower.dtype), membranes.Upper.gt(threshold).to(membranes.Lower.dtype));
    }

    /// <summary>
    /// Linear relaxation backwards through float32 neurons. Each use of a membrane costs |coefficient| E; a line keeps its slope, and its
    /// intercept is what the function leaves above that slope at the ends of its two pieces, rounded down.
    /// </summary>
    /// <param name="form">The form on spikes, or on the last membrane.</param>
    /// <param name="membranes">Bounds of the float32 membranes, [S, B, ...].</param>
    /// <param name="error">Their errors.</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="query">Which lines, and what branch and bound or slope optimisation add.</param>
    /// <param name="layer">The spiking layer's index.</param>
    /// <param name="sum">Whether the coefficients are added over the steps.</param>
    public static LinearForm Relax(
        LinearForm form, Interval membranes, MembraneError error, NeuronParameters neuron, LinearQuery query, int layer, bool sum)
    {
        int steps = form.Steps;
        var coefficients = new Tensor[steps];
        var chosen = new Tensor?[steps];
        var reference = form.Membrane ?? form.Spikes![0];
        var none = zeros_like(reference);
        long[] neurons = [.. Enumerable.Range(2, (int)reference.dim() - 2).Select(d => (long)d)];
        Tensor? constants = null, magnitudes = null;
        for (int t = steps - 1; t >= 0; t--)
        {
            WalkLimit.ThrowIfOver();
            var membrane = new Interval(membranes.Lower[t], membranes.Upper[t]);
            var onSpike = form.Spikes is null ? none : form.Spikes[t];
            var onRest = t == steps - 1 ? none : coefficients[t + 1].Times(neuron.Decay);
            var step = new NeuronLine.Step(
                onSpike, onRest, membrane.Lower.unsqueeze(1), membrane.Upper.unsqueeze(1),
                query.Slopes?[layer]?[t], query.Phases?[layer]?[t].unsqueeze(1), query.Multipliers?[layer]?[t])
            {
                Share = query.Start?.Share,
            };
            var (slope, intercept) = NeuronLine.Below(step, neuron, query.Rule);
            var row = t == steps - 1 ? form.Membrane : null;
            coefficients[t] = row is null ? slope : slope.Plus(row);
            chosen[t] = step.Chosen;

            Interval? rest = t == 0 ? null : Rest(new(membranes.Lower[t - 1], membranes.Upper[t - 1]), neuron);
            var cost = coefficients[t].abs() * error.At(t, rest, neuron.Decay).unsqueeze(1);
            var constant = minimum(intercept, Intercept(step, slope, neuron)) - Loss(step, slope, row, neuron) - cost;
            constants = Add(constants, constant.sum(neurons));
            magnitudes = Add(magnitudes, constant.abs().sum(neurons));
        }

        if (query.Start is { } start)
        {
            start.Slopes[layer] = stack(chosen.Select(slope => slope!));
        }

        // The sum of the constants rounds, and so do the few sums that its result takes part in until the next layer pays again.
        double terms = (double)steps * neurons.Aggregate(1L, (product, d) => product * reference.shape[d]);
        var lost = magnitudes!.Times(Rounding.Gamma(terms + 32, Rounding.Double) * Rounding.Up);
        if (form.Constants is { } before)
        {
            lost = lost.Plus(before.abs().Times(32 * Rounding.Double));
        }

        var all = stack(coefficients);
        if (query.Trace is { } trace)
        {
            trace.Slopes[layer] = all.detach();
        }

        return form.OnCurrents(sum ? all.sum(0L) : all, constants! - lost);
    }

    private static Tensor Add(Tensor? sum, Tensor term) => sum is null ? term : sum.Plus(term);

    // The rounding of a soft reset's subtraction where there is one, u - th > 0.
    private static Tensor ResetError(Tensor upper, NeuronParameters neuron) =>
        upper.Plus(-neuron.Threshold).AtLeast(0).Times(Rounding.Single * Rounding.Up).Plus(Rounding.Underflow);

    // The largest intercept of a line with a given slope below c_s s + c_r r, up to rounding: on each of the two pieces the difference is
    // linear in u, so that its least value stands at an end. A phase rules one piece out.
    private static Tensor Intercept(NeuronLine.Step step, Tensor slope, NeuronParameters neuron)
    {
        var (cs, cr, l, u) = (step.OnSpike, step.OnRest, step.Lower, step.Upper);
        var th = tensor(neuron.Threshold, l.dtype, l.device);
        var (silent, fires) = (l <= th, u > th);
        if (step.Phase is { } phase)
        {
            (silent, fires) = (silent.logical_and(phase <= zeros_like(phase)), fires.logical_and(phase >= zeros_like(phase)));
        }

        var left = cr - slope;
        var below = minimum(left * l, left * minimum(u, th));
        bool hard = neuron.Reset == Reset.Hard;
        var right = hard ? slope.neg() : left;
        var spike = hard ? cs.Plus(cr.Times(neuron.ResetValue)) : cs - cr.Times(neuron.Threshold) - cr.abs() * ResetError(u, neuron);
        var above = spike.Plus(minimum(right * maximum(l, th), right * u));
        var absent = below.Filled(double.PositiveInfinity);
        return minimum(where(silent, below, absent), where(fires, above, absent));
    }

    // What the float64 arithmetic of an intercept and of a coefficient may lose.
    private static Tensor Loss(NeuronLine.Step step, Tensor slope, Tensor? row, NeuronParameters neuron)
    {
        var size = maximum(step.Lower.abs(), step.Upper.abs()).AtLeast(Math.Max(neuron.Threshold, Math.Abs(neuron.ResetValue)));
        var slopes = step.OnRest.abs().Plus(slope.abs());
        return step.OnSpike.abs().Plus((row is null ? slopes : slopes.Plus(row.abs())) * size).Times(LineRounding);
    }
}
