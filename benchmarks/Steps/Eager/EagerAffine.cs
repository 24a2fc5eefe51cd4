using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>An affine layer on one time step: what a module's forward does, and its two directions in a bound.</summary>
internal abstract class EagerAffine(Tensor weight, Tensor bias)
{
    protected Tensor Weight => weight;

    protected Tensor Bias => bias;

    /// <summary>W x + b, [B, ...].</summary>
    public abstract Tensor Apply(Tensor x);

    /// <summary>W' a, [B, K, ...] to [B, K, ...].</summary>
    public abstract Tensor PullBack(Tensor a);

    /// <summary>a . b, [B, K].</summary>
    public abstract Tensor DotBias(Tensor a);

    /// <summary>The interval of W x + b over a box: centre and radius.</summary>
    public Interval Apply(Interval x)
    {
        using var scope = NewDisposeScope();
        var centre = Apply((x.Lower + x.Upper) * EagerNeuron.Half);
        var radius = ApplyAbsolute((x.Upper - x.Lower) * EagerNeuron.Half);
        return new Interval(centre - radius, centre + radius).MoveToOuterDisposeScope();
    }

    /// <summary>|W| r, [B, ...].</summary>
    protected abstract Tensor ApplyAbsolute(Tensor radius);
}
