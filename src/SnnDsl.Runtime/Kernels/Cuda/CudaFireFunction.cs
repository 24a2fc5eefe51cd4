using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Forward and surrogate backward of a spiking layer on its CUDA kernels: current, kernels, steps, constant.</summary>
internal sealed class CudaFireFunction : autograd.SingleTensorFunction<CudaFireFunction>
{
    public override string Name => nameof(CudaFireFunction);

    public override Tensor forward(autograd.AutogradContext context, params object[] variables)
    {
        var original = (Tensor)variables[0];
        var (kernels, steps, constant) = ((CudaKernels)variables[1], (int)variables[2], (bool)variables[3]);
        using var current = original.contiguous();
        long[] shape = constant ? [steps, .. current.shape] : current.shape;
        var spikes = empty(shape, device: current.device);
        var membranes = original.requires_grad ? empty_like(spikes) : null;
        kernels.Forward(current, constant, spikes, membranes);
        if (membranes is not null)
        {
            context.save_for_backward([membranes]);
            context.save_data("kernels", kernels);
            context.save_data("constant", constant);
        }

        return spikes;
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor spikeGradients)
    {
        var kernels = (CudaKernels)context.get_data("kernels");
        bool constant = (bool)context.get_data("constant");
        using var membranes = context.get_saved_variables()[0];
        using var gradients = spikeGradients.contiguous();
        var result = empty(constant ? membranes.shape[1..] : membranes.shape, device: membranes.device);
        kernels.Backward(membranes, gradients, result, constant);
        spikeGradients.Dispose();
        return HandedOut.Hold(result, null, null, null);
    }
}
