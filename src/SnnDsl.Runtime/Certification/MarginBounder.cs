using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>Lower bounds of margins by one method in one precision: what a certifier asks for.</summary>
/// <remarks>Other precisions than float32 work on copies of the weights, taken when the bounder is made.</remarks>
public sealed class MarginBounder : IDisposable
{
    // Firing rates are whole counts divided by T in float32, which loses at most 2^-24 of each, or twice that by a reciprocal; and so does
    // their difference.
    private static readonly double RateRounding = Math.ScaleB(1, -21);

    private readonly SpikingModule network;
    private readonly CertificationMethod method;

    /// <summary>Prepares bounds.</summary>
    /// <param name="network">The network, with the steps and the encoding seed that it is deployed with.</param>
    /// <param name="method">How margins are bounded.</param>
    /// <param name="precision">In which arithmetic, and what for.</param>
    /// <exception cref="ArgumentException">The network is not float32, and the bounds are to be rounding-safe.</exception>
    /// <exception cref="NotSupportedException">A layer's products are not direct float32 sums here, and the bounds are to be
    /// rounding-safe.</exception>
    public MarginBounder(SpikingModule network, CertificationMethod method, Precision precision = Precision.Float32)
    {
        (this.network, this.method, Precision) = (network, method, precision);
        View = precision switch
        {
            Precision.Float32 => network,
            Precision.Float64 => new Float64Network(network),
            _ => new RoundingSafeNetwork(network),
        };
        if (precision == Precision.RoundingSafe)
        {
            SummationProbe.Check(network);
        }
    }

    /// <summary>In which arithmetic bounds are computed.</summary>
    public Precision Precision { get; }

    /// <summary>
    /// The network as the bounds see it: its membranes, rows and margins are bounded in this precision, over the sets that
    /// <see cref="Set"/> gives; its forward pass is the network's own.
    /// </summary>
    public SpikingModule View { get; }

    /// <summary>Where linear bounds take the bounds of the membranes from; S-IBP alone as a method has none to choose.</summary>
    public IntermediateBounds Intermediate { get; init; } = IntermediateBounds.SIbp;

    /// <summary>How slopes are optimised, for <see cref="CertificationMethod.Alpha"/>.</summary>
    public AlphaOptions Alpha { get; init; } = new();

    /// <summary>The set of perturbed inputs in this precision.</summary>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...].</param>
    /// <param name="indices">The samples' indices in their data set; null for 0..B-1.</param>
    /// <exception cref="ArgumentException">The perturbation does not fit the network, or has no rounding-safe bounds.</exception>
    public IPerturbedInput Set(Perturbation perturbation, Tensor inputs, ReadOnlyMemory<long>? indices = null) => Precision switch
    {
        Precision.Float32 => perturbation.Apply(View, inputs, indices),
        Precision.Float64 => perturbation.Apply(View, inputs.to(ScalarType.Float64), indices),
        _ => perturbation.Enclose(View, inputs, indices),
    };

    /// <summary>Lower bounds of all margins over the perturbed inputs.</summary>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...].</param>
    /// <param name="labels">The classes whose margins are bounded, int64 [B].</param>
    /// <param name="indices">The samples' indices in their data set; null for 0..B-1.</param>
    /// <returns>
    /// Bounds of logit_y - logit_j for the rivals j in ascending order, [B, classes - 1], float32, rounded down; in rounding-safe mode
    /// bounds of the float32 logits' differences.
    /// </returns>
    /// <exception cref="ArgumentException">The perturbation does not fit the network, or has no rounding-safe bounds.</exception>
    public Tensor Bound(Perturbation perturbation, Tensor inputs, Tensor labels, ReadOnlyMemory<long>? indices = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var bounds = Bound(Set(perturbation, inputs, indices), labels);
        return Report(bounds).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!ReferenceEquals(View, network))
        {
            View.Dispose();
        }
    }

    private Tensor Bound(IPerturbedInput input, Tensor labels)
    {
        if (method == CertificationMethod.SIbp)
        {
            return View.BoundMargins(input, labels, BoundMethod.SIbp);
        }

        var intervals = Intermediate == IntermediateBounds.SCrown ? new MembraneRefiner(View).Refine(input) : View.BoundMembranes(input);
        return method switch
        {
            CertificationMethod.SCrownPaper => View.BoundMargins(input, labels, BoundMethod.SCrownPaper, intervals),
            CertificationMethod.SCrown => View.BoundMargins(input, labels, BoundMethod.SCrown, intervals),
            _ => new SlopeOptimiser(View, Alpha).BoundMargins(input, labels, intervals),
        };
    }

    // A bound that overflowed says nothing: the least number is a lower bound of everything.
    private Tensor Report(Tensor bounds)
    {
        if (Precision == Precision.Float32)
        {
            return SlopeOptimiser.Finite(bounds).to(ScalarType.Float32);
        }

        if (Precision == Precision.RoundingSafe && network.Description.ReadsSpikes)
        {
            // Equal counts give equal rates: a bound of 0 stays one.
            bounds = where(bounds == zeros_like(bounds), bounds, bounds.Plus(-RateRounding));
        }

        var nearest = SlopeOptimiser.Finite(bounds).to(ScalarType.Float32);
        var below = nextafter(nearest, full_like(nearest, float.NegativeInfinity));
        return SlopeOptimiser.Finite(where(nearest.to(ScalarType.Float64) > bounds, below, nearest));
    }
}
