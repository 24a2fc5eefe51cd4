using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>
/// Means over windows that divide an image into a stated number of rows and columns, of different sizes where that does not divide the image's:
/// mean i of h is over the rows from floor(i H / h) up to, and without, ceil((i + 1) H / h), as in PyTorch.
/// </summary>
public sealed class AdaptiveAvgPool2dMap : AffineMap
{
    // By side, which places see which rows or columns: [places, side], ones and zeros in float64.
    private readonly Tensor rows;
    private readonly Tensor columns;

    // How many values each place sees, [height, width], float64.
    private readonly Tensor counts;

    /// <summary>Creates the map.</summary>
    /// <param name="height">The rows that it gives, at least 1.</param>
    /// <param name="width">The columns that it gives, at least 1.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">A number is below 1, or the input is no image.</exception>
    public AdaptiveAvgPool2dMap(int height, int width, params long[] inputShape)
        : base(
            inputShape, inputShape.Length == 3 && height >= 1 && width >= 1
                ? [inputShape[0], height, width]
                : throw new ArgumentException($"{string.Join('x', inputShape)} has no means of {height}x{width}: give an image of three sizes, and sizes of at least 1."))
    {
        rows = Seen(inputShape[1], height).DetachFromDisposeScope();
        columns = Seen(inputShape[2], width).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        counts = rows.sum(1L).unsqueeze(1).mul(columns.sum(1L)).DetachFromDisposeScope();
        Terms = (long)counts.max().item<double>();
    }

    /// <inheritdoc/>
    public override long Terms { get; }

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => this;

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => null;

    /// <summary>How many values each place sees, [height, width].</summary>
    /// <param name="like">Of whose type and device.</param>
    internal Tensor Counts(Tensor like) => counts.to(like.dtype, like.device);

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => nn.functional.adaptive_avg_pool2d(x, [OutputShape[1], OutputShape[2]]);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => ApplyFolded(radius);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a) =>
        rows.to(a.dtype, a.device).t().matmul(a / Counts(a)).matmul(columns.to(a.dtype, a.device));

    private static Tensor Seen(long size, long places)
    {
        var seen = zeros([places, size], ScalarType.Float64);
        using Scalar one = 1;
        for (long place = 0; place < places; place++)
        {
            long start = place * size / places, end = (((place + 1) * size) + places - 1) / places;
            seen[place].narrow(0, start, end - start).add_(one, one);
        }

        return seen;
    }
}
