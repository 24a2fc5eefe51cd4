using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// What a step of neurons multiplies its states and its current by, y = A x + B I + c: the equations' constants, or, of neurons whose decay is
/// learned, the numbers of a tensor.
/// </summary>
/// <param name="neuron">The equations; of a learned decay all but A and B.</param>
internal sealed class StepFactors(NeuronEquations neuron)
{
    /// <summary>The equations; of a learned decay all but A and B.</summary>
    public NeuronEquations Neuron => neuron;

    /// <summary>A of neurons with one state whose decay is learned, in [0, 1]: [1], or one number for each neuron; null for constants.</summary>
    public Tensor? Decay { get; init; }

    /// <summary>B of these neurons, at least 0; null for 1.</summary>
    public Tensor? Gain { get; init; }

    /// <summary>R: I is what the layer before gives, and R s of the step before, 0 at the first step. A map without bias; null for none.</summary>
    public AffineMap? Recurrence { get; init; }

    /// <summary>The currents of a step.</summary>
    /// <param name="current">What the layer before gives.</param>
    /// <param name="before">The spikes of the step before; null at the first step.</param>
    public Tensor Current(Tensor current, Tensor? before) => Recurrence is null || before is null ? current : current.Plus(Recurrence.Apply(before));

    /// <summary>Bounds of the currents of a step.</summary>
    /// <param name="current">Of what the layer before gives.</param>
    /// <param name="before">Of the spikes of the step before; null at the first step.</param>
    public Interval Current(Interval current, Interval? before) => Recurrence is null || before is not { } spikes
        ? current
        : ((Interval?)current).And(Recurrence.Apply(spikes))!.Value;

    /// <summary>Constants.</summary>
    /// <param name="neuron">The equations.</param>
    public static implicit operator StepFactors(NeuronEquations neuron) => new(neuron);

    /// <summary>A[row] . x.</summary>
    public Tensor? Left(int row, IReadOnlyList<Tensor?> x) => Decay is null ? AffineRows.Apply(neuron.Decay, row, x) : x[0] is { } own ? own * Like(Decay, own) : null;

    /// <summary>Bounds of A[row] . x.</summary>
    public Interval? Left(int row, IReadOnlyList<Interval?> x) => Decay is null ? AffineRows.Apply(neuron.Decay, row, x) : x[0] is { } own ? Scaled(own, Decay) : null;

    /// <summary>B[row] I.</summary>
    public Tensor? Driven(int row, Tensor input) => Decay is not null ? Gain is null ? input : input * Like(Gain, input)
        : neuron.Input[row] == 0 ? null : input.Scaled(neuron.Input[row]);

    /// <summary>Bounds of B[row] I.</summary>
    public Interval? Driven(int row, Interval input) => Decay is not null ? Gain is null ? input : Scaled(input, Gain)
        : neuron.Input[row] == 0 ? null : input.Scaled(neuron.Input[row]);

    /// <summary>|A[row]| |x|, added to what is there.</summary>
    public Tensor? LeftSize(int row, IReadOnlyList<Interval?> x, Tensor? size = null)
    {
        if (Decay is not null)
        {
            return size.And(x[0] is { } own ? NeuronErrors.Size(own) * Like(Decay, own.Lower) : null);
        }

        for (int j = 0; j < neuron.Size; j++)
        {
            size = size.And(neuron.Decay[row, j] != 0 && x[j] is { } value ? NeuronErrors.Size(value).Scaled(Math.Abs(neuron.Decay[row, j])) : null);
        }

        return size;
    }

    /// <summary>|B[row]| |I|.</summary>
    public Tensor? DrivenSize(int row, Tensor input) => Decay is not null ? Gain is null ? input : input * Like(Gain, input)
        : neuron.Input[row] == 0 ? null : input.Scaled(Math.Abs(neuron.Input[row]));

    /// <summary>How many terms y's row has of x and I, and whether they are copied as they are: at every step, also where x is 0.</summary>
    public (int Terms, bool Copies) Terms(int row)
    {
        if (Decay is not null)
        {
            return (2, false);
        }

        float[] factors = [.. Enumerable.Range(0, neuron.Size).Select(j => neuron.Decay[row, j]).Append(neuron.Input[row]).Where(factor => factor != 0)];
        return (factors.Length, Array.TrueForAll(factors, factor => Math.Abs(factor) == 1));
    }

    /// <summary>A' on: coefficients on y as such on what the last step left.</summary>
    public Tensor?[] PulledBack(Tensor?[] on) => Decay is null ? NeuronRelaxation.Transposed(neuron.Decay, on) : [on[0] is { } own ? own * Like(Decay, own) : null];

    /// <summary>B . on: coefficients on y as such on the current.</summary>
    public Tensor? OnCurrent(Tensor?[] on) => Decay is null ? AffineRows.Apply(neuron.Input, 0, on)
        : on[0] is { } own && Gain is not null ? own * Like(Gain, own) : on[0];

    // Of no negative numbers both ends stay in order.
    private static Interval Scaled(Interval value, Tensor by) => new(value.Lower * Like(by, value.Lower), value.Upper * Like(by, value.Upper));

    private static Tensor Like(Tensor factors, Tensor values) => factors.to(values.dtype);
}
