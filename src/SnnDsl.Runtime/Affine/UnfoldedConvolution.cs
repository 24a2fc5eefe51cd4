using SnnDsl.Autograd;
using SnnDsl.Events;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>
/// A convolution of values that learn nothing, pixels as a rule, with its outputs channels last as event-driven code has them: what each place
/// sees of the input is written side by side, and the rest is a matrix product. For few input channels: there is nothing to copy afterwards,
/// and all outputs lie in memory that is kept.
/// </summary>
/// <param name="window">The kernel's geometry.</param>
internal sealed unsafe class UnfoldedConvolution(Window window) : AutogradFunction
{
    // Floats of what places see that are written before they are used: they stay in the caches.
    private const long ColumnFloats = 1 << 16;

    /// <summary>Inputs: x [B, channels, height, width], weight [outputs, channels, kernel rows, kernel columns], bias or null. Output: [B, rows, columns, outputs].</summary>
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var (x, weight) = (inputs[0]!.contiguous(), inputs[1]!.contiguous());
        var (samples, outputs, places) = (x.size(0), (int)weight.size(0), (int)(window.Rows * window.Columns));
        var y = TensorMemory.Empty(samples, window.Rows, window.Columns, outputs);
        var (i, w, b, o) = (TensorMemory.Address(x), TensorMemory.Address(weight), TensorMemory.Address(inputs[2]), TensorMemory.Address(y));
        Walk(x, weight, (sample, first, count, columns, size) =>
        {
            float* to = (float*)o + ((sample * places) + first) * outputs;
            if (b != 0)
            {
                for (int place = 0; place < count; place++)
                {
                    new Span<float>((float*)b, outputs).CopyTo(new Span<float>(to + ((long)place * outputs), outputs));
                }
            }

            Gemm.Multiply(
                count, outputs, size, 1, (float*)columns, size, false, (float*)w, size, true, b == 0 ? 0 : 1, to, outputs);
        }, Cores.Parts(y.numel()));
        GC.KeepAlive(inputs);
        Save(x, weight);
        return [y];
    }

    /// <inheritdoc/>
    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] outputGradients)
    {
        var (x, weight, dy) = (saved[0]!, saved[1]!, outputGradients[0].contiguous());
        var (outputs, places) = ((int)weight.size(0), (int)(window.Rows * window.Columns));
        Tensor? gradient = null;
        if (Learns(1))
        {
            int parts = Cores.Parts(dy.numel());
            using var scope = NewDisposeScope();
            var sums = zeros([parts, .. weight.Sizes()]);
            var (s, g, size) = (TensorMemory.Address(sums), TensorMemory.Address(dy), weight.numel());
            Walk(x, weight, (sample, first, count, columns, width, part) => Gemm.Multiply(
                outputs, width, count, 1, (float*)g + ((sample * places) + first) * outputs, outputs, true, (float*)columns, width, false, 1,
                (float*)s + (part * size), width), parts);
            gradient = (parts == 1 ? sums[0] : sums.sum(0L)).MoveToOuterDisposeScope();
        }

        GC.KeepAlive(dy);
        return [null, gradient, Learns(2) ? dy.view(-1, outputs).sum(0L) : null];
    }

    private delegate void Visit(long sample, int first, int count, nint columns, int size);

    private delegate void PartVisit(long sample, int first, int count, nint columns, int size, int part);

    private void Walk(Tensor x, Tensor weight, Visit visit, int parts) =>
        Walk(x, weight, (sample, first, count, columns, size, _) => visit(sample, first, count, columns, size), parts);

    // Some places of a sample after the other, with what they see: [places, channels x taps].
    private void Walk(Tensor x, Tensor weight, PartVisit visit, int parts)
    {
        int channels = (int)x.size(1), height = (int)x.size(2), width = (int)x.size(3), places = (int)(window.Rows * window.Columns);
        int size = (int)(weight.numel() / weight.size(0)), together = (int)Math.Clamp(ColumnFloats / size, 1, places);
        nint i = TensorMemory.Address(x);
        Cores.Split(x.size(0), parts, (part, from, to) =>
        {
            using var workspace = Workspace.Rent((long)together * size, 1);
            float* columns = workspace.Floats((long)together * size);
            for (long sample = from; sample < to; sample++)
            {
                float* image = (float*)i + (sample * channels * height * width);
                for (int first = 0; first < places; first += together)
                {
                    int count = Math.Min(together, places - first);
                    Unfold(image, channels, height, width, first, count, columns);
                    visit(sample, first, count, (nint)columns, size, part);
                }
            }
        });
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
    }

    private void Unfold(float* image, int channels, int height, int width, int first, int count, float* columns)
    {
        var (down, across) = (window.Down, window.Across);
        long tall = down.Extent, wide = across.Extent;
        for (int place = first; place < first + count; place++)
        {
            long top = down.Source(place / window.Columns, 0), left = across.Source(place % window.Columns, 0);
            for (int channel = 0; channel < channels; channel++)
            {
                for (long row = top; row < top + tall; row += down.Dilation)
                {
                    float* line = image + (((channel * height) + row) * width);
                    for (long column = left; column < left + wide; column += across.Dilation)
                    {
                        *columns++ = row >= 0 && row < height && column >= 0 && column < width ? line[column] : 0;
                    }
                }
            }
        }
    }
}
