using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Linear relaxation of a spiking layer and its gradient on the fused kernels: spike coefficients or null, membrane row or
/// null, lower and upper membranes to current coefficients and constants.</summary>
/// <param name="kernel">The neurons.</param>
/// <param name="rule">Which lines.</param>
/// <param name="sum">Whether to sum the current coefficients over t.</param>
internal sealed class RelaxFunction(NeuronKernel kernel, RelaxationRule rule, bool sum) : AutogradFunction
{
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var spikes = inputs[0]?.contiguous();
        var row = inputs[1]?.contiguous();
        var lower = inputs[2]!.contiguous();
        var upper = inputs[3]!.contiguous();
        long[] rowShape = row?.Sizes() ?? spikes!.Sizes()[1..];
        var layout = new RelaxationLayout(lower, rowShape, sum);
        var (samples, rows) = (layout.Samples, layout.Rows);
        var output = TensorMemory.Empty(sum ? rowShape : [layout.Steps, .. rowShape]);
        var constants = TensorMemory.Empty(samples, rows);
        Tensor?[] tensors = [spikes, row, lower, upper, output, constants];
        nint[] at = [.. tensors.Select(TensorMemory.Address)];
        Cores.Share(samples * rows, layout.Work, (from, to) =>
        {
            for (long index = from; index < to; index++)
            {
                var (b, bk) = ((nint)(index / rows * layout.Neurons), (nint)(index * layout.Neurons));
                At(at[5], (nint)index) = (float)kernel.Relax(
                    rule, ref At(at[0], bk), ref At(at[1], bk), ref At(at[2], b), ref At(at[3], b), ref At(at[4], bk),
                    (nint)layout.RowStride, (nint)layout.SampleStride, (nint)layout.OutputStride, layout.Steps, (nint)layout.Neurons);
            }
        });
        GC.KeepAlive(tensors);
        Save(spikes, row, lower, upper);
        return [output, constants];
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients)
    {
        var (spikes, row, lower, upper) = (saved[0], saved[1], saved[2]!, saved[3]!);
        var layout = new RelaxationLayout(lower, row?.Sizes() ?? spikes!.Sizes()[1..], sum);
        var outputGradients = gradients[0].contiguous();
        var constantGradients = gradients[1].contiguous();
        var spikeGradients = spikes is null ? null : TensorMemory.Empty(spikes.Sizes());
        var rowGradients = row is null ? null : TensorMemory.Empty(row.Sizes());
        var (lowerGradients, upperGradients) = (zeros_like(lower), zeros_like(upper));
        Tensor?[] tensors =
        [
            spikes, row, lower, upper, outputGradients, constantGradients, spikeGradients, rowGradients, lowerGradients,
            upperGradients,
        ];
        nint[] at = [.. tensors.Select(TensorMemory.Address)];
        // The rows of a sample add to the same gradients of the membranes' bounds: one thread takes all rows of a sample.
        Cores.Share(layout.Samples, 2 * layout.Work, (from, to) =>
        {
            for (long index = from * layout.Rows; index < to * layout.Rows; index++)
            {
                var (b, bk) = ((nint)(index / layout.Rows * layout.Neurons), (nint)(index * layout.Neurons));
                kernel.RelaxBackward(
                    rule, ref At(at[0], bk), ref At(at[1], bk), ref At(at[2], b), ref At(at[3], b), ref At(at[4], bk),
                    At(at[5], (nint)index), ref At(at[6], bk), ref At(at[7], bk), ref At(at[8], b), ref At(at[9], b),
                    (nint)layout.RowStride, (nint)layout.SampleStride, (nint)layout.OutputStride, layout.Steps, (nint)layout.Neurons);
            }
        });
        GC.KeepAlive(tensors);
        return [spikeGradients, rowGradients, lowerGradients, upperGradients];
    }

    private static ref float At(nint address, nint offset) => ref TensorMemory.At(address, offset);
}
