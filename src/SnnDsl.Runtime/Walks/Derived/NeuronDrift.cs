using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// How far what a float32 run keeps may have come from exact sums over all steps so far, for neurons to which spikes do nothing: what every step loses, carried on by
/// the equations, whose coefficients are not below 0.
/// </summary>
/// <param name="factors">The equations.</param>
/// <param name="errors">What a step loses.</param>
internal sealed class NeuronDrift(StepFactors factors, NeuronErrors errors)
{
    private readonly NeuronEquations neuron = factors.Neuron;
    private readonly Tensor?[] left = new Tensor?[factors.Neuron.Size];

    /// <summary>Goes one step on.</summary>
    /// <param name="x">Bounds of what the step before left; null for zeros.</param>
    /// <param name="input">The greatest magnitude of the float32 current.</param>
    /// <param name="off">How far it may lie from the exact one, [B, ...].</param>
    /// <param name="y">Bounds of the states.</param>
    /// <returns>How far w . y may lie from the exact sum, [B, ...].</returns>
    public Tensor Step(IReadOnlyList<Interval?> x, Tensor input, Tensor off, IReadOnlyList<Interval> y)
    {
        Tensor?[] now = [.. Enumerable.Range(0, neuron.Size).Select(i =>
            factors.Left(i, left).And(factors.Driven(i, off)).And(errors.OfState(i, x, input)))];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = AffineRows.Apply(neuron.Silent.Matrix, i, now).And(NeuronErrors.OfLeft(i, neuron.Silent, y));
        }

        return AffineRows.Apply(neuron.Guard, 0, now).And(errors.OfGuard(y))!;
    }
}
