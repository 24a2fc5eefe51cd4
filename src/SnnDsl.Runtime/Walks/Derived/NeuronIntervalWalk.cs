using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// Interval bounds derived from a neuron's equations: a box of the states, bounds of the guard, and the join of what both sides of it can
/// leave. Spikes carry the surrogate's gradient at their bound; which side is possible carries none.
/// </summary>
internal static class NeuronIntervalWalk
{
    /// <summary>Bounds all steps.</summary>
    /// <param name="current">Bounds of I, [T, B, ...], or [B, ...] where it is the same at every step.</param>
    /// <param name="factors">The equations.</param>
    /// <param name="steps">T.</param>
    /// <param name="constant">Whether the current is the same at every step.</param>
    /// <param name="errors">What float32 loses, where the bounds are of a float32 run; null where they are of exact arithmetic.</param>
    /// <param name="sums">Bounds of w . y in exact arithmetic, where it is a sum over the steps that was bounded as a whole, [T, B, ...]; null where it was not.</param>
    /// <param name="off">With errors and sums, how far the currents may lie from exact ones, [T, B, ...].</param>
    public static NeuronBoxes Bound(
        Interval current, StepFactors factors, int steps, bool constant, NeuronErrors? errors = null, Interval? sums = null, Tensor? off = null)
    {
        var neuron = factors.Neuron;
        var drift = sums is null || errors is null ? null : new NeuronDrift(factors, errors);
        var (spikes, guards) = (new Interval[steps], new Interval[steps]);
        var states = new Interval[steps][];
        var left = new Interval?[neuron.Size];
        for (int t = 0; t < steps; t++)
        {
            WalkLimit.ThrowIfOver();
            Interval? before = t == 0 ? null : spikes[t - 1];
            var own = constant ? current : new(current.Lower[t], current.Upper[t]);
            var input = factors.Current(own, before).Widened(errors?.OfRecurrence(NeuronErrors.Size(own), before, steps).Lost);
            states[t] = Integrate(left, input, factors, errors);
            guards[t] = sums is { } known
                ? new Interval(known.Lower[t], known.Upper[t]).Widened(drift?.Step(left, NeuronErrors.Size(input), off![t], states[t]))
                : Guard(states[t], left, input, neuron, errors);
            states[t] = [.. states[t].Select((state, i) => sums is not null && IsGuard(neuron, i) ? guards[t] : state)];
            spikes[t] = new(SurrogateGradient.Spike(guards[t].Lower, neuron.Spike), SurrogateGradient.Spike(guards[t].Upper, neuron.Spike));
            if (t < steps - 1)
            {
                left = Succeed(states[t], guards[t], neuron, errors);
            }
        }

        var membranes = Stack(guards);
        return new(
            Stack(spikes), membranes,
            [.. Enumerable.Range(0, neuron.Size).Select(i => IsGuard(neuron, i) ? membranes : Stack(states.Select(step => step[i])))]);
    }

    // Whether a state is what the threshold is compared with.
    private static bool IsGuard(NeuronEquations neuron, int state) =>
        Enumerable.Range(0, neuron.Size).All(i => neuron.Guard[i] == (i == state ? 1 : 0));

    private static Interval Stack(IEnumerable<Interval> steps)
    {
        Interval[] all = [.. steps];
        return new(stack(all.Select(step => step.Lower)), stack(all.Select(step => step.Upper)));
    }

    private static Interval[] Integrate(Interval?[] x, Interval input, StepFactors factors, NeuronErrors? errors) =>
    [
        .. Enumerable.Range(0, factors.Neuron.Size).Select(i =>
            factors.Left(i, x).And(factors.Driven(i, input)).AndConstant(factors.Neuron.Bias[i], input.Lower)
                .Widened(errors?.OfState(i, x, NeuronErrors.Size(input)))),
    ];

    // Of the box of y; and, where y's components share what they are made of, of w . y = (w'A) x + (w . B) I + w . c as one sum.
    private static Interval Guard(Interval[] y, Interval?[] x, Interval input, NeuronEquations neuron, NeuronErrors? errors)
    {
        var guard = AffineRows.Apply(neuron.Guard, 0, [.. y.Select(state => (Interval?)state)])!.Value;
        if (errors is not null || !SharesTerms(neuron))
        {
            // What rounding does to components of y it does to each by itself.
            return guard.Widened(errors?.OfGuard(y));
        }

        Interval? own = null, sizes = null;
        double Of(Func<int, float> column) => Enumerable.Range(0, neuron.Size).Sum(i => (double)neuron.Guard[i] * column(i));
        void Add(Interval? term, double weight)
        {
            if (term is { } known && weight != 0)
            {
                var scaled = known.Scaled(weight);
                var size = maximum(scaled.Lower.abs(), scaled.Upper.abs());
                own = own.And(scaled);
                sizes = sizes.And(new Interval(size, size));
            }
        }

        for (int j = 0; j < neuron.Size; j++)
        {
            Add(x[j], Of(i => neuron.Decay[i, j]));
        }

        Add(input, Of(i => neuron.Input[i]));
        double bias = Of(i => neuron.Bias[i]);
        var form = own.AndConstant(bias, input.Lower);
        // Both forms round differently: the narrower one must not cross the other.
        var slack = (sizes?.Lower ?? zeros_like(input.Lower)).Plus(Math.Abs(bias)).Times(GuardSides.Room(input.Lower)).detach();
        return new(maximum(guard.Lower, form.Lower - slack), minimum(guard.Upper, form.Upper.Plus(slack)));
    }

    // Whether two components of y that the guard weighs read the same number.
    private static bool SharesTerms(NeuronEquations neuron)
    {
        int[] weighed = [.. Enumerable.Range(0, neuron.Size).Where(i => neuron.Guard[i] != 0)];
        return weighed.Count(i => neuron.Input[i] != 0) > 1
            || Enumerable.Range(0, neuron.Size).Any(j => weighed.Count(i => neuron.Decay[i, j] != 0) > 1);
    }

    /// <summary>Bounds of what a step leaves.</summary>
    /// <param name="y">Bounds of the states, [B, ...].</param>
    /// <param name="guard">Bounds of what is compared with the threshold.</param>
    /// <param name="neuron">The equations.</param>
    /// <param name="errors">What float32 loses; null for nothing.</param>
    public static Interval?[] Succeed(IReadOnlyList<Interval> y, Interval guard, NeuronEquations neuron, NeuronErrors? errors)
    {
        var (silent, fires) = GuardSides.Settled(guard, neuron.Spike);
        var off = errors?.OfGuard(y);
        Interval?[] quiet = [.. GuardSides.Cut(y, neuron, fired: false, off)], loud = [.. GuardSides.Cut(y, neuron, fired: true, off)];
        Tensor? Lost(int i, Successor successor) => errors is null ? null : NeuronErrors.OfLeft(i, successor, y);
        return
        [
            .. Enumerable.Range(0, neuron.Size).Select(i => (Interval?)Join(
                AffineRows.Apply(neuron.Silent.Matrix, i, quiet)?.Widened(Lost(i, neuron.Silent)), neuron.Silent.Offset[i],
                AffineRows.Apply(neuron.Fired.Matrix, i, loud)?.Widened(Lost(i, neuron.Fired)), neuron.Fired.Offset[i], silent, fires, guard.Lower)),
        ];
    }

    // What a silent neuron leaves, what one that fires does, or either.
    private static Interval Join(Interval? quiet, double leaves, Interval? loud, double sets, Tensor silent, Tensor fires, Tensor shape)
    {
        var (below, above) = (quiet.AndConstant(leaves, shape), loud.AndConstant(sets, shape));
        // A constant bounds by a clamp, which hands the gradient on where it does not bind.
        var lower = quiet is null ? above.Lower.AtMost(leaves) : loud is null ? below.Lower.AtMost(sets) : minimum(below.Lower, above.Lower);
        var upper = quiet is null ? above.Upper.AtLeast(leaves) : loud is null ? below.Upper.AtLeast(sets) : maximum(below.Upper, above.Upper);
        return new(
            where(silent, below.Lower, where(fires, above.Lower, lower)),
            where(silent, below.Upper, where(fires, above.Upper, upper)));
    }
}
