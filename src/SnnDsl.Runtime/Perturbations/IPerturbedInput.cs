using SnnDsl.Affine;
using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// A batch of inputs of which an adversary chooses each from a set. All that bounds ask of the set are these two operations; emitted
/// code never names a box or a flip.
/// </summary>
public interface IPerturbedInput
{
    /// <summary>Bounds of the first affine map's outputs over the set.</summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <returns>[B, ...] under direct encoding (the same at all steps), else [T, B, ...].</returns>
    Interval Currents(AffineMap first);

    /// <summary>
    /// Bounds of the first affine map's outputs over weighted means of the steps' inputs, which what the set shares between steps makes narrower than the
    /// means of what each step can be by itself; null where it shares nothing, or nothing better is known.
    /// </summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <param name="weights">Of each mean the weights of the T steps, at least 0, which add up to 1.</param>
    /// <returns>[means, B, ...].</returns>
    Interval? Means(AffineMap first, IReadOnlyList<double[]> weights) => null;

    /// <summary>The least value of linear forms in the input over the set.</summary>
    /// <param name="coefficients">[B, K, ...] under direct encoding, else [S, B, K, ...], S &lt;= T.</param>
    /// <returns>[B, K].</returns>
    Tensor Concretise(Tensor coefficients);

    /// <summary>
    /// The magnitudes |x| of the inputs in the set, as a set; rounding-safe bounds take the largest sums of |w| |x| from it. Inputs that
    /// are never negative, as spikes, are their own magnitudes.
    /// </summary>
    IPerturbedInput Magnitudes => this;

    /// <summary>The sets of some samples of the batch, in a given order; a sample may come up more than once.</summary>
    /// <param name="samples">Positions in the batch, int64 [B'].</param>
    IPerturbedInput Select(Tensor samples);
}
