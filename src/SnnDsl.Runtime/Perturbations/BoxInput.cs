using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Every value lies in an interval of its own, independent of the others.</summary>
public sealed class BoxInput : IPerturbedInput
{
    private readonly Interval box;
    private readonly bool hasTime;

    /// <summary>Creates a box.</summary>
    /// <param name="box">[B, ...] for an input that is the same at all steps, [T, B, ...] for one with time.</param>
    /// <param name="hasTime">Whether the first dimension is time.</param>
    public BoxInput(Interval box, bool hasTime)
    {
        this.box = box;
        this.hasTime = hasTime;
    }

    /// <summary>The box.</summary>
    public Interval Box => box;

    /// <summary>Whether the first dimension is time.</summary>
    internal bool HasTime => hasTime;

    /// <inheritdoc/>
    public Interval Currents(AffineMap first) => first.Apply(box);

    /// <inheritdoc/>
    public Tensor Concretise(Tensor coefficients)
    {
        var (lower, upper) = hasTime ? box.FirstSteps((int)coefficients.size(0)) : box;
        var centre = lower.Plus(upper).Times(0.5);
        var radius = (upper - lower).Times(0.5);
        int inner = (int)centre.dim() - (hasTime ? 2 : 1);
        var least = Dot(coefficients, centre, inner) - Dot(coefficients.abs(), radius, inner);
        return hasTime ? least.sum(0L) : least;
    }

    /// <inheritdoc/>
    public IPerturbedInput Magnitudes
    {
        get
        {
            var (lower, upper) = box;
            return new BoxInput(new(maximum(lower, upper.neg()).AtLeast(0), maximum(lower.neg(), upper)), hasTime);
        }
    }

    /// <inheritdoc/>
    public IPerturbedInput Select(Tensor samples) => new BoxInput(box.Select(samples, hasTime ? 1 : 0), hasTime);

    /// <summary>a . x for every row: [..., B, K, n...] and [..., B, n...] give [..., B, K].</summary>
    /// <param name="a">The rows' coefficients.</param>
    /// <param name="x">The values.</param>
    /// <param name="inner">How many dimensions n... has.</param>
    internal static Tensor Dot(Tensor a, Tensor x, int inner) =>
        a.flatten(-inner, -1).matmul(x.flatten(-inner, -1).unsqueeze(-1)).squeeze(-1);
}
