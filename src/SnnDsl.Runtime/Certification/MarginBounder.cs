using SnnDsl.Bounds;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>Lower bounds of margins by one method in one precision: what a certifier asks for.</summary>
/// <remarks>Other precisions than float32 work on copies of the weights, taken when the bounder is made.</remarks>
public sealed class MarginBounder : IDisposable
{
    private readonly CertificationMethod method;

    /// <summary>Prepares bounds.</summary>
    /// <param name="network">The network, with the steps and the encoding seed that it is deployed with.</param>
    /// <param name="method">How margins are bounded.</param>
    /// <param name="precision">In which arithmetic, and what for.</param>
    /// <exception cref="ArgumentException">The method is more than one bound.</exception>
    /// <exception cref="NotSupportedException">The bounds are to be rounding-safe, and the network is not float32, holds values that float32
    /// sums cannot carry, or has a layer whose products are not direct float32 sums on its device.</exception>
    public MarginBounder(SpikingModule network, CertificationMethod method, Precision precision = Precision.RoundingSafe)
    {
        this.method = method is CertificationMethod.Bab or CertificationMethod.Auto
            ? throw new ArgumentException($"{CertificationMethodNames.Of(method)} is more than one bound: certify with it, or bound by another method.", nameof(method))
            : method;
        View = new(network, precision);
    }

    /// <summary>The network as the bounds see it.</summary>
    public NetworkView View { get; }

    /// <summary>Where linear bounds take the bounds of the membranes from; S-IBP alone as a method has none to choose.</summary>
    public IntermediateBounds Intermediate { get; init; } = IntermediateBounds.SIbp;

    /// <summary>How slopes are optimised, for <see cref="CertificationMethod.Alpha"/>.</summary>
    public AlphaOptions Alpha { get; init; } = new();

    /// <summary>Lower bounds of all margins over the perturbed inputs.</summary>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...].</param>
    /// <param name="labels">The classes whose margins are bounded, int64 [B].</param>
    /// <param name="indices">The samples' indices in their data set; null for 0..B-1.</param>
    /// <returns>
    /// Bounds of logit_y - logit_j for the rivals j in ascending order, [B, classes - 1], float32, rounded down; in rounding-safe mode
    /// bounds of the float32 logits' differences.
    /// </returns>
    /// <exception cref="ArgumentException">The perturbation does not fit the network.</exception>
    /// <exception cref="NotSupportedException">The perturbation has no rounding-safe bounds.</exception>
    public Tensor Bound(Perturbation perturbation, Tensor inputs, Tensor labels, ReadOnlyMemory<long>? indices = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var bounds = Bound(View.Set(perturbation, inputs, indices), labels);
        return View.Report(bounds).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => View.Dispose();

    private Tensor Bound(IPerturbedInput input, Tensor labels)
    {
        var network = View.Network;
        var intervals = Intermediate == IntermediateBounds.SCrown && method != CertificationMethod.SIbp
            ? new MembraneRefiner(network).Refine(input)
            : network.BoundMembranes(input);
        return method switch
        {
            CertificationMethod.SIbp => network.BoundMargins(input, labels, BoundMethod.SIbpCounts, intervals),
            CertificationMethod.SCrownPaper => network.BoundMargins(input, labels, BoundMethod.SCrownPaper, intervals),
            CertificationMethod.SCrown => network.BoundMargins(input, labels, BoundMethod.SCrownTrains, intervals),
            _ => new SlopeOptimiser(network, Alpha).BoundMargins(input, labels, intervals),
        };
    }
}
