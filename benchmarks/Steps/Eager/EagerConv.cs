using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>A 3 x 3 convolution of stride 2 and padding 1 on inputs with even sides.</summary>
internal sealed class EagerConv(Tensor weight, Tensor bias) : EagerAffine(weight, bias)
{
    private static readonly long[] Stride = [2, 2];
    private static readonly long[] Padding = [1, 1];

    // An even side's last row and column are padding's neighbours on one side only: the transposed map has to be told of them.
    private static readonly long[] OutputPadding = [1, 1];

    public override Tensor Apply(Tensor x) => nn.functional.conv2d(x, Weight, Bias, strides: Stride, padding: Padding);

    public override Tensor PullBack(Tensor a)
    {
        var rows = nn.functional.conv_transpose2d(
            a.flatten(0, 1), Weight, strides: Stride, padding: Padding, output_padding: OutputPadding);
        return rows.view([.. a.shape[..2], .. rows.shape[1..]]);
    }

    public override Tensor DotBias(Tensor a) => a.sum([-2L, -1L]).matmul(Bias);

    protected override Tensor ApplyAbsolute(Tensor radius) =>
        nn.functional.conv2d(radius, Weight.abs(), strides: Stride, padding: Padding);
}
