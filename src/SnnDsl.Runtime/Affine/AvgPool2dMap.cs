using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>Average pooling over channels x height x width, without padding: a fixed map with weights 1 / kernel^2.</summary>
public sealed class AvgPool2dMap : AffineMap
{
    private readonly long kernel;
    private readonly long stride;

    /// <summary>Creates the map.</summary>
    /// <param name="kernel">The side of the square.</param>
    /// <param name="stride">The step of the square.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    public AvgPool2dMap(int kernel, int stride, params long[] inputShape)
        : base(inputShape, [inputShape[0], (inputShape[1] - kernel) / stride + 1, (inputShape[2] - kernel) / stride + 1])
    {
        this.kernel = kernel;
        this.stride = stride;
    }

    /// <summary>The side of the square.</summary>
    public long Kernel => kernel;

    /// <summary>The step of the square.</summary>
    public long Stride => stride;

    /// <inheritdoc/>
    public override long Terms => kernel * kernel;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => this;

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) =>
        nn.functional.avg_pool2d(x, [kernel, kernel], [stride, stride]);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => ApplyFolded(radius);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        // Each channel on its own: a transposed convolution with one constant kernel.
        var (count, channels) = (a.size(0), OutputShape[0]);
        using var weight = full([1, 1, kernel, kernel], 1.0 / (kernel * kernel), a.dtype, a.device);
        long[] missing = [.. Enumerable.Range(1, 2).Select(i => InputShape[i] - ((OutputShape[i] - 1) * stride + kernel))];
        var spread = nn.functional.conv_transpose2d(
            a.reshape(count * channels, 1, OutputShape[1], OutputShape[2]), weight, strides: [stride, stride], output_padding: missing);
        return spread.view(count, channels, InputShape[1], InputShape[2]);
    }
}
