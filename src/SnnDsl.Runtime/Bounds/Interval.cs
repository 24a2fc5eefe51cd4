using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>Element-wise bounds of a tensor: Lower &lt;= x &lt;= Upper.</summary>
/// <param name="Lower">The lower ends.</param>
/// <param name="Upper">The upper ends, of the same shape.</param>
public readonly record struct Interval(Tensor Lower, Tensor Upper)
{
    /// <summary>The bounds of some samples.</summary>
    /// <param name="samples">Positions, int64 [B'].</param>
    /// <param name="dimension">Which dimension counts the samples.</param>
    public Interval Select(Tensor samples, int dimension) =>
        new(Lower.index_select(dimension, samples), Upper.index_select(dimension, samples));

    /// <summary>The first <paramref name="steps"/> time steps of an interval [T, ...].</summary>
    /// <param name="steps">How many, at most T.</param>
    public Interval FirstSteps(int steps) => Lower.size(0) == steps
        ? this
        : new(Lower.narrow(0, 0, steps), Upper.narrow(0, 0, steps));

    /// <summary>
    /// The ends x - eps and x + eps of a box around pixels in [-1, 1] or about that range, moved outward by more than computing them, and
    /// eps as a number of their precision, has rounded them by.
    /// </summary>
    internal Interval Outward()
    {
        double step = 4 * (Lower.dtype == ScalarType.Float64 ? Rounding.Double : Rounding.Single);
        return new(Lower - Lower.abs().Plus(1).Times(step), Upper.Plus(Upper.abs().Plus(1).Times(step)));
    }
}
