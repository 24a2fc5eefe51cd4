using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Intervals of a spiking layer and their gradient on the fused kernels: lower and upper currents to lower and upper spikes, lower
/// and upper membranes.</summary>
/// <param name="kernel">The neurons.</param>
/// <param name="steps">T.</param>
/// <param name="constant">Whether the currents are the same at every step.</param>
internal sealed class IntervalsFunction(NeuronKernel kernel, int steps, bool constant) : AutogradFunction
{
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var lower = inputs[0]!.contiguous();
        var upper = inputs[1]!.contiguous();
        long[] shape = constant ? [steps, .. lower.Sizes()] : lower.Sizes();
        Tensor[] outputs = [TensorMemory.Empty(shape), TensorMemory.Empty(shape), TensorMemory.Empty(shape), TensorMemory.Empty(shape)];
        long neurons = outputs[0].numel() / steps;
        nint stride = (nint)neurons;
        nint[] at = [.. outputs.Select(TensorMemory.Address), TensorMemory.Address(lower), TensorMemory.Address(upper)];
        Cores.Share(neurons, 4 * neurons * steps, (from, to) => kernel.Intervals(
            ref TensorMemory.At(at[4]), ref TensorMemory.At(at[5]), constant ? 0 : stride, ref TensorMemory.At(at[0]),
            ref TensorMemory.At(at[1]), ref TensorMemory.At(at[2]), ref TensorMemory.At(at[3]), stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(lower);
        GC.KeepAlive(upper);
        Save(outputs[2], outputs[3]);
        return outputs;
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients)
    {
        var (lowerMembranes, upperMembranes) = (saved[0]!, saved[1]!);
        var contiguous = Array.ConvertAll(gradients, gradient => gradient.contiguous());
        long[] shape = lowerMembranes.Sizes();
        var lower = TensorMemory.Empty(constant ? shape[1..] : shape);
        var upper = TensorMemory.Empty(constant ? shape[1..] : shape);
        long neurons = lowerMembranes.numel() / steps;
        nint stride = (nint)neurons;
        nint[] at =
        [
            TensorMemory.Address(lowerMembranes), TensorMemory.Address(upperMembranes),
            .. contiguous.Select(TensorMemory.Address), TensorMemory.Address(lower), TensorMemory.Address(upper),
        ];
        Cores.Share(neurons, 4 * neurons * steps, (from, to) => kernel.IntervalsBackward(
            ref TensorMemory.At(at[0]), ref TensorMemory.At(at[1]), ref TensorMemory.At(at[2]), ref TensorMemory.At(at[3]),
            ref TensorMemory.At(at[4]), ref TensorMemory.At(at[5]), ref TensorMemory.At(at[6]), ref TensorMemory.At(at[7]),
            constant ? 0 : stride, stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(saved);
        GC.KeepAlive(contiguous);
        return [lower, upper];
    }
}
