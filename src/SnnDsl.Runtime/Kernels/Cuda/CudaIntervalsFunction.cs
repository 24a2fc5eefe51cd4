using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Intervals of a spiking layer and their gradient on its CUDA kernels: lower and upper current, kernels, steps, constant; gives
/// lower and upper spikes, lower and upper membranes.</summary>
internal sealed class CudaIntervalsFunction : autograd.MultiTensorFunction<CudaIntervalsFunction>
{
    public override string Name => nameof(CudaIntervalsFunction);

    public override List<Tensor> forward(autograd.AutogradContext context, params object[] variables)
    {
        var (kernels, steps, constant) = ((CudaKernels)variables[2], (int)variables[3], (bool)variables[4]);
        using var lower = ((Tensor)variables[0]).contiguous();
        using var upper = ((Tensor)variables[1]).contiguous();
        long[] shape = constant ? [steps, .. lower.shape] : lower.shape;
        var device = lower.device;
        List<Tensor> outputs = [.. Enumerable.Range(0, 4).Select(_ => empty(shape, device: device))];
        kernels.Intervals((lower, upper), constant, outputs);
        context.save_for_backward([outputs[2], outputs[3]]);
        context.save_data("kernels", kernels);
        context.save_data("constant", constant);
        return outputs;
    }

    public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> gradients)
    {
        var kernels = (CudaKernels)context.get_data("kernels");
        bool constant = (bool)context.get_data("constant");
        var membranes = context.get_saved_variables();
        var contiguous = gradients.ConvertAll(gradient => gradient.contiguous());
        long[] shape = constant ? membranes[0].shape[1..] : membranes[0].shape;
        var lower = empty(shape, device: membranes[0].device);
        var upper = empty(shape, device: membranes[0].device);
        kernels.IntervalsBackward((membranes[0], membranes[1]), contiguous, (lower, upper), constant);
        foreach (var tensor in (List<Tensor>)[.. membranes, .. contiguous, .. gradients])
        {
            tensor.Dispose();
        }

        return HandedOut.Hold(lower, upper, null, null, null);
    }
}
