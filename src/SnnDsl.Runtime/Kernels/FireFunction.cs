using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Forward and surrogate backward of a spiking layer on the fused kernels: current, kernel, steps, constant.</summary>
internal sealed class FireFunction : autograd.SingleTensorFunction<FireFunction>
{
    public override string Name => nameof(FireFunction);

    public override Tensor forward(autograd.AutogradContext context, params object[] variables)
    {
        var original = (Tensor)variables[0];
        var (kernel, steps, constant) = ((NeuronKernel)variables[1], (int)variables[2], (bool)variables[3]);
        var current = original.contiguous();
        long[] shape = constant ? [steps, .. current.shape] : current.shape;
        var spikes = empty(shape);
        var membranes = original.requires_grad ? empty(shape) : null;
        long neurons = spikes.numel() / steps;
        var (i, s, u) = (TensorMemory.Address(current), TensorMemory.Address(spikes), TensorMemory.Address(membranes));
        nint stride = (nint)neurons;
        TensorMemory.ForRanges(neurons, neurons * steps, (from, to) =>
            Tiles.Forward(kernel, i, constant ? 0 : stride, s, u, stride, steps, from, to));
        GC.KeepAlive(current);
        if (membranes is not null)
        {
            context.save_for_backward([membranes]);
            context.save_data("kernel", kernel);
            context.save_data("constant", constant);
        }

        return spikes;
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor spikeGradients)
    {
        var membranes = context.get_saved_variables()[0];
        var kernel = (NeuronKernel)context.get_data("kernel");
        bool constant = (bool)context.get_data("constant");
        var gradients = spikeGradients.contiguous();
        var result = empty(constant ? membranes.shape[1..] : membranes.shape);
        int steps = (int)membranes.shape[0];
        long neurons = membranes.numel() / steps;
        var (u, g, r) = (TensorMemory.Address(membranes), TensorMemory.Address(gradients), TensorMemory.Address(result));
        nint stride = (nint)neurons;
        TensorMemory.ForRanges(neurons, neurons * steps, (from, to) =>
            Tiles.Backward(kernel, u, g, r, constant ? 0 : stride, stride, steps, from, to));
        GC.KeepAlive(membranes);
        GC.KeepAlive(gradients);
        return [result, null!, null!, null!];
    }
}
