using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>Means of groups of neighbours: a fixed map with weights 1 / size.</summary>
public sealed class VotingMap : AffineMap
{
    private readonly long size;

    /// <summary>Creates the map.</summary>
    /// <param name="size">How many values are a group.</param>
    /// <param name="inputs">How many values there are, a multiple of <paramref name="size"/>.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public VotingMap(int size, long inputs)
        : base([inputs], [size >= 1 && inputs % size == 0
            ? inputs / size
            : throw new ArgumentException($"{inputs} values are no groups of {size}.", nameof(size))]) => this.size = size;

    /// <inheritdoc/>
    public override long Terms => size;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => this;

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => x.reshape(-1, OutputShape[0], size).sum(-1L).Over(size);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => ApplyFolded(radius);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a) => a.Over(size).repeat_interleave(size, 1);
}
