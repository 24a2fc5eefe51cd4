using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>
/// Neurons run from their equations, one TorchSharp operation at a time: autograd takes the way back, through the surrogate at every spike,
/// and through the successor's dependence on the spike where it is not detached.
/// </summary>
internal static class NeuronForward
{
    /// <summary>Runs them over all steps.</summary>
    /// <param name="current">I, [T, B, ...], or [B, ...] where it is the same at every step.</param>
    /// <param name="factors">The equations.</param>
    /// <param name="steps">T.</param>
    /// <param name="constant">Whether the current is the same at every step.</param>
    /// <param name="derivative">What stands for ds/dv in the surrogate's place, as <see cref="SurrogateGradient.Spike(Tensor, SpikeRule, Func{Tensor, SpikeRule, Tensor})"/> takes it.</param>
    /// <param name="forgets">Whether autograd goes through each step's own current alone, and not through what earlier steps left.</param>
    /// <returns>Spikes, zeros and ones, [T, B, ...].</returns>
    public static Tensor Fire(
        Tensor current, StepFactors factors, int steps, bool constant, Func<Tensor, SpikeRule, Tensor>? derivative = null, bool forgets = false)
    {
        var neuron = factors.Neuron;
        var spikes = new Tensor[steps];
        var states = new Tensor?[neuron.Size];
        for (int t = 0; t < steps; t++)
        {
            var input = factors.Current(constant ? current : current[t], t == 0 ? null : spikes[t - 1]);
            var integrated = Integrate(states, input, factors);
            var guard = AffineRows.Apply(neuron.Guard, 0, integrated) ?? zeros_like(input);
            spikes[t] = SurrogateGradient.Spike(guard, neuron.Spike, derivative);
            // Nothing reads what the last step leaves.
            if (t < steps - 1)
            {
                states = Succeed(integrated, neuron.Spike.Detached ? spikes[t].detach() : spikes[t], neuron);
                if (forgets)
                {
                    states = Array.ConvertAll(states, state => state?.detach());
                }
            }
        }

        return stack(spikes);
    }

    /// <summary>How far a constant current of 1 lifts the membrane of a neuron that does not fire, at most, over all steps.</summary>
    /// <param name="like">One step's currents, [B, ...].</param>
    /// <param name="factors">The equations.</param>
    /// <param name="steps">T.</param>
    /// <returns>[B, ...].</returns>
    public static Tensor Gain(Tensor like, StepFactors factors, int steps)
    {
        var (driven, still) = (Membranes(ones_like(like)), Membranes(zeros_like(like)));
        return stack(driven.Zip(still, (with, without) => with.Minus(without)).ToArray()).amax([0L]);

        IEnumerable<Tensor> Membranes(Tensor input)
        {
            var states = new Tensor?[factors.Neuron.Size];
            for (int t = 0; t < steps; t++)
            {
                var integrated = Integrate(states, input, factors);
                yield return AffineRows.Apply(factors.Neuron.Guard, 0, integrated) ?? zeros_like(input);
                states = Succeed(integrated, zeros_like(input), factors.Neuron);
            }
        }
    }

    // y = A x + B I + c, null where it is 0.
    private static Tensor?[] Integrate(Tensor?[] x, Tensor input, StepFactors factors) =>
    [
        .. Enumerable.Range(0, factors.Neuron.Size).Select(i =>
        {
            var sum = factors.Left(i, x).And(factors.Driven(i, input));
            float bias = factors.Neuron.Bias[i];
            return bias == 0 ? sum : sum.AndConstant(bias, input);
        }),
    ];

    // x' = (1 - s) (P0 y + q0) + s (P1 y + q1). A state of which both take the same share needs one term for the spike alone.
    private static Tensor?[] Succeed(Tensor?[] y, Tensor spike, NeuronEquations neuron) =>
    [
        .. Enumerable.Range(0, neuron.Size).Select(i =>
        {
            var silent = AffineRows.Apply(neuron.Silent.Matrix, i, y);
            float leaves = neuron.Silent.Offset[i], sets = neuron.Fired.Offset[i];
            bool alike = Enumerable.Range(0, neuron.Size).All(j => neuron.Silent.Matrix[i, j] == neuron.Fired.Matrix[i, j]);
            if (alike && leaves == 0)
            {
                return silent.And(sets == 0 ? null : spike.Scaled(sets));
            }

            var fired = AffineRows.Apply(neuron.Fired.Matrix, i, y);
            return Choose(silent, leaves, spike.TakenFrom(1)).And(Choose(fired, sets, spike));
        }),
    ];

    // (value + constant) where a share is 1, else 0.
    private static Tensor? Choose(Tensor? value, float constant, Tensor share) => value is null
        ? constant == 0 ? null : share.Scaled(constant)
        : value.AndConstant(constant, share) * share;
}
