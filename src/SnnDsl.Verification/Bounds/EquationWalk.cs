using SnnDsl.Model;
using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Bounds;

/// <summary>
/// Carries a linear form backwards through one neuron that is known by its equations, from the last step to the first. Coefficients are plain
/// numbers, and slopes are hints: what the form is above them is enclosed, side by side of the guard, and its least value joins the constant.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="stage">The layer's bounds.</param>
/// <param name="states">Those of its states.</param>
/// <param name="neuron">The neuron.</param>
internal sealed class EquationWalk<T>(StageBounds<T> stage, EquationStates<T> states, int neuron)
    where T : struct, IReal<T>
{
    private readonly NeuronEquations equations = states.Of(neuron);

    // Coefficients on y of the step that the walk has reached.
    private T[] next = new T[states.Of(neuron).Size];

    /// <summary>Walks.</summary>
    /// <param name="coefficients">By step and neuron, written: those on the currents.</param>
    /// <param name="onSpikes">By step and neuron, those on the spikes; null for a walk that starts on w . y of the last step, whose own weight
    /// stands in <paramref name="coefficients"/>.</param>
    /// <returns>What joins the constant: the form is nowhere below the one on the currents plus this.</returns>
    public T Relax(T[][] coefficients, T[][]? onSpikes)
    {
        T constant = default;
        for (int t = coefficients.Length - 1; t >= 0; t--)
        {
            Step(t, coefficients, onSpikes is null && t < coefficients.Length - 1 ? default(T) : onSpikes?[t][neuron], ref constant);
        }

        return constant;
    }

    /// <summary>Walks one step; all later ones are done.</summary>
    /// <param name="t">The step.</param>
    /// <param name="coefficients">By step and neuron, written at this step: those on the currents.</param>
    /// <param name="onSpike">That on the spike; null at the last step of a walk that starts on w . y, whose own weight stands in <paramref name="coefficients"/>.</param>
    /// <param name="constant">What joins the constant, from the later steps on.</param>
    public void Step(int t, T[][] coefficients, T? onSpike, ref T constant)
    {
        if (onSpike is not { } weight)
        {
            T sign = coefficients[t][neuron];
            // The sign is 1, -1 or 0: the product is exact.
            next = [.. Enumerable.Range(0, equations.Size).Select(i => sign * T.From(equations.Guard[i]))];
            Pay(T.Above(T.Abs(sign) * states.GuardError(t, neuron)), ref constant);
        }
        else
        {
            next = Below(t, t == coefficients.Length - 1, weight, next, ref constant);
        }

        for (int i = 0; i < equations.Size; i++)
        {
            // Float32: each use of a state costs its weight times what computing it may have changed.
            Pay(T.Above(T.Abs(next[i]) * states.Error(t, neuron, i)), ref constant);
        }

        Interval<T>[] on = Array.ConvertAll(next, number => (Interval<T>)number);
        coefficients[t][neuron] = Plain(EquationStates<T>.Sum(equations.Input, 0, on), stage.Currents(t)[neuron], ref constant);
        Add(EquationStates<T>.Sum(equations.Bias, 0, on).Lower, ref constant);
    }

    // Coefficients on y at a step, below a s + p . x' with p = A' next.
    private T[] Below(int t, bool isLast, T onSpike, T[] later, ref T constant)
    {
        int size = equations.Size;
        var phase = stage.Phases[t][neuron];
        T[] p = new T[size];
        if (!isLast)
        {
            var left = states.Left(t, neuron, phase);
            for (int j = 0; j < size; j++)
            {
                Interval<T> sum = default(T);
                for (int i = 0; i < size; i++)
                {
                    sum += (Interval<T>)T.From(equations.Decay[i, j]) * later[i];
                }

                p[j] = Plain(sum, left[j], ref constant);
            }
        }

        if (onSpike.IsZero && Array.TrueForAll(p, number => number.IsZero))
        {
            return new T[size];
        }

        for (int i = 0; i < size; i++)
        {
            Pay(T.Above(T.Abs(p[i]) * states.LeftError(t, neuron, i, phase)), ref constant);
        }

        var (membrane, box) = (stage.Membranes[t][neuron], states.At(t, neuron));
        Interval<T>[] silent = states.Side(t, neuron, fired: false), fired = states.Side(t, neuron, fired: true);
        double[] hint = new EquationSlopes(equations, onSpike.ToDouble(), Array.ConvertAll(p, number => number.ToDouble())).Of(
            phase, membrane.Lower.ToDouble(), membrane.Upper.ToDouble(), Ends(box), Ends(silent), Ends(fired));
        T[] slopes = Array.ConvertAll(hint, slope => T.From(double.IsFinite(slope) ? slope : 0));
        // Of what is compared with the threshold, w . y itself lies so far away at most.
        T threshold = T.From(equations.Spike.Threshold), off = states.GuardError(t, neuron);
        T? least = null;
        if (phase != Phase.Fires)
        {
            least = Least(equations.Silent, default, p, slopes, (membrane with { Upper = T.Min(membrane.Upper, threshold) }).Widen(off), silent);
        }

        if (phase != Phase.Silent)
        {
            T above = Least(equations.Fired, onSpike, p, slopes, (membrane with { Lower = T.Max(membrane.Lower, threshold) }).Widen(off), fired);
            least = least is { } other ? T.Min(other, above) : above;
        }

        Add(least!.Value, ref constant);
        return slopes;
    }

    // At most a + p . (P y + q) - slopes . y on one side: what of it goes along the guard is bounded by the guard, the rest by the box.
    private T Least(Successor successor, T onSpike, T[] p, T[] slopes, Interval<T> guard, Interval<T>[] box)
    {
        int size = equations.Size;
        Interval<T> value = onSpike;
        var rest = new Interval<T>[size];
        double along = 0, length = 0;
        for (int j = 0; j < size; j++)
        {
            value += (Interval<T>)p[j] * T.From(successor.Offset[j]);
            Interval<T> sum = default(T);
            for (int i = 0; i < size; i++)
            {
                sum += successor.Matrix[i, j] == 0 ? default(T) : (Interval<T>)p[i] * T.From(successor.Matrix[i, j]);
            }

            rest[j] = sum - slopes[j];
            along += rest[j].Lower.ToDouble() * equations.Guard[j];
            length += (double)equations.Guard[j] * equations.Guard[j];
        }

        // Any number will do here, too.
        T share = T.From(double.IsFinite(along / length) ? along / length : 0);
        value += (Interval<T>)share * guard;
        for (int j = 0; j < size; j++)
        {
            value += (rest[j] - ((Interval<T>)share * T.From(equations.Guard[j]))) * box[j];
        }

        return value.Lower;
    }

    // One number for a coefficient that is enclosed; what it is off by weighs what it stands on.
    private static T Plain(Interval<T> coefficient, Interval<T> on, ref T constant)
    {
        T number = coefficient.Lower;
        Add(((coefficient - number) * on).Lower, ref constant);
        return number;
    }

    private static void Pay(T cost, ref T constant) => constant = T.Below(constant - cost);

    private static void Add(T lower, ref T constant) => constant = T.Below(constant + lower);

    private static (double From, double To)[] Ends(Interval<T>[] box) =>
        Array.ConvertAll(box, state => (state.Lower.ToDouble(), state.Upper.ToDouble()));
}
