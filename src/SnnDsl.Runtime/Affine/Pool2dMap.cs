using System.Collections.Concurrent;
using SnnDsl.Events;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>Sums over squares of channels x height x width, divided by a number: a fixed map whose weights are all the same.</summary>
public abstract class Pool2dMap : AffineMap
{
    private static readonly ConcurrentDictionary<(long, long, long, Window, long), (PoolEventMap Map, Tensor Weight)> EventMaps = [];

    private protected readonly Window window;

    private protected Pool2dMap(Window window, long divisor, long[] inputShape)
        : base(inputShape, [inputShape[0], window.Rows, window.Columns]) => (this.window, Divisor) = (window, divisor);

    /// <summary>The side of the square.</summary>
    public long Kernel => window.Side;

    /// <summary>The step of the square.</summary>
    public long Stride => window.Stride;

    /// <summary>Zeros on every side.</summary>
    public long Padding => window.Padding;

    /// <summary>What sums are divided by.</summary>
    public long Divisor { get; }

    /// <inheritdoc/>
    public override long Terms => window.Side * window.Side;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => this;

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <inheritdoc/>
    internal override (EventMap Map, Tensor Weight, Tensor? Bias)? OnRoundedEvents(FlattenMap? flatten)
    {
        if (flatten is not null || window.Rows * window.Columns * window.Side * window.Side > int.MaxValue || Weights > int.MaxValue)
        {
            return null; // its tables would have more entries than an array holds
        }

        // They depend on the geometry alone: one for all calls.
        var (map, weight) = EventMaps.GetOrAdd((InputShape[0], InputShape[1], InputShape[2], window, Divisor), _ => (
            new PoolEventMap(
                (int)InputShape[0], (int)InputShape[1], (int)InputShape[2], (int)window.Rows, (int)window.Columns, (int)window.Side, (int)window.Stride,
                (int)window.Padding, isRounded: !long.IsPow2(Divisor)),
            full([Weights], 1f / Divisor, ScalarType.Float32).DetachFromDisposeScope()));
        return (map, weight, null);
    }

    private long Weights => InputShape[0] * window.Side * window.Side;

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => nn.functional.avg_pool2d(
        x, [Kernel, Kernel], [Stride, Stride], [Padding, Padding], ceil_mode: false, count_include_pad: true, divisor_override: Divisor);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => ApplyFolded(radius);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        // Each channel on its own: a transposed convolution with one constant kernel.
        var (count, channels) = (a.size(0), OutputShape[0]);
        using var weight = full([1, 1, Kernel, Kernel], 1.0 / Divisor, a.dtype, a.device);
        var spread = nn.functional.conv_transpose2d(
            a.reshape(count * channels, 1, OutputShape[1], OutputShape[2]), weight, strides: [Stride, Stride], padding: [Padding, Padding],
            output_padding: window.Unreached(InputShape));
        return spread.view(count, channels, InputShape[1], InputShape[2]);
    }
}
