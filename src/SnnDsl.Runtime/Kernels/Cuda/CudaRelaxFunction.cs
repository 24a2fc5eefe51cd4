using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Linear relaxation of a spiking layer and its gradient on its CUDA kernels: spike coefficients or null, membrane row or null,
/// lower and upper membranes to current coefficients and constants.</summary>
/// <param name="kernels">The neurons.</param>
/// <param name="rule">Which lines.</param>
/// <param name="sum">Whether to sum the current coefficients over t.</param>
internal sealed class CudaRelaxFunction(CudaKernels kernels, RelaxationRule rule, bool sum) : AutogradFunction
{
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var spikes = inputs[0]?.contiguous();
        var row = inputs[1]?.contiguous();
        var lower = inputs[2]!.contiguous();
        var upper = inputs[3]!.contiguous();
        long[] rowShape = row?.Sizes() ?? spikes!.Sizes()[1..];
        var layout = new RelaxationLayout(lower, rowShape, sum);
        var output = empty(sum ? rowShape : [layout.Steps, .. rowShape], device: lower.device);
        var parts = empty([layout.Samples, layout.Rows, layout.Neurons], ScalarType.Float64, lower.device);
        kernels.Relax(layout, rule, spikes, row, (lower, upper), output, parts);
        // In float64, and in an order that torch keeps from run to run.
        var constants = parts.sum(2L);
        Save(spikes, row, lower, upper);
        return [output, constants.to(ScalarType.Float32)];
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients)
    {
        var (spikes, row, lower, upper) = (saved[0], saved[1], saved[2]!, saved[3]!);
        var layout = new RelaxationLayout(lower, row?.Sizes() ?? spikes!.Sizes()[1..], sum);
        var contiguous = Array.ConvertAll(gradients, gradient => gradient.contiguous());
        var spikeGradients = spikes is null ? null : empty_like(spikes);
        var rowGradients = row is null ? null : empty_like(row);
        var (lowerGradients, upperGradients) = (zeros_like(lower), zeros_like(upper));
        var slopes = empty_like(lower);
        kernels.RelaxBackward(
            layout, rule, spikes, row, (lower, upper), (contiguous[0], contiguous[1]), (spikeGradients, rowGradients),
            (lowerGradients, upperGradients), slopes);
        return [spikeGradients, rowGradients, lowerGradients, upperGradients];
    }
}
