using SnnDsl.Bounds;
using SnnDsl.Certification.Search;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>Lower bounds of margins by one method in one precision: what a certifier asks for.</summary>
/// <remarks>Other precisions than float32 work on copies of the weights, taken when the bounder is made.</remarks>
public sealed class MarginBounder : IDisposable
{
    private readonly SpikingModule network;
    private readonly CertificationMethod method;

    /// <summary>Prepares bounds.</summary>
    /// <param name="network">The network, with the steps and the encoding seed that it is deployed with.</param>
    /// <param name="method">How margins are bounded.</param>
    /// <param name="precision">In which arithmetic, and what for.</param>
    /// <exception cref="ArgumentException">The method is more than one bound.</exception>
    /// <exception cref="NotSupportedException">The bounds are to be rounding-safe, and the network is not float32, holds values that float32
    /// sums cannot carry, or has a layer whose products are not direct float32 sums on its device; or the bounds are derived for LIF neurons
    /// alone, and it has others.</exception>
    public MarginBounder(SpikingModule network, CertificationMethod method, Precision precision = Precision.RoundingSafe)
    {
        this.method = method is CertificationMethod.Bab or CertificationMethod.Auto
            ? throw new ArgumentException($"{CertificationMethodNames.Of(method)} is more than one bound: certify with it, or bound by another method.", nameof(method))
            : method;
        if (method == CertificationMethod.Alpha)
        {
            LifOnly.Require(network, "the proofs of optimised slopes", "take the method s-ibp or s-crown");
        }

        (this.network, View) = (network, new(network, precision));
    }

    /// <summary>The network as the bounds see it.</summary>
    public NetworkView View { get; }

    /// <summary>Where linear bounds take the bounds of the membranes from; S-IBP alone as a method has none to choose.</summary>
    public IntermediateBounds Intermediate { get; init; } = IntermediateBounds.SIbp;

    /// <summary>How slopes are optimised, for <see cref="CertificationMethod.Alpha"/>: in plain float32, over the intervals of S-IBP; the bounds are computed
    /// from them in the chosen precision.</summary>
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
        var set = View.Set(perturbation, inputs, indices);
        var intervals = Intermediate == IntermediateBounds.SCrown && method != CertificationMethod.SIbp
            ? new MembraneRefiner(View.Network).Refine(set)
            : View.Network.BoundMembranes(set);
        Tensor By(BoundMethod bound) => View.Network.BoundMargins(set, labels, bound, intervals);
        var bounds = method switch
        {
            CertificationMethod.SIbp => By(BoundMethod.SIbpCounts),
            CertificationMethod.SCrownPaper => By(BoundMethod.SCrownPaper),
            CertificationMethod.SCrown => By(BoundMethod.SCrownTrains),
            _ => Optimise(
                new[] { BoundMethod.SIbpCounts, BoundMethod.SCrown, BoundMethod.SCrownTrains }.Select(bound => SlopeOptimiser.Finite(By(bound))).Aggregate(maximum),
                perturbation, inputs, labels, indices?.ToArray() ?? [.. Enumerable.Range(0, (int)labels.shape[0]).Select(row => (long)row)]),
        };
        return View.Report(bounds).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => View.Dispose();

    // Slopes are hints, and climb in the network's own arithmetic whatever is to be claimed: what counts is what the claimed precision makes of them.
    private Tensor Optimise(Tensor single, Perturbation perturbation, Tensor inputs, Tensor labels, long[] indices)
    {
        var best = single.to(ScalarType.Float64);
        var optimiser = new SlopeOptimiser(network, Alpha with { Goal = Math.Max(Alpha.Goal, SlopeProver.Room) });
        var open = best.gt(tensor(Alpha.Goal, best.dtype, best.device)).logical_not().nonzero();
        if (open.shape[0] == 0)
        {
            return best;
        }

        var members = perturbation.Apply(network, inputs, indices);
        var known = network.BoundMembranes(members).Computed();
        var rows = Margins.Rows(labels, network.Description.Classes, known.Membranes[0].Lower.dtype);
        foreach (var pairs in open.split(SlopeOptimiser.PairsAtOnce(network)))
        {
            using var scope = NewDisposeScope();
            var (samples, rivals) = (pairs.select(1, 0), pairs.select(1, 1));
            var climbed = optimiser.Climb(members.Select(samples), known.Select(samples).Membranes, rows.index([samples, rivals]), Deadline.None)!;
            long[] places = rivals.Longs();
            foreach (var ofSample in samples.Longs().Select((sample, place) => (Sample: sample, Place: place)).GroupBy(pair => pair.Sample))
            {
                Prove(best, perturbation, inputs, labels, ofSample.Key, indices, climbed, ofSample.Select(pair => (pair.Place, (int)places[pair.Place])));
            }
        }

        return best;
    }

    // Lifts a sample's bounds to those that its slopes prove.
    private void Prove(
        Tensor best, Perturbation perturbation, Tensor inputs, Tensor labels, long row, long[] indices, ClimbedLines climbed, IEnumerable<(int Place, int Rival)> margins)
    {
        using var scope = NewDisposeScope();
        var input = inputs.narrow(network.Description.Encoding == Encoding.Spikes ? 1 : 0, row, 1);
        OpenNetwork open;
        try
        {
            open = BranchAndBound.Open(network, View, perturbation, input, (int)labels[row].item<long>(), indices[row]);
        }
        catch (InsufficientMemoryException)
        {
            // The single passes' bounds hold without it.
            return;
        }

        var prover = new SlopeProver(open);
        foreach (var (place, rival) in margins)
        {
            if (prover.Prove(open.Margins[rival], SlopeProver.SlopesOf(climbed, place)) is { } proof)
            {
                var margin = best[row, rival];
                margin.copy_(maximum(margin, margin.Filled(proof.Bound)));
            }
        }
    }
}
