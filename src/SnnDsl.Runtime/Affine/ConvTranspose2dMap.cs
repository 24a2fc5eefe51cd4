using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>A transposed convolution over channels x height x width: the way back of a <see cref="Conv2dMap"/>, as a map of its own.</summary>
public sealed class ConvTranspose2dMap : AffineMap
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly long padding;
    private readonly long outputPadding;

    // By side; one value has no neighbour, whose distance torch need not know.
    private readonly long[] strides;

    /// <summary>Creates the map of a layer's current weights.</summary>
    /// <param name="weight">W, [input channels, output channels, kernel, kernel].</param>
    /// <param name="bias">b, [output channels], or null.</param>
    /// <param name="stride">How far apart neighbouring values spread their kernels.</param>
    /// <param name="padding">Rows and columns that are taken away on every side.</param>
    /// <param name="outputPadding">Rows and columns that are added below and on the right.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">Nothing is left, the output has more than 2^31 - 1 values, or a number is out of its range.</exception>
    public ConvTranspose2dMap(Tensor weight, Tensor? bias, int stride, int padding, int outputPadding, params long[] inputShape)
        : base(inputShape, Sizes(weight, stride, padding, outputPadding, inputShape))
    {
        (this.weight, this.bias, this.padding, this.outputPadding) = (weight, bias, padding, outputPadding);
        strides = [.. inputShape.Skip(1).Select(size => size == 1 ? outputPadding + 1L : stride)];
    }

    private ConvTranspose2dMap(Tensor weight, Tensor? bias, ConvTranspose2dMap like)
        : base(like.InputShape, like.OutputShape) =>
        (this.weight, this.bias, padding, outputPadding, strides) = (weight, bias, like.padding, like.outputPadding, like.strides);

    /// <summary>W, [input channels, output channels, kernel, kernel].</summary>
    public Tensor Weight => weight;

    /// <inheritdoc/>
    /// <remarks>Along a side a place meets every stride-th tap.</remarks>
    public override long Terms => weight.size(0) * Met(0) * Met(1);

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => new ConvTranspose2dMap(change(weight), bias is null ? null : change(bias), this);

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => bias is null ? null : a.sum([-2L, -1L]).matmul(bias);

    /// <inheritdoc/>
    internal override AffineMap Scaled(Tensor scale, Tensor mean, Tensor? shift) =>
        new ConvTranspose2dMap(weight * scale.view(1, -1, 1, 1), ScaledBias(bias, scale, mean, shift), this);

    /// <summary>What each place of the output sees, as a convolution of the input with zeros between its values would, and how it weighs it.</summary>
    /// <param name="x">[N, input shape].</param>
    /// <returns>[N, 1, inputs of a place, places], and [output channels, inputs of a place].</returns>
    internal (Tensor Patches, Tensor Weight) Patches(Tensor x)
    {
        var (rows, columns) = (weight.size(2), weight.size(3));
        var apart = zeros(
            [x.size(0), x.size(1), ((x.size(2) - 1) * strides[0]) + 1, ((x.size(3) - 1) * strides[1]) + 1], x.dtype, x.device);
        apart.index_put_(x, TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: strides[0]), TensorIndex.Slice(step: strides[1]));
        var padded = nn.functional.pad(
            apart, [columns - 1 - padding, columns - 1 - padding + outputPadding, rows - 1 - padding, rows - 1 - padding + outputPadding]);
        return (nn.functional.unfold(padded, (rows, columns)).unsqueeze(1), weight.flip(2, 3).transpose(0, 1).flatten(1));
    }

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => Transposed(x, weight, bias);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => Transposed(radius, weight.abs(), null);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        // Its gradient is a transposed convolution.
        long missing = is_grad_enabled() && a.requires_grad ? WholeBlocks.Missing(a, weight.size(0), groups: 1) : 0;
        return nn.functional.conv2d(a, WholeBlocks.With(weight, 0, missing), strides: strides, padding: [padding, padding]).narrow(1, 0, weight.size(0));
    }

    private Tensor Transposed(Tensor x, Tensor w, Tensor? b)
    {
        long missing = WholeBlocks.Missing(x, x.size(1), groups: 1);
        return nn.functional.conv_transpose2d(
            WholeBlocks.With(x, 1, missing), WholeBlocks.With(w, 0, missing), b, strides: strides, padding: [padding, padding],
            output_padding: [outputPadding, outputPadding]);
    }

    private long Met(int side) => (weight.size(2 + side) + strides[side] - 1) / strides[side];

    private static long[] Sizes(Tensor weight, int stride, int padding, int outputPadding, long[] image)
    {
        if (image.Length != 3 || weight.dim() != 4 || weight.size(0) != image[0] || stride < 1 || padding < 0 || outputPadding < 0 || outputPadding >= stride)
        {
            throw new ArgumentException(
                $"A weight of {string.Join('x', weight.shape)} with step {stride}, padding {padding} and output padding {outputPadding} is no transposed convolution of "
                + $"{string.Join('x', image)}: give as many input channels, a padding of at least 0, and an output padding below the step.");
        }

        long[] sizes = [.. new[] { 1, 2 }.Select(side => ((image[side] - 1) * stride) + weight.size(1 + side) + outputPadding)];
        if ((Int128)weight.size(1) * sizes[0] * sizes[1] > int.MaxValue || sizes[0] <= 2L * padding || sizes[1] <= 2L * padding)
        {
            throw new ArgumentException(
                $"A transposed convolution of {string.Join('x', image)} to {weight.size(1)}x{sizes[0]}x{sizes[1]} less a padding of {padding} leaves nothing, or more than the {int.MaxValue} values that can be addressed.");
        }

        return [weight.size(1), sizes[0] - (2L * padding), sizes[1] - (2L * padding)];
    }
}
