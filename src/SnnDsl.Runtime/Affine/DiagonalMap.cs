using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>y = w x, value by value: of spikes that come back, each to its own neuron.</summary>
public sealed class DiagonalMap : AffineMap
{
    // As everywhere, a weight has two dimensions or more, and what has one is a bias.
    private readonly Tensor weight;

    /// <summary>Creates the map of a layer's current weights.</summary>
    /// <param name="weight">w, [N].</param>
    public DiagonalMap(Tensor weight)
        : this(weight.view(1, -1), weight.numel())
    {
    }

    private DiagonalMap(Tensor weight, long count)
        : base([count], [count]) => this.weight = weight;

    /// <inheritdoc/>
    public override long Terms => 1;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => new DiagonalMap(change(weight), InputShape[0]);

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => x * weight;

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => radius * weight.abs();

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a) => a * weight;
}
