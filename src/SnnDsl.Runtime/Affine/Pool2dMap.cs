using System.Collections.Concurrent;
using SnnDsl.Events;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>Sums over windows of channels x height x width, divided by a number: a fixed map whose weights are all the same.</summary>
public abstract class Pool2dMap : AffineMap
{
    private static readonly ConcurrentDictionary<(long, Window, long), (PoolEventMap Map, Tensor Weight)> EventMaps = [];

    private protected readonly Window window;

    private protected Pool2dMap(Window window, long divisor, long[] inputShape)
        : base(inputShape, [inputShape[0], window.Rows, window.Columns]) => (this.window, Divisor) = (
            window is { Paddings: not null, Down.Dilation: 1, Across.Dilation: 1 }
                ? window
                : throw new ArgumentException("A pool's window has as many zeros on either end, and no dilation."),
            divisor);

    /// <summary>How the window slides down the rows.</summary>
    public Slide Down => window.Down;

    /// <summary>How the window slides across the columns.</summary>
    public Slide Across => window.Across;

    /// <summary>What sums are divided by.</summary>
    public long Divisor { get; }

    /// <inheritdoc/>
    public override long Terms => window.Taps;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => this;

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <inheritdoc/>
    internal override (EventMap Map, Tensor Weight, Tensor? Bias)? OnRoundedEvents(FlattenMap? flatten)
    {
        if (flatten is not null || window.Rows * window.Columns * window.Taps > int.MaxValue || Weights > int.MaxValue)
        {
            return null; // its tables would have more entries than an array holds
        }

        // They depend on the geometry alone: one for all calls.
        var (map, weight) = EventMaps.GetOrAdd((InputShape[0], window, Divisor), _ => (
            new PoolEventMap((int)InputShape[0], window, isRounded: !long.IsPow2(Divisor)),
            HeldScalars.Full([Weights], 1f / Divisor, ScalarType.Float32).DetachFromDisposeScope()));
        return (map, weight, null);
    }

    // Pools have as many zeros on either end, and no holes.
    private protected long[] Kernel => [window.Down.Kernel, window.Across.Kernel];

    private long Weights => InputShape[0] * window.Taps;

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => nn.functional.avg_pool2d(
        x, Kernel, window.Strides, window.Paddings!, ceil_mode: false, count_include_pad: true, divisor_override: Divisor);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => ApplyFolded(radius);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        // Each value goes to all that its window has seen, channel by channel.
        var (count, channels) = (a.size(0), OutputShape[0]);
        var shares = a.Over(Divisor).reshape(count * channels, 1, -1).expand(-1, window.Taps, -1);
        return nn.functional.fold(
            shares, (window.Height, window.Width), (window.Down.Kernel, window.Across.Kernel), padding: (window.Down.Before, window.Across.Before),
            stride: (window.Down.Stride, window.Across.Stride)).view(count, channels, InputShape[1], InputShape[2]);
    }
}
