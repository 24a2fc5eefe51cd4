using SnnDsl.Events;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>A fully connected layer, y = W x + b.</summary>
public sealed class LinearMap : AffineMap
{
    private readonly Tensor weight;
    private readonly Tensor? bias;

    /// <summary>Creates the map of a layer's current weights.</summary>
    /// <param name="weight">W, [outputs, inputs].</param>
    /// <param name="bias">b, [outputs], or null.</param>
    public LinearMap(Tensor weight, Tensor? bias)
        : base([weight.size(1)], [weight.size(0)])
    {
        this.weight = weight;
        this.bias = bias;
    }

    /// <summary>W, [outputs, inputs].</summary>
    public Tensor Weight => weight;

    /// <inheritdoc/>
    public override long Terms => weight.shape[1];

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) => new LinearMap(change(weight), bias is null ? null : change(bias));

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => bias is null ? null : a.matmul(bias);

    /// <inheritdoc/>
    internal override AffineMap Scaled(Tensor scale, Tensor mean, Tensor? shift) =>
        new LinearMap(weight * scale.unsqueeze(1), ScaledBias(bias, scale, mean, shift));

    /// <inheritdoc/>
    internal override IEnumerable<MapRow> Rows(int[] outputs, Tensor like) => outputs.Select(output => new MapRow(null, weight[output].Doubles()));

    /// <inheritdoc/>
    internal override (EventMap Map, Tensor Weight, Tensor? Bias)? OnEvents(FlattenMap? flatten)
    {
        long[] input = flatten?.InputShape ?? InputShape;
        var (places, channels) = input.Length == 3 ? (input[1] * input[2], input[0]) : (1, input[0]);
        return (new LinearEventMap((int)places, (int)channels, (int)OutputShape[0]), weight, bias);
    }

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => nn.functional.linear(x, weight, bias);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => nn.functional.linear(radius, weight.abs());

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a) => a.matmul(weight);
}
