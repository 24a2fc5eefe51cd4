using SnnDsl.Model;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Bounds of what neurons keep whose architecture states equations: y = A x + B I + c, and what either side of the guard makes of it.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="neurons">Their equations; coefficients are float32 numbers, held exactly.</param>
/// <param name="steps">T.</param>
/// <param name="width">How many neurons.</param>
/// <param name="float32">
/// Whether the bounds are of what float32 arithmetic computes: a row of n terms is n products and n - 1 sums, in any order, and loses gamma_n of their
/// magnitudes; one that copies a number loses nothing.
/// </param>
internal sealed class EquationStates<T>(Neurons neurons, int steps, int width, bool float32)
    where T : struct, IReal<T>
{
    private readonly Interval<T>[][][] states = [.. Enumerable.Range(0, steps).Select(_ => new Interval<T>[width][])];

    private readonly T[][][] errors = [.. Enumerable.Range(0, steps).Select(_ => new T[width][])];

    // By neuron, how far each state of the last step that was written may be off.
    private readonly T[][] drifts = new T[width][];

    /// <summary>The equations of a neuron.</summary>
    /// <param name="neuron">Which.</param>
    public NeuronEquations Of(int neuron) => neurons.Of(neuron);

    /// <summary>y at a step, state by state.</summary>
    public Interval<T>[] At(int t, int neuron) => states[t][neuron];

    /// <summary>Writes y at a step, from what the step before left; gives bounds of w . y, which the threshold is compared with.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="current">I.</param>
    /// <param name="last">What is known of the spike of the step before.</param>
    /// <param name="sum">Where w . y is a sum over all steps, its bounds in exact arithmetic and how far the current is off; null where it was not bounded as one.</param>
    public Interval<T> Integrate(int t, int neuron, Interval<T> current, Phase last, (Interval<T> Exact, T Off)? sum)
    {
        var equations = Of(neuron);
        var x = t == 0 ? new Interval<T>[equations.Size] : Left(t - 1, neuron, last);
        var y = new Interval<T>[equations.Size];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Sum(equations.Decay, i, x) + (T.From(equations.Input[i]) * current) + T.From(equations.Bias[i]);
        }

        errors[t][neuron] = [.. Enumerable.Range(0, y.Length).Select(i =>
            Loss([.. x, current, T.One], [.. Row(equations.Decay, i), equations.Input[i], equations.Bias[i]]))];
        y = [.. y.Zip(errors[t][neuron], (value, error) => value.Widen(error))];
        states[t][neuron] = y;
        var guard = Guard(t, neuron, current, x);
        if (sum is var (exact, off))
        {
            guard = guard.Meet(exact.Widen(Drift(t, neuron, off)));
            states[t][neuron] = y.Length == 1 && equations.Guard[0] == 1 ? [guard] : y;
        }

        return guard;
    }

    private Interval<T> Guard(int t, int neuron, Interval<T> current, Interval<T>[] x)
    {
        var (equations, y) = (Of(neuron), states[t][neuron]);
        if (float32)
        {
            return Sum(equations.Guard, 0, y).Widen(GuardError(t, neuron));
        }

        // Of the box of y; and as one sum over what its components are made of.
        var own = (Weighed(equations, i => equations.Input[i]) * current) + Weighed(equations, i => equations.Bias[i]);
        for (int j = 0; j < x.Length; j++)
        {
            own += Weighed(equations, i => equations.Decay[i, j]) * x[j];
        }

        return Sum(equations.Guard, 0, y).Meet(own);
    }

    // At least how far a float32 run's w . y has come from what exact arithmetic makes of the input: what every step loses, carried on. Spikes do nothing to these
    // neurons, and no coefficient is below 0.
    private T Drift(int t, int neuron, T off)
    {
        if (!float32)
        {
            return default;
        }

        var equations = Of(neuron);
        T Weighed(Coefficients m, int row, T[] sizes)
        {
            T sum = default;
            for (int j = 0; j < sizes.Length; j++)
            {
                sum = T.Above(sum + T.Above(T.From(m[row, j]) * sizes[j]));
            }

            return sum;
        }

        T[] left = [.. Enumerable.Range(0, equations.Size).Select(i => t == 0 ? default
            : T.Above(Weighed(equations.Silent.Matrix, i, drifts[neuron]) + LeftError(t - 1, neuron, i, Phase.Silent)))];
        drifts[neuron] = [.. Enumerable.Range(0, equations.Size).Select(i =>
            T.Above(T.Above(Weighed(equations.Decay, i, left) + T.Above(T.From(equations.Input[i]) * off)) + Error(t, neuron, i)))];
        return T.Above(Weighed(equations.Guard, 0, drifts[neuron]) + GuardError(t, neuron));
    }

    /// <summary>At least what float32 arithmetic changes in a state; 0 for exact values.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="state">The state.</param>
    public T Error(int t, int neuron, int state) => errors[t][neuron][state];

    /// <summary>At least what float32 arithmetic changes in w . y; 0 for exact values.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    public T GuardError(int t, int neuron) => Loss(states[t][neuron], Row(Of(neuron).Guard, 0));

    /// <summary>At least what float32 arithmetic changes in what a step leaves of a state; 0 for exact values.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="state">The state.</param>
    /// <param name="phase">What is known of its spike.</param>
    public T LeftError(int t, int neuron, int state, Phase phase)
    {
        var equations = Of(neuron);
        T After(Successor successor) => Loss([.. states[t][neuron], T.One], [.. Row(successor.Matrix, state), successor.Offset[state]]);
        return phase switch
        {
            Phase.Silent => After(equations.Silent),
            Phase.Fires => After(equations.Fired),
            _ => T.Max(After(equations.Silent), After(equations.Fired)),
        };
    }

    /// <summary>What a step leaves.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="phase">What is known of its spike.</param>
    public Interval<T>[] Left(int t, int neuron, Phase phase)
    {
        var equations = Of(neuron);
        Interval<T>[] After(Successor successor, bool fired)
        {
            var side = Side(t, neuron, fired);
            var known = fired ? Phase.Fires : Phase.Silent;
            return [.. Enumerable.Range(0, side.Length).Select(i =>
                (Sum(successor.Matrix, i, side) + T.From(successor.Offset[i])).Widen(LeftError(t, neuron, i, known)))];
        }

        return phase switch
        {
            Phase.Silent => After(equations.Silent, false),
            Phase.Fires => After(equations.Fired, true),
            _ => [.. After(equations.Silent, false).Zip(After(equations.Fired, true), (silent, fired) => silent.Join(fired))],
        };
    }

    /// <summary>The part of y's box on one side of the guard, component by component: w_i y_i is at most, or at least, th less the others.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="fired">Which side.</param>
    public Interval<T>[] Side(int t, int neuron, bool fired)
    {
        var (equations, y) = (Of(neuron), states[t][neuron]);
        Interval<T>[] cut = [.. y];
        for (int i = 0; i < y.Length; i++)
        {
            double weight = equations.Guard[i];
            if (weight == 0)
            {
                continue;
            }

            Interval<T> others = default(T);
            for (int j = 0; j < y.Length; j++)
            {
                others += j == i || equations.Guard[j] == 0 ? default(T) : T.From(equations.Guard[j]) * y[j];
            }

            var left = ((Interval<T>)T.From(equations.Spike.Threshold) - (fired ? others.Upper : others.Lower)).Widen(GuardError(t, neuron));
            var end = (weight > 0 ? left : (Interval<T>)default(T) - left) / T.From(Math.Abs(weight));
            // An end beyond the other one shows that the side is impossible; nothing is made of that here.
            cut[i] = weight > 0 != fired
                ? y[i] with { Upper = T.Max(T.Min(y[i].Upper, end.Upper), y[i].Lower) }
                : y[i] with { Lower = T.Min(T.Max(y[i].Lower, end.Lower), y[i].Upper) };
        }

        return cut;
    }

    /// <summary>Encloses m[row] . x.</summary>
    /// <param name="m">The matrix, or a vector and row 0.</param>
    /// <param name="row">The row.</param>
    /// <param name="x">The numbers.</param>
    public static Interval<T> Sum(Coefficients m, int row, IReadOnlyList<Interval<T>> x)
    {
        Interval<T> sum = default(T);
        for (int j = 0; j < x.Count; j++)
        {
            sum += m[row, j] == 0 ? default(T) : T.From(m[row, j]) * x[j];
        }

        return sum;
    }

    private static float[] Row(Coefficients m, int row) => [.. Enumerable.Range(0, m.Columns).Select(column => m[row, column])];

    private T Loss(IReadOnlyList<Interval<T>> values, float[] weights)
    {
        int terms = weights.Count(weight => weight != 0), only = Array.FindIndex(weights, weight => weight != 0);
        // A number by 1, or a constant, which no operation meets.
        if (!float32 || terms == 0 || (terms == 1 && (Math.Abs(weights[only]) == 1 || values[only] == T.One)))
        {
            return default;
        }

        T size = default;
        for (int i = 0; i < weights.Length; i++)
        {
            size = weights[i] == 0 ? size : T.Above(size + T.Above(T.From(Math.Abs(weights[i])) * values[i].Magnitude));
        }

        return T.Above(T.Above(SinglePrecision.Gamma<T>(terms) * size) + SinglePrecision.Underflow<T>(terms));
    }

    // Encloses w . column.
    private static Interval<T> Weighed(NeuronEquations equations, Func<int, float> column)
    {
        Interval<T> sum = default(T);
        for (int i = 0; i < equations.Size; i++)
        {
            sum += (Interval<T>)T.From(equations.Guard[i]) * T.From(column(i));
        }

        return sum;
    }
}
