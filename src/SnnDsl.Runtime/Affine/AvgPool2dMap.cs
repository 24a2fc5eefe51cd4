using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>Average pooling over channels x height x width, without padding: a fixed map with weights 1 / kernel^2.</summary>
public sealed class AvgPool2dMap : AffineMap
{
    private readonly Window window;

    /// <summary>Creates the map.</summary>
    /// <param name="kernel">The side of the square.</param>
    /// <param name="stride">The step of the square; beyond the image it is that of the image's longer side, for the square has one place in either case.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">The square does not fit into the input, or a number is below 1.</exception>
    public AvgPool2dMap(int kernel, int stride, params long[] inputShape)
        : this(Window.Over(kernel, stride, padding: 0, inputShape), inputShape)
    {
    }

    private AvgPool2dMap(Window window, long[] inputShape)
        : base(inputShape, [inputShape[0], window.Rows, window.Columns]) => this.window = window;

    /// <summary>The side of the square.</summary>
    public long Kernel => window.Side;

    /// <summary>The step of the square.</summary>
    public long Stride => window.Stride;

    /// <inheritdoc/>
    public override long Terms => window.Side * window.Side;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => this;

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) =>
        nn.functional.avg_pool2d(x, [Kernel, Kernel], [Stride, Stride]);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => ApplyFolded(radius);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        // Each channel on its own: a transposed convolution with one constant kernel.
        var (count, channels) = (a.size(0), OutputShape[0]);
        using var weight = full([1, 1, Kernel, Kernel], 1.0 / Terms, a.dtype, a.device);
        var spread = nn.functional.conv_transpose2d(
            a.reshape(count * channels, 1, OutputShape[1], OutputShape[2]), weight, strides: [Stride, Stride], output_padding: window.Unreached(InputShape));
        return spread.view(count, channels, InputShape[1], InputShape[2]);
    }
}
