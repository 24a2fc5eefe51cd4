using static SnnDsl.Hardware.TensorMemory;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// The CUDA kernels of one kind of neuron as calls on contiguous float32 tensors of one device. What they compute is said at
/// <see cref="NeuronKernel"/>; here a call runs whole tensors, not ranges, and its result is there when torch's stream gets to it.
/// </summary>
/// <param name="launcher">What starts them.</param>
internal sealed class CudaKernels(IKernelLauncher launcher)
{
    /// <summary>Currents to spikes, and to membranes where they are asked for.</summary>
    /// <param name="current">[T, ...], or [...] where it is the same at all steps.</param>
    /// <param name="constant">Whether it is.</param>
    /// <param name="spikes">[T, ...], written.</param>
    /// <param name="membranes">[T, ...], written; or null.</param>
    public void Forward(Tensor current, bool constant, Tensor spikes, Tensor? membranes)
    {
        var (steps, count) = Sizes(spikes);
        launcher.Launch("Forward", count,
            [Address(current), constant ? 0 : count, Address(spikes), Address(membranes), count, steps, count]);
    }

    /// <summary>Gradients of spikes to gradients of currents.</summary>
    /// <param name="membranes">[T, ...].</param>
    /// <param name="spikeGradients">[T, ...].</param>
    /// <param name="currentGradients">[T, ...], or [...] to hold the sum over the steps; written.</param>
    /// <param name="sum">Which.</param>
    public void Backward(Tensor membranes, Tensor spikeGradients, Tensor currentGradients, bool sum)
    {
        var (steps, count) = Sizes(membranes);
        launcher.Launch("Backward", count,
            [Address(membranes), Address(spikeGradients), Address(currentGradients), sum ? 0 : count, count, steps, count]);
    }

    /// <summary>Intervals of currents to intervals of spikes and membranes.</summary>
    /// <param name="current">Lower and upper, [T, ...], or [...] where they are the same at all steps.</param>
    /// <param name="constant">Whether they are.</param>
    /// <param name="outputs">Lower and upper spikes, lower and upper membranes, [T, ...], written.</param>
    public void Intervals((Tensor Lower, Tensor Upper) current, bool constant, IReadOnlyList<Tensor> outputs)
    {
        var (steps, count) = Sizes(outputs[0]);
        launcher.Launch("Intervals", count,
        [
            Address(current.Lower), Address(current.Upper), constant ? 0 : count, Address(outputs[0]), Address(outputs[1]),
            Address(outputs[2]), Address(outputs[3]), count, steps, count,
        ]);
    }

    /// <summary>Gradients of those outputs to gradients of the intervals of currents.</summary>
    /// <param name="membranes">Lower and upper, [T, ...].</param>
    /// <param name="gradients">Of lower and upper spikes, lower and upper membranes, [T, ...].</param>
    /// <param name="current">Lower and upper, [T, ...], or [...] to hold the sum over the steps; written.</param>
    /// <param name="sum">Which.</param>
    public void IntervalsBackward(
        (Tensor Lower, Tensor Upper) membranes, IReadOnlyList<Tensor> gradients, (Tensor Lower, Tensor Upper) current, bool sum)
    {
        var (steps, count) = Sizes(membranes.Lower);
        launcher.Launch("IntervalsBackward", count,
        [
            Address(membranes.Lower), Address(membranes.Upper), Address(gradients[0]), Address(gradients[1]), Address(gradients[2]),
            Address(gradients[3]), Address(current.Lower), Address(current.Upper), sum ? 0 : count, count, steps, count,
        ]);
    }

    /// <summary>Coefficients on spikes and last membranes to coefficients on currents and a constant for every neuron.</summary>
    /// <param name="layout">Sizes.</param>
    /// <param name="rule">Which lines.</param>
    /// <param name="spikes">c_s, [S, B, K, N]; or null.</param>
    /// <param name="row">On the last membranes, [B, K, N]; or null.</param>
    /// <param name="membranes">l and U, [S, B, N].</param>
    /// <param name="output">A, [S, B, K, N], or [B, K, N] to hold the sum over the steps; written.</param>
    /// <param name="constants">c of every neuron, float64 [B, K, N], written; its sum over the neurons is the row's.</param>
    public void Relax(
        RelaxationLayout layout, RelaxationRule rule, Tensor? spikes, Tensor? row, (Tensor Lower, Tensor Upper) membranes, Tensor output,
        Tensor constants) => launcher.Launch("Relax", layout.RowStride,
        [
            Joint(rule), Address(spikes), Address(row), Address(membranes.Lower), Address(membranes.Upper), Address(output),
            Address(constants), layout.RowStride, layout.SampleStride, layout.OutputStride, layout.Steps, layout.Rows, layout.Neurons,
            layout.RowStride,
        ]);

    /// <summary>The adjoint of <see cref="Relax"/>.</summary>
    /// <param name="layout">Sizes.</param>
    /// <param name="rule">Which lines.</param>
    /// <param name="spikes">As in <see cref="Relax"/>.</param>
    /// <param name="row">As in <see cref="Relax"/>.</param>
    /// <param name="membranes">As in <see cref="Relax"/>.</param>
    /// <param name="given">dA and dc: as the output of <see cref="Relax"/>, and [B, K].</param>
    /// <param name="coefficients">Gradients of spikes and row, written; null where those are.</param>
    /// <param name="bounds">Gradients of l and U, added to.</param>
    /// <param name="slopes">Room, [S, B, N].</param>
    public void RelaxBackward(
        RelaxationLayout layout, RelaxationRule rule, Tensor? spikes, Tensor? row, (Tensor Lower, Tensor Upper) membranes,
        (Tensor Output, Tensor Constants) given, (Tensor? Spikes, Tensor? Row) coefficients, (Tensor Lower, Tensor Upper) bounds,
        Tensor slopes) => launcher.Launch("RelaxBackward", layout.SampleStride,
        [
            Joint(rule), Address(spikes), Address(row), Address(membranes.Lower), Address(membranes.Upper), Address(given.Output),
            Address(given.Constants), Address(coefficients.Spikes), Address(coefficients.Row), Address(bounds.Lower),
            Address(bounds.Upper), Address(slopes), layout.RowStride, layout.SampleStride, layout.OutputStride, layout.Steps, layout.Rows,
            layout.Neurons, layout.SampleStride,
        ]);

    private static (long Steps, long Count) Sizes(Tensor tensor)
    {
        long steps = tensor.shape[0];
        return (steps, tensor.numel() / steps);
    }

    private static long Joint(RelaxationRule rule) => rule == RelaxationRule.Joint ? 1 : 0;
}
