using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// Linear bounds derived from a neuron's equations, from the last step to the first. At each step coefficients a on the spike and p on what is left
/// meet, and the function of y that they make,
/// <code>
/// p . (P0 y + q0) + h(v) + s z,      v = w . y - th,      h(v) = 0 for v &lt;= 0,      kappa (v + th) + e for v &gt; 0
/// </code>
/// is bounded from below by a line. See "Any neuron" in the mathematics.
/// </summary>
internal sealed class NeuronRelaxation
{
    private readonly StepFactors factors;
    private readonly NeuronEquations neuron;

    // Of every state's coefficient: what of it the jump takes along the guard, and across it.
    private readonly double[] along;
    private readonly double[][] across;

    /// <param name="factors">The equations.</param>
    public NeuronRelaxation(StepFactors factors)
    {
        (this.factors, neuron) = (factors, factors.Neuron);
        var states = Enumerable.Range(0, neuron.Size);
        double Jump(int i, int j) => (double)neuron.Fired.Matrix[i, j] - neuron.Silent.Matrix[i, j];
        double length = states.Sum(i => (double)neuron.Guard[i] * neuron.Guard[i]);
        along = [.. states.Select(i => states.Sum(j => Jump(i, j) * neuron.Guard[j]) / length)];
        across = [.. states.Select(i => states.Select(j => Jump(i, j) - (along[i] * neuron.Guard[j])).ToArray())];
    }

    /// <summary>Carries a form back through all steps.</summary>
    /// <param name="form">On spikes [S, B, K, ...], or on what the last step compares with the threshold, [B, K, ...].</param>
    /// <param name="guards">Bounds of w . y, [S, B, ...].</param>
    /// <param name="states">Bounds of y, state by state, [S, B, ...].</param>
    /// <param name="query">Which slopes.</param>
    /// <param name="layer">The spiking layer's index.</param>
    /// <param name="sum">Whether the coefficients are added over the steps.</param>
    /// <param name="costs">What float32 costs, where bounds are for a float32 run; null where they are for exact arithmetic.</param>
    /// <returns>A form on the currents that is nowhere above.</returns>
    public LinearForm Relax(
        LinearForm form, Interval guards, IReadOnlyList<Interval> states, LinearQuery query, int layer, bool sum, RoundingCosts? costs = null)
    {
        int steps = form.Steps;
        var currents = new Tensor[steps];
        var chosen = new Tensor?[steps];
        var reference = form.Membrane ?? form.Spikes![0];
        var none = zeros_like(reference);
        long[] neurons = [.. Enumerable.Range(2, (int)reference.dim() - 2).Select(d => (long)d)];
        Tensor? constants = null, magnitudes = null;
        var left = new Tensor?[neuron.Size];
        for (int t = steps - 1; t >= 0; t--)
        {
            WalkLimit.ThrowIfOver();
            Interval At(Interval bounds) => new(bounds.Lower[t].unsqueeze(1), bounds.Upper[t].unsqueeze(1));
            Interval[] now = [.. states.Select(state => new Interval(state.Lower[t], state.Upper[t]))];
            var onSpike = form.Spikes is null ? none : form.Spikes[t];
            // A spike weighs what reads the layer, and what comes back of it one step later.
            onSpike = t == steps - 1 || factors.Recurrence is not { } back ? onSpike : onSpike.Plus(back.PullBack(currents[t + 1]));
            var line = new GuardLine(onSpike, At(guards), neuron.Spike)
            {
                Off = costs?.OfGuard(now)?.unsqueeze(1),
                Slope = query.Slopes?[layer]?[t],
                Share = query.Start?.Share,
            };
            var (on, constant) = Below(left, line, [.. states.Select(At)], none);
            chosen[t] = line.Chosen;
            var row = t == steps - 1 ? form.Membrane : null;
            if (row is not null)
            {
                on = [.. on.Select((own, i) => neuron.Guard[i] == 0 ? own : own.Plus(row.Scaled(neuron.Guard[i])))];
            }

            Tensor?[] all = [.. on];
            currents[t] = factors.OnCurrent(all) ?? none;
            constant = constant.And(AffineRows.Apply(neuron.Bias, 0, all))!;
            if (costs is not null)
            {
                var last = t == 0 ? new Interval?[neuron.Size] : Left(guards, states, t - 1);
                Interval? before = t == 0 ? null : GuardSides.Spikes(new(guards.Lower[t - 1], guards.Upper[t - 1]), neuron.Spike);
                constant = constant - costs.Of(t, last, now, line.OnSpike, left, on, currents[t], row, before, steps);
                magnitudes = magnitudes.And(constant.abs().sum(neurons));
            }

            constants = constants.And(constant.sum(neurons));
            left = factors.PulledBack(all);
        }

        if (query.Start is { } start)
        {
            start.Slopes[layer] = stack(chosen.Select(slope => slope!));
        }

        var coefficients = stack(currents);
        if (query.Trace is { } trace)
        {
            trace.Slopes[layer] = coefficients.detach();
        }

        if (costs is not null)
        {
            double terms = (double)steps * neurons.Aggregate(1L, (product, d) => product * reference.shape[d]);
            constants = constants! - RoundingCosts.OfSum(magnitudes!, terms, form.Constants);
        }

        return form.OnCurrents(sum ? coefficients.sum(0L) : coefficients, constants!);
    }

    // Bounds of what a float32 step leaves.
    private Interval?[] Left(Interval guards, IReadOnlyList<Interval> states, int t) => NeuronIntervalWalk.Succeed(
        [.. states.Select(state => new Interval(state.Lower[t], state.Upper[t]))], new(guards.Lower[t], guards.Upper[t]), neuron, new NeuronErrors(factors));

    /// <summary>Coefficients on y and a constant, below what spike and successor contribute.</summary>
    /// <param name="p">Coefficients on the states that the step leaves, [B, K, ...]; null for none.</param>
    /// <param name="line">The line across the guard; it knows the coefficient on the spike.</param>
    /// <param name="states">Bounds of y, [B, 1, ...].</param>
    /// <param name="none">Zeros, [B, K, ...].</param>
    internal (Tensor[] On, Tensor Constant) Below(Tensor?[] p, GuardLine line, Interval[] states, Tensor none)
    {
        var silent = Transposed(neuron.Silent.Matrix, p);
        var fired = Transposed(neuron.Fired.Matrix, p);
        var quiet = AffineRows.Apply(neuron.Silent.Offset, 0, p) ?? none;
        var loud = line.OnSpike.And(AffineRows.Apply(neuron.Fired.Offset, 0, p))!;

        Tensor? kappa = null, size = null, toward = null;
        double length = Enumerable.Range(0, neuron.Size).Sum(i => (double)neuron.Guard[i] * neuron.Guard[i]);
        for (int i = 0; i < neuron.Size; i++)
        {
            kappa = kappa.And(along[i] == 0 ? null : p[i]?.Scaled(along[i]));
            size = size.And(p[i]?.abs());
            toward = toward.And(neuron.Guard[i] == 0 ? null : silent[i]?.Scaled(-neuron.Guard[i] / length));
        }

        // Steep lines are flattened toward the one that takes nothing of the guard.
        line.Flat = toward ?? none;
        line.Steepest = line.OnSpike.abs().And(size)!.detach().Times(LineLimits.Steepest);
        Tensor jump = loud - quiet, gain = kappa ?? none;

        Tensor?[] z = [.. Enumerable.Range(0, neuron.Size).Select(j =>
        {
            Tensor? sum = null;
            for (int i = 0; i < neuron.Size; i++)
            {
                sum = sum.And(across[i][j] == 0 ? null : p[i]?.Scaled(across[i][j]));
            }

            return sum;
        })];
        var (slope, intercept) = (none, none);
        Tensor[] extra = [.. z.Select(_ => none)];
        if (z.All(part => part is null))
        {
            (slope, intercept) = line.Below(jump, gain);
        }
        else
        {
            // s z is at least zl s, and at least z - zu (1 - s): the better at the middle of the box.
            var least = Least(z, GuardSides.Cut(states, neuron, fired: true, line.Off), 1);
            var most = Least(z, GuardSides.Cut(states, neuron, fired: false, line.Off), -1).neg();
            var (k1, b1) = line.Below(jump.Plus(least), gain);
            var chosen = line.Chosen;
            var (k2, b2) = line.Below(jump.Plus(most), gain);
            b2 = b2 - most;
            Tensor[] middle = [.. states.Select(box => box.Lower.Plus(box.Upper).Times(0.5))];
            Tensor? v = null, across = null;
            for (int i = 0; i < neuron.Size; i++)
            {
                v = v.And(neuron.Guard[i] == 0 ? null : middle[i].Scaled(neuron.Guard[i]));
                across = across.And(z[i] is { } part ? part * middle[i] : null);
            }

            v = v!.Plus(-neuron.Spike.Threshold);
            // Where both are chords they meet exactly there, and rounding would choose: the first, unless the second is better by more than that.
            Tensor[] one = [k1 * v, b1], two = [k2 * v, b2.Plus(most), most.neg(), across!];
            var near = one.Concat(two).Select(part => part.detach().abs()).Aggregate((sum, part) => sum.Plus(part)).Times(LineLimits.Near);
            var first = one.Aggregate((sum, part) => sum.Plus(part)).detach().Plus(near) >= two.Aggregate((sum, part) => sum.Plus(part)).detach();
            (slope, intercept) = (where(first, k1, k2), where(first, b1, b2));
            extra = [.. z.Select(part => part is null ? none : where(first, none, part))];
            line.Chosen = chosen is null ? null : where(first, chosen, line.Chosen!);
        }

        var on = new Tensor[neuron.Size];
        for (int i = 0; i < on.Length; i++)
        {
            var (below, above) = (silent[i] ?? none, fired[i] ?? none);
            var open = z[i] is null ? below : below.Plus(extra[i]);
            open = neuron.Guard[i] == 0 ? open : open.Plus(slope.Scaled(neuron.Guard[i]));
            on[i] = where(line.Silent, below, where(line.Fires, above, open));
        }

        var constant = quiet.Plus(intercept) - slope.Times(neuron.Spike.Threshold);
        return (on, where(line.Silent, quiet, where(line.Fires, loud, constant)));
    }

    // The least of sign z . y over a box.
    private static Tensor Least(Tensor?[] z, Interval[] box, double sign)
    {
        Tensor? sum = null;
        for (int i = 0; i < z.Length; i++)
        {
            if (z[i] is { } part)
            {
                var weight = part.Scaled(sign);
                sum = sum.And((weight.AtLeast(0) * box[i].Lower).Plus(weight.AtMost(0) * box[i].Upper));
            }
        }

        return sum!;
    }

    /// <summary>m' p; null stands for zeros.</summary>
    /// <param name="m">The matrix.</param>
    /// <param name="p">The coefficients on its rows.</param>
    internal static Tensor?[] Transposed(Coefficients m, Tensor?[] p)
    {
        var result = new Tensor?[m.Columns];
        for (int j = 0; j < result.Length; j++)
        {
            for (int i = 0; i < m.Rows; i++)
            {
                result[j] = result[j].And(m[i, j] == 0 ? null : p[i]?.Scaled(m[i, j]));
            }
        }

        return result;
    }
}
