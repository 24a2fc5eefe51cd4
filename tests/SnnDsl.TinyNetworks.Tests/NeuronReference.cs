using SnnDsl.Model;
using SnnDsl.Verification.Bounds;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>
/// One neuron by its equations, as docs/mathematics.md defines its bounds: intervals from the first step to the last, and a linear form that is carried
/// from the last to the first. In float64, which loses nothing of numbers with few digits.
/// </summary>
/// <param name="neuron">The equations.</param>
/// <param name="steps">T.</param>
/// <param name="float32">Whether the bounds are of what float32 computes.</param>
/// <param name="slope">By step, the slope of a neuron with one state; null where the checker's own is the hint.</param>
internal sealed class NeuronReference(NeuronEquations neuron, int steps, bool float32, Func<int, double>? slope = null)
{
    private readonly Between[][] states = new Between[steps][];
    private readonly double[][] errors = new double[steps][];
    private readonly Between[] currents = new Between[steps];
    private double[] next = new double[neuron.Size];

    /// <summary>By step, w . y.</summary>
    public Between[] Guards { get; } = new Between[steps];

    /// <summary>By step, 1 where it fires, -1 where it does not, 0 where that is open.</summary>
    public int[] Phases { get; } = new int[steps];

    /// <summary>By step, the coefficient on the current that the walk arrived at.</summary>
    public double[] OnCurrents { get; } = new double[steps];

    /// <summary>What joined the constant on the way.</summary>
    public double Constant { get; private set; }

    /// <summary>y at a step.</summary>
    public Between[] States(int t) => states[t];

    /// <summary>What float32 may change in each state.</summary>
    public double[] Errors(int t) => errors[t];

    /// <summary>Bounds a step; those before it are there.</summary>
    public void Step(int t, Between current)
    {
        currents[t] = current;
        Between[] x = t == 0 ? [.. neuron.States.Select(_ => default(Between))] : Left(t - 1, Phases[t - 1]);
        var each = Enumerable.Range(0, neuron.Size).ToArray();
        errors[t] = [.. each.Select(i => Loss([.. x, current, new(1, 1)], [.. each.Select(j => neuron.Decay[i, j]), neuron.Input[i], neuron.Bias[i]]))];
        states[t] = [.. each.Select(i => (Sum(j => neuron.Decay[i, j], x) + (neuron.Input[i] * current) + Between.Exactly(neuron.Bias[i])).Widen(errors[t][i]))];
        var guard = Sum(i => neuron.Guard[i], states[t]).Widen(GuardError(t));
        if (!float32)
        {
            // The states share what they are made of: w' A x + w' B I + w' c.
            guard = guard.Meet(Sum(j => each.Sum(i => (double)neuron.Guard[i] * neuron.Decay[i, j]), x)
                + (each.Sum(i => (double)neuron.Guard[i] * neuron.Input[i]) * current) + Between.Exactly(each.Sum(i => (double)neuron.Guard[i] * neuron.Bias[i])));
        }

        double th = neuron.Spike.Threshold;
        bool fires = neuron.Spike.FiresAtThreshold ? guard.Lower >= th : guard.Lower > th, silent = neuron.Spike.FiresAtThreshold ? guard.Upper < th : guard.Upper <= th;
        (Guards[t], Phases[t]) = (guard, fires ? 1 : silent ? -1 : 0);
    }

    /// <summary>What float32 may change in w . y.</summary>
    public double GuardError(int t) => Loss(states[t], [.. Enumerable.Range(0, neuron.Size).Select(i => neuron.Guard[i])]);

    /// <summary>What float32 may change in what a step leaves of a state.</summary>
    public double LeftError(int t, int i, int phase)
    {
        double After(Successor successor) =>
            Loss([.. states[t], new(1, 1)], [.. Enumerable.Range(0, neuron.Size).Select(j => successor.Matrix[i, j]), successor.Offset[i]]);
        return Math.Max(phase == 1 ? 0 : After(neuron.Silent), phase == -1 ? 0 : After(neuron.Fired));
    }

    /// <summary>What a step leaves.</summary>
    public Between[] Left(int t, int phase)
    {
        Between[] After(Successor successor, bool fired) => [.. Enumerable.Range(0, neuron.Size).Select(i =>
            (Sum(j => successor.Matrix[i, j], Side(t, fired)) + Between.Exactly(successor.Offset[i])).Widen(LeftError(t, i, fired ? 1 : -1)))];
        return phase switch
        {
            1 => After(neuron.Fired, true),
            -1 => After(neuron.Silent, false),
            _ => [.. After(neuron.Fired, true).Zip(After(neuron.Silent, false), (a, b) => a.Join(b))],
        };
    }

    /// <summary>The part of y's box on one side of the guard.</summary>
    public Between[] Side(int t, bool fired) => [.. Enumerable.Range(0, neuron.Size).Select(i =>
    {
        var (y, w) = (states[t][i], (double)neuron.Guard[i]);
        if (w == 0)
        {
            return y;
        }

        var others = Sum(j => j == i ? 0 : neuron.Guard[j], states[t]);
        // Silent: w y <= th - the least of the others. Fired: w y >= th - their greatest.
        double end = fired ? neuron.Spike.Threshold - others.Upper - GuardError(t) : neuron.Spike.Threshold - others.Lower + GuardError(t);
        return fired == (w > 0)
            ? new(Math.Clamp(end / w, y.Lower, y.Upper), y.Upper)
            : new(y.Lower, Math.Clamp(end / w, y.Lower, y.Upper));
    })];

    /// <summary>Walks one step back.</summary>
    /// <param name="t">The step; all later ones are done.</param>
    /// <param name="isLast">Whether nothing of the states is read later.</param>
    /// <param name="onSpike">What a spike weighs; null where the walk starts, on w . y.</param>
    /// <param name="onGuard">What w . y weighs there.</param>
    public void Back(int t, bool isLast, double? onSpike, double onGuard = 0)
    {
        if (onSpike is { } a)
        {
            next = Below(t, isLast, a);
        }
        else
        {
            next = [.. Enumerable.Range(0, neuron.Size).Select(i => onGuard * neuron.Guard[i])];
            Constant -= Math.Abs(onGuard) * GuardError(t);
        }

        Constant += next.Select((a, i) => (a * neuron.Bias[i]) - (Math.Abs(a) * errors[t][i])).Sum();
        OnCurrents[t] = next.Select((a, i) => a * neuron.Input[i]).Sum();
    }

    // From what the next step's states and this step's spike weigh to what this step's states do.
    private double[] Below(int t, bool isLast, double onSpike)
    {
        double[] p = [.. Enumerable.Range(0, neuron.Size).Select(j => isLast ? 0 : next.Select((a, i) => a * neuron.Decay[i, j]).Sum())];
        if (slope is null && onSpike == 0 && Array.TrueForAll(p, value => value == 0))
        {
            return p;
        }

        int phase = Phases[t];
        Constant -= p.Select((a, i) => Math.Abs(a) * LeftError(t, i, phase)).Sum();
        // A hint, of which everything else follows.
        double[] slopes = slope is not null ? [slope(t)] : new EquationSlopes(neuron, onSpike, p).Of(
            phase == 0 ? Phase.Open : phase == 1 ? Phase.Fires : Phase.Silent, Cut(t).Lower, Cut(t).Upper, Ends(states[t]), Ends(Side(t, false)), Ends(Side(t, true)));
        double th = neuron.Spike.Threshold, off = GuardError(t);
        Constant += Math.Min(
            phase == 1 ? double.PositiveInfinity : Least(neuron.Silent, 0, new Between(Guards[t].Lower, Math.Min(Guards[t].Upper, th)).Widen(off), Side(t, false)),
            phase == -1 ? double.PositiveInfinity : Least(neuron.Fired, onSpike, new Between(Math.Max(Guards[t].Lower, th), Guards[t].Upper).Widen(off), Side(t, true)));
        return slopes;

        // a + p . (P y + q) - slopes . y: its part along w is bounded by w . y, the rest by the box.
        double Least(Successor successor, double a, Between guard, Between[] box)
        {
            double[] rest = [.. Enumerable.Range(0, neuron.Size).Select(j => p.Select((weight, i) => weight * successor.Matrix[i, j]).Sum() - slopes[j])];
            double share = rest.Select((r, j) => r * neuron.Guard[j]).Sum() / Enumerable.Range(0, neuron.Size).Sum(j => (double)neuron.Guard[j] * neuron.Guard[j]);
            return a + p.Select((weight, i) => weight * successor.Offset[i]).Sum() + (share * guard).Lower + Sum(j => rest[j] - (share * neuron.Guard[j]), box).Lower;
        }
    }

    // Which side it is on holds of the bounds, too.
    private Between Cut(int t) => Phases[t] switch
    {
        1 => new(Math.Max(Guards[t].Lower, neuron.Spike.Threshold), Guards[t].Upper),
        -1 => new(Guards[t].Lower, Math.Min(Guards[t].Upper, neuron.Spike.Threshold)),
        _ => Guards[t],
    };

    // A row of n terms loses gamma_n of their magnitudes, and what underflow takes; one that copies a number, or is a constant, loses nothing.
    private double Loss(Between[] values, float[] weights)
    {
        var terms = weights.Zip(values).Where(term => term.First != 0).ToList();
        return !float32 || terms.Count == 0 || (terms.Count == 1 && (Math.Abs(terms[0].First) == 1 || terms[0].Second == new Between(1, 1)))
            ? 0
            : Charges.Loss(terms.Count, terms.Sum(term => Math.Abs(term.First) * term.Second.Magnitude));
    }

    private static Between Sum(Func<int, double> weights, Between[] values) =>
        values.Select((value, i) => weights(i) * value).Aggregate((a, b) => a + b);

    private static (double, double)[] Ends(Between[] box) => [.. box.Select(state => (state.Lower, state.Upper))];
}
