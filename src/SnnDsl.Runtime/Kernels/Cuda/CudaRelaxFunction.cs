using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Linear relaxation of a spiking layer and its gradient on its CUDA kernels: spike coefficients or null, membrane row or null,
/// lower and upper membranes, kernels, rule, whether to sum over t; gives the current coefficients and the constants.</summary>
internal sealed class CudaRelaxFunction : autograd.MultiTensorFunction<CudaRelaxFunction>
{
    public override string Name => nameof(CudaRelaxFunction);

    public override List<Tensor> forward(autograd.AutogradContext context, params object[] variables)
    {
        var spikes = (variables[0] as Tensor)?.contiguous();
        var row = (variables[1] as Tensor)?.contiguous();
        var lower = ((Tensor)variables[2]).contiguous();
        var upper = ((Tensor)variables[3]).contiguous();
        var (kernels, rule, sum) = ((CudaKernels)variables[4], (RelaxationRule)variables[5], (bool)variables[6]);

        long[] rowShape = row?.shape ?? spikes!.shape[1..];
        var (steps, samples, rows) = ((int)lower.shape[0], rowShape[0], rowShape[1]);
        var layout = new RelaxationLayout(steps, samples, rows, lower.numel() / steps / samples, sum);
        var output = empty(sum ? rowShape : [steps, .. rowShape], device: lower.device);
        using var parts = empty([samples, rows, layout.Neurons], ScalarType.Float64, lower.device);
        kernels.Relax(layout, rule, spikes, row, (lower, upper), output, parts);
        // In float64, and in an order that torch keeps from run to run.
        using var constants = parts.sum(2L);
        context.save_for_backward([lower, upper, .. spikes is null ? [] : new[] { spikes }, .. row is null ? [] : new[] { row }]);
        context.save_data("state", (kernels, rule, layout, spikes is not null, row is not null));
        return [output, constants.to(ScalarType.Float32)];
    }

    public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> gradients)
    {
        var saved = context.get_saved_variables();
        var (kernels, rule, layout, hasSpikes, hasRow) =
            ((CudaKernels, RelaxationRule, RelaxationLayout, bool, bool))context.get_data("state");
        var (lower, upper) = (saved[0], saved[1]);
        var spikes = hasSpikes ? saved[2] : null;
        var row = hasRow ? saved[^1] : null;
        var contiguous = gradients.ConvertAll(gradient => gradient.contiguous());
        var spikeGradients = spikes is null ? null : empty_like(spikes);
        var rowGradients = row is null ? null : empty_like(row);
        var (lowerGradients, upperGradients) = (zeros_like(lower), zeros_like(upper));
        using var slopes = empty_like(lower);
        kernels.RelaxBackward(
            layout, rule, spikes, row, (lower, upper), (contiguous[0], contiguous[1]), (spikeGradients, rowGradients),
            (lowerGradients, upperGradients), slopes);
        foreach (var tensor in (List<Tensor>)[.. saved, .. contiguous, .. gradients])
        {
            tensor.Dispose();
        }

        return HandedOut.Hold(spikeGradients, rowGradients, lowerGradients, upperGradients, null, null, null);
    }
}
