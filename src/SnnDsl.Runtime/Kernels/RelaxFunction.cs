using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Linear relaxation of a spiking layer and its gradient on the fused kernels: spike coefficients or null, membrane row or
/// null, lower and upper membranes, kernel, rule, whether to sum over t; gives the current coefficients and the constants.</summary>
internal sealed class RelaxFunction : autograd.MultiTensorFunction<RelaxFunction>
{
    public override string Name => nameof(RelaxFunction);

    public override List<Tensor> forward(autograd.AutogradContext context, params object[] variables)
    {
        var spikes = (variables[0] as Tensor)?.contiguous();
        var row = (variables[1] as Tensor)?.contiguous();
        var lower = ((Tensor)variables[2]).contiguous();
        var upper = ((Tensor)variables[3]).contiguous();
        var (kernel, rule, sum) = ((NeuronKernel)variables[4], (RelaxationRule)variables[5], (bool)variables[6]);

        long[] rowShape = row?.Sizes() ?? spikes!.Sizes()[1..];
        var (steps, samples, rows) = ((int)lower.size(0), rowShape[0], rowShape[1]);
        var layout = new Layout(steps, samples, rows, lower.numel() / steps / samples, sum);
        var output = TensorMemory.Empty(sum ? rowShape : [steps, .. rowShape]);
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
                    layout.RowStride, layout.SampleStride, layout.OutputStride, steps, (nint)layout.Neurons);
            }
        });
        GC.KeepAlive(tensors);
        context.save_for_backward([lower, upper, .. spikes is null ? [] : new[] { spikes }, .. row is null ? [] : new[] { row }]);
        context.save_data("state", (kernel, rule, layout, spikes is not null, row is not null));
        return [output, constants];
    }

    public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> gradients)
    {
        var saved = context.get_saved_variables();
        var (kernel, rule, layout, hasSpikes, hasRow) =
            ((NeuronKernel, RelaxationRule, Layout, bool, bool))context.get_data("state");
        var (lower, upper) = (saved[0], saved[1]);
        var spikes = hasSpikes ? saved[2] : null;
        var row = hasRow ? saved[^1] : null;
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
                    layout.RowStride, layout.SampleStride, layout.OutputStride, layout.Steps, (nint)layout.Neurons);
            }
        });
        GC.KeepAlive(tensors);
        return [spikeGradients!, rowGradients!, lowerGradients, upperGradients, null!, null!, null!];
    }

    private static ref float At(nint address, nint offset) => ref TensorMemory.At(address, offset);

    /// <summary>Where step t, sample b, row k and neuron n lie: coefficients are [S, B, K, N], membranes [S, B, N].</summary>
    private sealed record Layout(int Steps, long Samples, long Rows, long Neurons, bool Sum)
    {
        public nint RowStride => (nint)(Samples * Rows * Neurons);

        public nint SampleStride => (nint)(Samples * Neurons);

        public nint OutputStride => Sum ? 0 : RowStride;

        public long Work => Steps * Samples * Rows * Neurons;
    }
}
