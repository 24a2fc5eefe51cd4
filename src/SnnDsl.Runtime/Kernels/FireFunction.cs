using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Forward and surrogate backward of a spiking layer on the fused kernels: current, kernel, steps, constant. Backward runs the
/// neurons again from their currents, in the caches: reading them costs what reading membranes would, and those need not be
/// written.</summary>
internal sealed class FireFunction : autograd.SingleTensorFunction<FireFunction>
{
    public override string Name => nameof(FireFunction);

    public override Tensor forward(autograd.AutogradContext context, params object[] variables)
    {
        var original = (Tensor)variables[0];
        var (kernel, steps, constant) = ((NeuronKernel)variables[1], (int)variables[2], (bool)variables[3]);
        var current = original.contiguous();
        var spikes = TensorMemory.Empty(constant ? [steps, .. current.Sizes()] : current.Sizes());
        long neurons = spikes.numel() / steps;
        var (i, s) = (TensorMemory.Address(current), TensorMemory.Address(spikes));
        nint stride = (nint)neurons;
        Cores.Share(
            neurons, neurons * steps,
            (from, to) => Tiles.Forward(kernel, i, constant ? 0 : stride, s, stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(current);
        if (original.requires_grad)
        {
            context.save_for_backward([current]);
            context.save_data("state", (kernel, steps, constant));
        }

        return spikes;
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor spikeGradients)
    {
        var current = context.get_saved_variables()[0];
        var (kernel, steps, constant) = ((NeuronKernel, int, bool))context.get_data("state");
        var gradients = spikeGradients.contiguous();
        var result = TensorMemory.Empty(current.Sizes());
        long neurons = gradients.numel() / steps;
        var (i, g, r) = (TensorMemory.Address(current), TensorMemory.Address(gradients), TensorMemory.Address(result));
        nint stride = (nint)neurons;
        Cores.Share(
            neurons, 2 * neurons * steps,
            (from, to) => Tiles.Backward(kernel, i, g, r, constant ? 0 : stride, stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(current);
        GC.KeepAlive(gradients);
        return [result, null!, null!, null!];
    }
}
