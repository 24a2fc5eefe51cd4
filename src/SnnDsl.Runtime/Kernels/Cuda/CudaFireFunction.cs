using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Forward and surrogate backward of a spiking layer on its CUDA kernels: currents to spikes.</summary>
/// <param name="kernels">The neurons.</param>
/// <param name="steps">T.</param>
/// <param name="constant">Whether the current is the same at every step.</param>
internal sealed class CudaFireFunction(CudaKernels kernels, int steps, bool constant) : AutogradFunction
{
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var current = inputs[0]!.contiguous();
        long[] shape = constant ? [steps, .. current.Sizes()] : current.Sizes();
        var spikes = empty(shape, device: current.device);
        var membranes = Learns(0) ? empty_like(spikes) : null;
        kernels.Forward(current, constant, spikes, membranes);
        Save(membranes);
        return [spikes];
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] spikeGradients)
    {
        var membranes = saved[0]!;
        var gradients = spikeGradients[0].contiguous();
        long[] shape = membranes.Sizes();
        var result = empty(constant ? shape[1..] : shape, device: membranes.device);
        kernels.Backward(membranes, gradients, result, constant);
        return [result];
    }
}
