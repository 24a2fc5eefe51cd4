using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>Channels x height x width read as one vector.</summary>
public sealed class FlattenMap : AffineMap
{
    /// <summary>Creates the map.</summary>
    /// <param name="inputShape">The shape of an input.</param>
    /// <exception cref="OverflowException">It has more than 2^63 - 1 values.</exception>
    public FlattenMap(params long[] inputShape)
        : base(inputShape, [inputShape.Aggregate(1L, (a, b) => checked(a * b))])
    {
    }

    /// <summary>A layer's spikes, or bounds of them, read as vectors.</summary>
    /// <param name="spikes">[T, B, input shape].</param>
    /// <returns>[T, B, values].</returns>
    public new TSelf Apply<TSelf, TValue>(LayerSpikes<TSelf, TValue> spikes) => spikes.Through(this);

    /// <inheritdoc/>
    public override long Terms => 0;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => this;

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <inheritdoc/>
    public override Interval Apply(Interval x) => new(Apply(x.Lower), Apply(x.Upper));

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => x.reshape(-1, OutputShape[0]);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => ApplyFolded(radius);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a) => a.reshape([-1, .. InputShape]);
}
