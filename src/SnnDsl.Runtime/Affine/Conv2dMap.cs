using System.Collections.Concurrent;
using SnnDsl.Events;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>A convolution over channels x height x width.</summary>
public sealed class Conv2dMap : AffineMap
{
    private static readonly ConcurrentDictionary<(long, long, long, long, long, long, long), ConvEventMap> EventMaps = [];

    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly long stride;
    private readonly long padding;

    /// <summary>Creates the map of a layer's current weights.</summary>
    /// <param name="weight">W, [output channels, input channels, kernel, kernel].</param>
    /// <param name="bias">b, [output channels], or null.</param>
    /// <param name="stride">The step of the kernel.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    public Conv2dMap(Tensor weight, Tensor? bias, int stride, int padding, params long[] inputShape)
        : base(inputShape, Output(weight, stride, padding, inputShape))
    {
        this.weight = weight;
        this.bias = bias;
        this.stride = stride;
        this.padding = padding;
    }

    /// <summary>W, [output channels, input channels, kernel, kernel].</summary>
    public Tensor Weight => weight;

    /// <summary>The step of the kernel.</summary>
    public long Stride => stride;

    /// <summary>Zeros on every side.</summary>
    public long Padding => padding;

    /// <inheritdoc/>
    public override long Terms => weight.shape[1] * weight.shape[2] * weight.shape[3];

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) =>
        new Conv2dMap(change(weight), bias is null ? null : change(bias), (int)stride, (int)padding, InputShape);

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => bias is null ? null : a.sum([-2L, -1L]).matmul(bias);

    /// <inheritdoc/>
    internal override (EventMap Map, Tensor Weight, Tensor? Bias)? OnEvents(FlattenMap? flatten)
    {
        // Its tables of places depend on the geometry alone: one for all calls.
        var size = (InputShape[0], InputShape[1], InputShape[2], OutputShape[0], weight.size(2), stride, padding);
        return (EventMaps.GetOrAdd(size, _ => new ConvEventMap(
            (int)InputShape[0], (int)InputShape[1], (int)InputShape[2], (int)OutputShape[0], (int)weight.size(2), (int)stride, (int)padding)),
            weight, bias);
    }

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) =>
        nn.functional.conv2d(x, weight, bias, strides: [stride, stride], padding: [padding, padding]);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) =>
        nn.functional.conv2d(radius, weight.abs(), strides: [stride, stride], padding: [padding, padding]);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        // Rows and columns at the far edge that no kernel position reached get coefficient 0: the output padding.
        long[] missing = [.. Enumerable.Range(1, 2).Select(i =>
            InputShape[i] - ((OutputShape[i] - 1) * stride - 2 * padding + weight.size(2)))];
        return nn.functional.conv_transpose2d(
            a, weight, strides: [stride, stride], padding: [padding, padding], output_padding: missing);
    }

    private static long[] Output(Tensor weight, int stride, int padding, long[] input) =>
    [
        weight.size(0),
        (input[1] + 2 * padding - weight.size(2)) / stride + 1,
        (input[2] + 2 * padding - weight.size(3)) / stride + 1,
    ];
}
