using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Intervals of a spiking layer and their gradient on its CUDA kernels: lower and upper currents to lower and upper spikes, lower and
/// upper membranes.</summary>
/// <param name="kernels">The neurons.</param>
/// <param name="steps">T.</param>
/// <param name="constant">Whether the currents are the same at every step.</param>
internal sealed class CudaIntervalsFunction(CudaKernels kernels, int steps, bool constant) : AutogradFunction
{
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var lower = inputs[0]!.contiguous();
        var upper = inputs[1]!.contiguous();
        long[] shape = constant ? [steps, .. lower.Sizes()] : lower.Sizes();
        var device = lower.device;
        Tensor[] outputs = [.. Enumerable.Range(0, 4).Select(_ => empty(shape, device: device))];
        kernels.Intervals((lower, upper), constant, outputs);
        Save(outputs[2], outputs[3]);
        return outputs;
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients)
    {
        var membranes = (Lower: saved[0]!, Upper: saved[1]!);
        var contiguous = Array.ConvertAll(gradients, gradient => gradient.contiguous());
        long[] shape = constant ? membranes.Lower.Sizes()[1..] : membranes.Lower.Sizes();
        var lower = empty(shape, device: membranes.Lower.device);
        var upper = empty(shape, device: membranes.Lower.device);
        kernels.IntervalsBackward(membranes, contiguous, (lower, upper), constant);
        return [lower, upper];
    }
}
