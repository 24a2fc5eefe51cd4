using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Forward and surrogate backward of a spiking layer on the fused kernels: currents to spikes. Backward runs the neurons again from
/// their currents, in the caches: reading them costs what reading membranes would, and those need not be written.</summary>
/// <param name="kernel">The neurons.</param>
/// <param name="steps">T.</param>
/// <param name="constant">Whether the current is the same at every step.</param>
internal sealed class FireFunction(NeuronKernel kernel, int steps, bool constant) : AutogradFunction
{
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var current = inputs[0]!.contiguous();
        var spikes = TensorMemory.Empty(constant ? [steps, .. current.Sizes()] : current.Sizes());
        long neurons = spikes.numel() / steps;
        var (i, s) = (TensorMemory.Address(current), TensorMemory.Address(spikes));
        nint stride = (nint)neurons;
        Cores.Share(
            neurons, neurons * steps,
            (from, to) => Tiles.Forward(kernel, i, constant ? 0 : stride, s, stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(current);
        Save(current);
        return [spikes];
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] spikeGradients)
    {
        var current = saved[0]!;
        var gradients = spikeGradients[0].contiguous();
        var result = TensorMemory.Empty(current.Sizes());
        long neurons = gradients.numel() / steps;
        var (i, g, r) = (TensorMemory.Address(current), TensorMemory.Address(gradients), TensorMemory.Address(result));
        nint stride = (nint)neurons;
        Cores.Share(
            neurons, 2 * neurons * steps,
            (from, to) => Tiles.Backward(kernel, i, g, r, constant ? 0 : stride, stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(current);
        GC.KeepAlive(gradients);
        return [result];
    }
}
