using System.Collections.Concurrent;
using SnnDsl.Events;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>A convolution over channels x height x width.</summary>
public sealed class Conv2dMap : AffineMap
{
    private static readonly ConcurrentDictionary<(long, long, long, long, long, long, long), ConvEventMap> EventMaps = [];

    // With more of them what places see is many times the input.
    private const long FewChannels = 4;

    // libtorch 2.10's float32 conv_transpose2d on the CPU gives wrong numbers, others in each run, for channels that fill no whole vectors and go to few others.
    private const long SoundChannels = 16;

    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly Window window;

    /// <summary>Creates the map of a layer's current weights.</summary>
    /// <param name="weight">W, [output channels, input channels, kernel, kernel].</param>
    /// <param name="bias">b, [output channels], or null.</param>
    /// <param name="stride">
    /// The step of the kernel; beyond the padded input it is that of its longer side, for the kernel has one place in either case.
    /// </param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">
    /// The kernel does not fit into the padded input, which has at most 2^31 - 1 values, or a number is out of its range.
    /// </exception>
    public Conv2dMap(Tensor weight, Tensor? bias, int stride, int padding, params long[] inputShape)
        : this(weight, bias, Window.Over(Side(weight), stride, padding, inputShape), inputShape)
    {
    }

    private Conv2dMap(Tensor weight, Tensor? bias, Window window, long[] inputShape)
        : base(inputShape, [weight.size(0), window.Rows, window.Columns])
    {
        this.weight = weight;
        this.bias = bias;
        this.window = window;
    }

    /// <summary>W, [output channels, input channels, kernel, kernel].</summary>
    public Tensor Weight => weight;

    /// <summary>The step of the kernel.</summary>
    public long Stride => window.Stride;

    /// <summary>Zeros on every side.</summary>
    public long Padding => window.Padding;

    /// <inheritdoc/>
    public override long Terms => weight.shape[1] * weight.shape[2] * weight.shape[3];

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) =>
        new Conv2dMap(change(weight), bias is null ? null : change(bias), window, InputShape);

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => bias is null ? null : a.sum([-2L, -1L]).matmul(bias);

    /// <inheritdoc/>
    internal override AffineMap Scaled(Tensor scale, Tensor mean, Tensor? shift) =>
        new Conv2dMap(weight * scale.view(-1, 1, 1, 1), ScaledBias(bias, scale, mean, shift), window, InputShape);

    /// <inheritdoc/>
    internal override Tensor? ApplyInward(Tensor x) =>
        x.dim() == 4 && InputShape[0] <= FewChannels && !x.requires_grad && KernelChoice.IsOnCores(x) && KernelChoice.IsOnCores(weight)
            ? new UnfoldedConvolution(window).Apply(x, weight, bias)[0]
            : null;

    /// <inheritdoc/>
    internal override (EventMap Map, Tensor Weight, Tensor? Bias)? OnEvents(FlattenMap? flatten)
    {
        if (window.Rows * window.Columns * window.Side * window.Side > int.MaxValue)
        {
            return null; // its tables would have more entries than an array holds
        }

        // They depend on the geometry alone: one for all calls.
        var size = (InputShape[0], InputShape[1], InputShape[2], OutputShape[0], window.Side, Stride, Padding);
        return (EventMaps.GetOrAdd(size, _ => new ConvEventMap(
            (int)InputShape[0], (int)InputShape[1], (int)InputShape[2], (int)OutputShape[0], (int)window.Side, (int)Stride, (int)Padding)),
            weight, bias);
    }

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) =>
        nn.functional.conv2d(x, weight, bias, strides: [Stride, Stride], padding: [Padding, Padding]);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) =>
        nn.functional.conv2d(radius, weight.abs(), strides: [Stride, Stride], padding: [Padding, Padding]);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        if (a.dtype == ScalarType.Float32 && a.device_type == TorchSharp.DeviceType.CPU && weight.size(0) % SoundChannels != 0)
        {
            var patches = matmul(weight.flatten(1).t(), a.flatten(2));
            return nn.functional.fold(
                patches, (InputShape[1], InputShape[2]), (weight.size(2), weight.size(3)), padding: (Padding, Padding), stride: (Stride, Stride));
        }

        return nn.functional.conv_transpose2d(
            a, weight, strides: [Stride, Stride], padding: [Padding, Padding], output_padding: window.Unreached(InputShape));
    }

    private static long Side(Tensor weight) => weight.size(2) == weight.size(3)
        ? weight.size(2)
        : throw new ArgumentException($"A kernel of {weight.size(2)}x{weight.size(3)} is not square.", nameof(weight));
}
