using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>y = scale x + shift, channel by channel: constants of the declaration, no parameters.</summary>
public sealed class ScaleMap : AffineMap
{
    private readonly Tensor scale;
    private readonly Tensor shift;

    /// <summary>Creates the map.</summary>
    /// <param name="scale">One number for all values, or one a channel.</param>
    /// <param name="shift">As many.</param>
    /// <param name="inputShape">Channels, height, width of an input, or the number of values of a vector.</param>
    /// <exception cref="ArgumentException">There are other numbers of them.</exception>
    public ScaleMap(float[] scale, float[] shift, params long[] inputShape)
        : this(Constants(scale, inputShape).view(1, -1).DetachFromDisposeScope(), Constants(shift, inputShape), inputShape)
    {
    }

    // As everywhere, a weight has two dimensions or more, and what has one is a bias.
    private ScaleMap(Tensor scale, Tensor shift, long[] inputShape)
        : base(inputShape, inputShape) => (this.scale, this.shift) = (scale, shift);

    /// <inheritdoc/>
    public override long Terms => 1;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => new ScaleMap(change(scale), change(shift), InputShape);

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => (a * Like(shift, a)).flatten(-InputShape.Length).sum(-1L);

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => (x * Like(scale, x)).Plus(Like(shift, x));

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => radius * Like(scale, radius).abs();

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a) => a * Like(scale, a);

    // Constants have no device of their own; every float32 number is one in float64.
    private Tensor Like(Tensor constant, Tensor x) => constant.to(x.dtype, x.device).view([-1, .. Enumerable.Repeat(1L, InputShape.Length - 1)]);

    private static Tensor Constants(float[] values, long[] inputShape) => values.Length == 1 || values.Length == inputShape[0]
        ? tensor(values).DetachFromDisposeScope()
        : throw new ArgumentException($"{values.Length} numbers are neither one nor one for each of {inputShape[0]} channels.");
}
