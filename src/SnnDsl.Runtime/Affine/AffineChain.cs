using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>Several affine maps, one after the other, as one.</summary>
public sealed class AffineChain : AffineMap
{
    private readonly AffineMap[] maps;

    /// <summary>Chains maps.</summary>
    /// <param name="maps">The maps, first applied first; at least one.</param>
    public AffineChain(params AffineMap[] maps)
        : base(maps[0].InputShape, maps[^1].OutputShape) => this.maps = maps;

    /// <summary>The maps, first applied first.</summary>
    public IReadOnlyList<AffineMap> Maps => maps;

    /// <inheritdoc/>
    public override long Terms => maps.Max(map => map.Terms);

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => new AffineChain([.. maps.Select(map => map.With(change))]);

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a)
    {
        Tensor? total = null;
        for (int i = maps.Length - 1; i >= 0; i--)
        {
            if (maps[i].DotBias(a) is { } bias)
            {
                total = total is null ? bias : total.Plus(bias);
            }

            if (i > 0)
            {
                a = maps[i].PullBack(a);
            }
        }

        return total;
    }

    /// <inheritdoc/>
    public override Bounds.Interval Apply(Bounds.Interval x) => maps.Aggregate(x, (value, map) => map.Apply(value));

    /// <inheritdoc/>
    internal override IEnumerable<MapRow> Rows(int[] outputs, Tensor like) =>
        // What computes nothing renames nothing either: a flattened input is the same vector.
        maps.Where(map => map.Terms > 0).ToArray() is [var only] ? only.Rows(outputs, like) : base.Rows(outputs, like);

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => maps.Aggregate(x, (value, map) => map.Apply(value));

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => maps.Aggregate(radius, (value, map) => map.ApplyAbsolute(value));

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a) => maps.Reverse().Aggregate(a, (value, map) => map.PullBack(value));
}
