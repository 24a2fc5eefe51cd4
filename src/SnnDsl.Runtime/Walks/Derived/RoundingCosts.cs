using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// What the coefficients of a linear form cost where bounds are for the float32 network: each use of a number that float32 computed costs its
/// weight times that number's error. The form's own float64 arithmetic is paid for with a share of the magnitudes that meet in it.
/// </summary>
/// <param name="factors">The equations.</param>
/// <param name="error">The errors of the currents.</param>
internal sealed class RoundingCosts(StepFactors factors, MembraneError error)
{
    // Some hundred float64 roundings, more than meet in one step of a neuron of a few states.
    private static readonly double Own = 512 * Rounding.Double;

    private readonly NeuronEquations neuron = factors.Neuron;
    private readonly NeuronErrors errors = new(factors);

    /// <summary>The error of w . y at a step, [B, ...]; null for none.</summary>
    /// <param name="y">Bounds of the states at the step.</param>
    public Tensor? OfGuard(IReadOnlyList<Interval> y) => errors.OfGuard(y);

    /// <summary>What one step costs, [B, K, ...].</summary>
    /// <param name="t">The step.</param>
    /// <param name="last">Bounds of what the step before left; null for zeros.</param>
    /// <param name="y">Bounds of the states, [B, ...].</param>
    /// <param name="onSpike">a.</param>
    /// <param name="onLeft">p.</param>
    /// <param name="on">The coefficients on y.</param>
    /// <param name="onCurrent">B . on.</param>
    /// <param name="row">What weighs w . y itself; null for nothing.</param>
    /// <param name="before">Bounds of the spikes of the step before; null at the first step.</param>
    /// <param name="steps">How many steps count.</param>
    public Tensor Of(
        int t, IReadOnlyList<Interval?> last, IReadOnlyList<Interval> y, Tensor onSpike, Tensor?[] onLeft, Tensor[] on, Tensor onCurrent, Tensor? row,
        Interval? before, int steps)
    {
        var off = error.At(t, null, 0);
        var input = error.SizeAt(t).Plus(off);
        if (errors.OfRecurrence(input, before, steps) is ({ } lostBack, { } sizeBack))
        {
            (off, input) = (off.Plus(lostBack), input.Plus(sizeBack).Plus(lostBack));
        }

        var cost = onCurrent.abs() * off.unsqueeze(1);
        var size = onSpike.abs();
        // Along the guard the states share what is computed: the largest stands for all.
        var most = y.Select(NeuronErrors.Size).Aggregate(maximum);
        for (int i = 0; i < neuron.Size; i++)
        {
            var weight = on[i].abs();
            cost = errors.OfState(i, last, input) is { } lost ? cost.Plus(weight * lost.unsqueeze(1)) : cost;
            var met = AffineRows.And(NeuronErrors.Size(y[i]), factors.DrivenSize(i, input))!;
            met = factors.LeftSize(i, last, met.Plus(Math.Abs(neuron.Bias[i]) + Math.Abs(neuron.Spike.Threshold)))!;
            size = size.Plus(weight * met.unsqueeze(1));
            if (onLeft[i] is not { } share)
            {
                continue;
            }

            foreach (var successor in new[] { neuron.Silent, neuron.Fired })
            {
                var reach = zeros_like(input).Plus(Math.Abs(successor.Offset[i]));
                for (int j = 0; j < neuron.Size; j++)
                {
                    reach = successor.Matrix[i, j] == 0 ? reach : reach.Plus(most.Times(Math.Abs(successor.Matrix[i, j])));
                }

                size = size.Plus(share.abs() * reach.unsqueeze(1));
                // Only one side happens, and both are charged: neither is much.
                cost = NeuronErrors.OfLeft(i, successor, y) is { } rounded ? cost.Plus(share.abs() * rounded.unsqueeze(1)) : cost;
            }
        }

        if (row is not null)
        {
            size = size.Plus(row.abs() * most.Times(Enumerable.Range(0, neuron.Size).Sum(i => Math.Abs((double)neuron.Guard[i]))).unsqueeze(1));
            cost = OfGuard(y) is { } own ? cost.Plus(row.abs() * own.unsqueeze(1)) : cost;
        }

        return cost.Times(Rounding.Up).Plus(size.Times(Own));
    }

    /// <summary>What summing up the constants of all steps may lose, [B, K].</summary>
    /// <param name="magnitudes">The sum of their magnitudes.</param>
    /// <param name="terms">How many there are.</param>
    /// <param name="before">What was there before; null for nothing.</param>
    public static Tensor OfSum(Tensor magnitudes, double terms, Tensor? before)
    {
        var lost = magnitudes.Times(Rounding.Gamma(terms + 32, Rounding.Double) * Rounding.Up);
        return before is null ? lost : lost.Plus(before.abs().Times(32 * Rounding.Double));
    }
}
