using SnnDsl.Affine;
using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// How far a float32 membrane can lie from decay r + W x + b of the same float32 r and x: E = gamma (|W| |x| + |b| + decay |r|) + an
/// underflow. The sum has n + 2 terms, n products, the bias and decay r, so that a term passes at most n + 2 roundings, whatever the
/// order; terms that are 0 round nothing.
/// </summary>
/// <remarks>
/// The float64 sums of the bounds over the same terms (currents, pulled-back coefficients, biases, least values) lose gamma of float64 of
/// the same magnitudes; E pays for them as well. Tensors are [S, B, N...], or [B, N...] where nothing depends on the step.
/// </remarks>
internal sealed class MembraneError
{
    private readonly Tensor magnitude;
    private readonly Tensor factor;
    private readonly Tensor least;
    private readonly bool hasTime;

    /// <param name="map">The map that leads to the neurons.</param>
    /// <param name="magnitude">An upper bound of |W| |x| + |b|, [S, B, N...] or [B, N...].</param>
    /// <param name="nonzero">How many of the inputs can be other than 0, [S, B] or [B].</param>
    /// <param name="steps">T.</param>
    /// <param name="more">Roundings that a term meets besides those of the map.</param>
    public MembraneError(AffineMap map, Tensor magnitude, Tensor nonzero, int steps, int more)
    {
        IReadOnlyList<AffineMap> maps = map is AffineChain chain ? chain.Maps : [map];
        var roundings = nonzero.Times(0).Plus(more);
        long values = 0;
        bool isFirst = true;
        double gain = 1;
        foreach (var link in maps)
        {
            values += link.InputShape.Aggregate(1L, (a, b) => a * b) + link.OutputShape.Aggregate(1L, (a, b) => a * b);
            if (link.Terms > 0)
            {
                // The product, and an addition for every other term, the bias included. What underflows in one map is weighed by others.
                roundings = roundings.Plus(isFirst ? nonzero.AtMost(link.Terms) : nonzero.Times(0).Plus(link.Terms)).Plus(1);
                gain *= isFirst ? 1 : link.Terms * Rounding.Largest;
                isFirst = false;
            }
        }

        long[] shape = [.. roundings.shape, .. Enumerable.Repeat(1L, (int)(magnitude.dim() - roundings.dim()))];
        roundings = roundings.view(shape);
        double own = Rounding.Gamma(8.0 * steps * values + 64, Rounding.Double);
        factor = Rounding.Gamma(roundings).Plus(own).Times(Rounding.Up);
        least = roundings.Plus(2).Times(4 * Rounding.Underflow * gain);
        this.magnitude = magnitude;
        hasTime = nonzero.dim() == 2;
    }

    /// <summary>E at one step, [B, N...].</summary>
    /// <param name="t">The step.</param>
    /// <param name="rest">The reset values of the step before, [B, N...]; null at the first step.</param>
    /// <param name="decay">What is left of them.</param>
    public Tensor At(int t, Interval? rest, double decay)
    {
        var sum = hasTime ? magnitude[t] : magnitude;
        if (rest is { } before)
        {
            sum = sum.Plus(maximum(before.Lower.abs(), before.Upper.abs()).Times(decay));
        }

        return (sum * (hasTime ? factor[t] : factor)).Plus(hasTime ? least[t] : least);
    }

    /// <summary>At least |W| |x| + |b| at one step, [B, N...].</summary>
    /// <param name="t">The step.</param>
    public Tensor SizeAt(int t) => hasTime ? magnitude[t] : magnitude;

    /// <summary>The part of E that has nothing to do with the membrane before, over all steps: |x - W s - b| of values that are read out.</summary>
    /// <param name="weights">What every step weighs, at least 0.</param>
    /// <returns>[B, N...].</returns>
    public Tensor Weighted(IReadOnlyList<double> weights) =>
        weights.Select((weight, t) => At(t, null, 0).Times(weight)).Aggregate((sum, term) => sum.Plus(term));
}
