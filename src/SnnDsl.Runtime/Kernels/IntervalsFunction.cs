using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Intervals of a spiking layer and their gradient on the fused kernels: lower and upper current, kernel, steps, constant;
/// gives lower and upper spikes, lower and upper membranes.</summary>
internal sealed class IntervalsFunction : autograd.MultiTensorFunction<IntervalsFunction>
{
    public override string Name => nameof(IntervalsFunction);

    public override List<Tensor> forward(autograd.AutogradContext context, params object[] variables)
    {
        var (kernel, steps, constant) = ((NeuronKernel)variables[2], (int)variables[3], (bool)variables[4]);
        var lower = ((Tensor)variables[0]).contiguous();
        var upper = ((Tensor)variables[1]).contiguous();
        long[] shape = constant ? [steps, .. lower.Sizes()] : lower.Sizes();
        List<Tensor> outputs = [TensorMemory.Empty(shape), TensorMemory.Empty(shape), TensorMemory.Empty(shape), TensorMemory.Empty(shape)];
        long neurons = outputs[0].numel() / steps;
        nint stride = (nint)neurons;
        nint[] at = [.. outputs.Select(TensorMemory.Address), TensorMemory.Address(lower), TensorMemory.Address(upper)];
        Cores.Share(neurons, 4 * neurons * steps, (from, to) => kernel.Intervals(
            ref TensorMemory.At(at[4]), ref TensorMemory.At(at[5]), constant ? 0 : stride, ref TensorMemory.At(at[0]),
            ref TensorMemory.At(at[1]), ref TensorMemory.At(at[2]), ref TensorMemory.At(at[3]), stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(lower);
        GC.KeepAlive(upper);
        context.save_for_backward([outputs[2], outputs[3]]);
        context.save_data("kernel", kernel);
        context.save_data("constant", constant);
        return outputs;
    }

    public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> gradients)
    {
        var membranes = context.get_saved_variables();
        var kernel = (NeuronKernel)context.get_data("kernel");
        bool constant = (bool)context.get_data("constant");
        var contiguous = gradients.ConvertAll(gradient => gradient.contiguous());
        long[] shape = membranes[0].Sizes();
        var lower = TensorMemory.Empty(constant ? shape[1..] : shape);
        var upper = TensorMemory.Empty(constant ? shape[1..] : shape);
        int steps = (int)shape[0];
        long neurons = membranes[0].numel() / steps;
        nint stride = (nint)neurons;
        nint[] at =
        [
            TensorMemory.Address(membranes[0]), TensorMemory.Address(membranes[1]),
            .. contiguous.Select(TensorMemory.Address), TensorMemory.Address(lower), TensorMemory.Address(upper),
        ];
        Cores.Share(neurons, 4 * neurons * steps, (from, to) => kernel.IntervalsBackward(
            ref TensorMemory.At(at[0]), ref TensorMemory.At(at[1]), ref TensorMemory.At(at[2]), ref TensorMemory.At(at[3]),
            ref TensorMemory.At(at[4]), ref TensorMemory.At(at[5]), ref TensorMemory.At(at[6]), ref TensorMemory.At(at[7]),
            constant ? 0 : stride, stride, steps, (nint)from, (nint)to), Cores.Line);
        GC.KeepAlive(membranes);
        GC.KeepAlive(contiguous);
        return [lower, upper, null!, null!, null!];
    }
}
