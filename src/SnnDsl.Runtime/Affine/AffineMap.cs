using SnnDsl.Bounds;
using SnnDsl.Events;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>
/// y = W x + b, whatever the form of W: what the layers between two spiking layers do. Any number of leading dimensions (time, batch,
/// rows) is folded into one, so that all time steps are one product.
/// </summary>
public abstract class AffineMap
{
    // Elements of a block of rows that are pulled back at once, some milliseconds.
    private const long RowBlock = 1 << 20;

    /// <summary>Creates a map.</summary>
    /// <param name="inputShape">The shape of one input, without leading dimensions.</param>
    /// <param name="outputShape">The shape of one output.</param>
    protected AffineMap(long[] inputShape, long[] outputShape)
    {
        InputShape = inputShape;
        OutputShape = outputShape;
    }

    /// <summary>The shape of one input, without leading dimensions.</summary>
    public long[] InputShape { get; }

    /// <summary>The shape of one output, without leading dimensions.</summary>
    public long[] OutputShape { get; }

    /// <summary>The most terms that meet in the sum of one output, the bias not counted; 0 for a map that computes nothing.</summary>
    public abstract long Terms { get; }

    /// <summary>The same map with other weights and biases: converted to another type, or their absolute values.</summary>
    /// <param name="change">What becomes of a weight or bias; its shape stays.</param>
    public abstract AffineMap With(Func<Tensor, Tensor> change);

    /// <summary>W x + b.</summary>
    /// <param name="x">[..., input shape].</param>
    /// <returns>[..., output shape].</returns>
    public Tensor Apply(Tensor x) => Fold(x, InputShape, ApplyFolded);

    /// <summary>
    /// W s + b of a layer's spikes: where it can, by adding the weights of those that fired; or its exact interval where some of the spikes are
    /// certain and some are open.
    /// </summary>
    /// <param name="spikes">Spikes, or bounds of them, [T, B, input shape].</param>
    /// <returns>[T, B, output shape].</returns>
    public TValue Apply<TSelf, TValue>(LayerSpikes<TSelf, TValue> spikes) => spikes.Through(this);

    /// <summary>|W| r, for a radius r &gt;= 0.</summary>
    /// <param name="radius">[..., input shape].</param>
    /// <returns>[..., output shape].</returns>
    public Tensor ApplyAbsolute(Tensor radius) => Fold(radius, InputShape, ApplyAbsoluteFolded);

    /// <summary>The exact interval of W x + b over a box: centre and radius.</summary>
    /// <param name="x">An interval [..., input shape].</param>
    /// <returns>[..., output shape].</returns>
    public virtual Interval Apply(Interval x)
    {
        using var sum = x.Lower.Plus(x.Upper);
        using var difference = x.Upper - x.Lower;
        var centre = Apply(sum.Times(0.5));
        var radius = ApplyAbsolute(difference.Times(0.5));
        return new(centre - radius, centre.Plus(radius));
    }

    /// <summary>W' a: coefficients on the outputs become coefficients on the inputs.</summary>
    /// <param name="a">[..., output shape].</param>
    /// <returns>[..., input shape].</returns>
    public Tensor PullBack(Tensor a) => Fold(a, OutputShape, PullBackFolded);

    /// <summary>a . b, summed over the output; null for a map without bias.</summary>
    /// <param name="a">[..., output shape].</param>
    /// <returns>[...].</returns>
    public abstract Tensor? DotBias(Tensor a);

    /// <summary>Rows of W, one after the other.</summary>
    /// <param name="outputs">Which, as indices into the output as one vector.</param>
    /// <param name="like">A tensor of the weights' type and device.</param>
    internal virtual IEnumerable<MapRow> Rows(int[] outputs, Tensor like)
    {
        long size = OutputShape.Aggregate(1L, (a, b) => a * b), width = InputShape.Aggregate(1L, (a, b) => a * b);
        foreach (int[] block in outputs.Chunk((int)Math.Max(1, RowBlock / (size + width))))
        {
            using var scope = NewDisposeScope();
            var units = zeros([block.Length, size], like.dtype, like.device);
            units.scatter_(1, tensor(Array.ConvertAll(block, n => (long)n)).to(like.device).unsqueeze(1), ones([block.Length, 1], like.dtype, like.device));
            double[] rows = PullBack(units.view([block.Length, .. OutputShape])).Doubles();
            for (int row = 0; row < block.Length; row++)
            {
                yield return new(null, rows[(int)(row * width)..(int)((row + 1) * width)]);
            }
        }
    }

    /// <summary>The event-driven form of this map behind a spiking layer, with its weight and bias; null where there is none.</summary>
    /// <param name="flatten">How the layer's spikes are read as vectors, or null.</param>
    internal virtual (EventMap Map, Tensor Weight, Tensor? Bias)? OnEvents(FlattenMap? flatten) => null;

    /// <summary>
    /// W x + b with channels last, [B, height, width, channels], from values that learn nothing; null where <see cref="Apply(Tensor)"/> is as good.
    /// </summary>
    /// <param name="x">[B, input shape].</param>
    internal virtual Tensor? ApplyInward(Tensor x) => null;

    /// <summary>The event-driven form for rounding-safe bounds, which learn nothing and have an account of every rounding; null where there is none.</summary>
    /// <param name="flatten">How the layer's spikes are read as vectors, or null.</param>
    internal virtual (EventMap Map, Tensor Weight, Tensor? Bias)? OnRoundedEvents(FlattenMap? flatten) => OnEvents(flatten);

    /// <summary>The map (W x + b - mean) * scale + shift, channel by channel, as one map with weights of its own.</summary>
    /// <remarks>W scale, and ((b - mean) scale) + shift, each operation rounded by itself: whoever has the same numbers gets the same weights.</remarks>
    /// <param name="scale">[output channels].</param>
    /// <param name="mean">[output channels].</param>
    /// <param name="shift">[output channels], or null.</param>
    /// <exception cref="NotSupportedException">The map has no weights.</exception>
    internal virtual AffineMap Scaled(Tensor scale, Tensor mean, Tensor? shift) =>
        throw new NotSupportedException($"{GetType().Name} has no weights that a scale could be folded into.");

    /// <summary>The bias of <see cref="Scaled"/>.</summary>
    private protected static Tensor ScaledBias(Tensor? bias, Tensor scale, Tensor mean, Tensor? shift)
    {
        var scaled = (bias is null ? mean.neg() : bias - mean) * scale;
        return shift is null ? scaled : scaled.Plus(shift);
    }

    /// <summary>W x + b on [N, input shape].</summary>
    /// <param name="x">The input.</param>
    protected abstract Tensor ApplyFolded(Tensor x);

    /// <summary>|W| r on [N, input shape].</summary>
    /// <param name="radius">The radius.</param>
    protected abstract Tensor ApplyAbsoluteFolded(Tensor radius);

    /// <summary>W' a on [N, output shape].</summary>
    /// <param name="a">The coefficients.</param>
    protected abstract Tensor PullBackFolded(Tensor a);

    private protected static Tensor Fold(Tensor x, long[] inner, Func<Tensor, Tensor> operation)
    {
        WalkLimit.ThrowIfOver();
        long[] shape = x.Sizes();
        int leading = shape.Length - inner.Length;
        if (leading == 1)
        {
            return operation(x);
        }

        var y = operation(x.reshape([-1, .. inner]));
        return y.view([.. shape[..leading], .. y.Sizes()[1..]]);
    }
}
