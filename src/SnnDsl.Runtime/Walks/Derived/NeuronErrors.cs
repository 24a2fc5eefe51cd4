using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// What float32 loses in one step of a neuron as <see cref="NeuronForward"/> computes it, in any order and with or without fused
/// multiply-add: every row of n terms is n products and n - 1 sums, so that it is off by at most gamma_n of the sum of their magnitudes, and an
/// underflow. A row that only copies a number loses nothing. One rounding more than that is charged, which pays for the float64 arithmetic of
/// the bounds around it. The first step pays as the others do, whose states are not 0: so does whoever checks a certificate.
/// </summary>
/// <param name="factors">The equations.</param>
internal sealed class NeuronErrors(StepFactors factors)
{
    private readonly NeuronEquations neuron = factors.Neuron;

    /// <summary>The error of y_i, [B, ...]; null for none.</summary>
    /// <param name="i">The state.</param>
    /// <param name="x">Bounds of what the last step left; null for zeros.</param>
    /// <param name="input">The greatest magnitude of the float32 current.</param>
    public Tensor? OfState(int i, IReadOnlyList<Interval?> x, Tensor input)
    {
        var (terms, copies) = factors.Terms(i);
        return Loss(factors.LeftSize(i, x).And(factors.DrivenSize(i, input)), neuron.Bias[i], terms, copies, input);
    }

    /// <summary>The error of w . y, [B, ...]; null for none.</summary>
    /// <param name="y">Bounds of the states.</param>
    public Tensor? OfGuard(IReadOnlyList<Interval> y)
    {
        var (size, terms, copies) = Row(neuron.Guard, 0, [.. y.Select(state => (Interval?)state)]);
        return Loss(size, 0, terms, copies, y[0].Lower);
    }

    /// <summary>The error of what a step leaves of a state on one side of the guard, [B, ...]; null for none.</summary>
    /// <param name="i">The state.</param>
    /// <param name="successor">What that side leaves.</param>
    /// <param name="y">Bounds of the states.</param>
    public static Tensor? OfLeft(int i, Successor successor, IReadOnlyList<Interval> y)
    {
        var (size, terms, copies) = Row(successor.Matrix, i, [.. y.Select(state => (Interval?)state)]);
        return Loss(size, successor.Offset[i], terms, copies, y[0].Lower);
    }

    /// <summary>
    /// The error of what spikes of the step before add to the currents, that of the addition included, and at least the magnitude of what they add,
    /// both [B, ...]; null for none.
    /// </summary>
    /// <param name="input">The greatest magnitude of the float32 current that they are added to.</param>
    /// <param name="before">Bounds of these spikes; null at the first step.</param>
    /// <param name="steps">T.</param>
    public (Tensor? Lost, Tensor? Size) OfRecurrence(Tensor input, Interval? before, int steps)
    {
        if (factors.Recurrence is not { } map || before is not { } spikes)
        {
            return default;
        }

        var absolute = map.With(weight => weight.abs());
        var error = new MembraneError(absolute, absolute.Apply(spikes.Upper), spikes.Upper.flatten(1).sum(-1L), steps, more: 1);
        var own = error.At(0, null, 0);
        var size = error.SizeAt(0).Plus(own);
        return (own.Plus(input.Plus(size).Times(Rounding.Gamma(3, Rounding.Single) * Rounding.Up).Plus(2 * Rounding.Underflow)), size);
    }

    /// <summary>The greatest magnitude in an interval.</summary>
    public static Tensor Size(Interval interval) => maximum(interval.Lower.abs(), interval.Upper.abs());

    private static (Tensor? Size, int Terms, bool Copies) Row(Coefficients m, int row, IReadOnlyList<Interval?> x)
    {
        Tensor? size = null;
        var (terms, copies) = (0, true);
        for (int j = 0; j < m.Columns; j++)
        {
            if (m[row, j] != 0 && x[j] is { } value)
            {
                size = size.And(Size(value).Scaled(Math.Abs(m[row, j])));
                (terms, copies) = (terms + 1, copies && Math.Abs(m[row, j]) == 1);
            }
        }

        return (size, terms, copies);
    }

    private static Tensor? Loss(Tensor? size, double constant, int terms, bool copies, Tensor shape)
    {
        terms += constant == 0 ? 0 : 1;
        return terms == 0 || (terms == 1 && copies)
            ? null
            : size.AndConstant(Math.Abs(constant), shape).Times(Rounding.Gamma(terms + 1, Rounding.Single) * Rounding.Up)
                .Plus((terms + 2) * Rounding.Underflow);
    }
}
