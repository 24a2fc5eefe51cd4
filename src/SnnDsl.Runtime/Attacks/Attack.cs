using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Looks for points of a perturbation's set that a network gets wrong. Whatever it finds is a true counterexample, replayed through the
/// forward pass; what it does not find proves nothing.
/// </summary>
public abstract class Attack
{
    /// <summary>The name in commands and reports: "pgd".</summary>
    public abstract string Name { get; }

    /// <summary>The set that is searched.</summary>
    public abstract Perturbation Perturbation { get; }

    /// <summary>What random starts depend on, with the sample's index.</summary>
    public long Seed { get; init; }

    /// <summary>The attack that searches a perturbation's set.</summary>
    /// <param name="perturbation">The perturbation.</param>
    /// <param name="seed">What random starts depend on, with the sample's index.</param>
    /// <returns>Null if there is none for it.</returns>
    public static Attack? On(Perturbation perturbation, long seed = 0) => perturbation switch
    {
        BoxPerturbation box => new Pgd(box) { Seed = seed },
        SpikeFlips flips => new SpikeFlipAttack(flips) { Seed = seed },
        SpikeRetiming retiming => new SpikeRetimingAttack(retiming) { Seed = seed },
        _ => null,
    };

    /// <summary>Attacks a batch. The input itself is always tried; samples are worked on only until they are predicted wrong.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">Pixels [B, ...] or event frames [T, B, ...].</param>
    /// <param name="labels">int64 [B].</param>
    /// <param name="indices">The samples' indices in their data set, which Poisson noise depends on; null for 0..B-1.</param>
    /// <param name="cancellation">Stops the attack between two steps.</param>
    /// <param name="enough">Ends the search between two steps as well, but what was found by then is the result.</param>
    /// <exception cref="ArgumentException">The perturbation does not fit the network, or the shape or the values of the inputs do not.</exception>
    /// <exception cref="OperationCanceledException">The attack was stopped.</exception>
    public AttackResult Run(
        SpikingModule network, Tensor inputs, Tensor labels, ReadOnlyMemory<long>? indices = null, CancellationToken cancellation = default,
        CancellationToken enough = default)
    {
        InputCheck.Values(network, inputs, inRange: Perturbation.IsCut);
        using var scope = NewDisposeScope();
        using var weights = new FrozenWeights(network);
        using var deployed = network.InMode(training: false);
        // Whoever certifies calls this where no gradients are kept.
        using var gradients = enable_grad();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, enough);
        var search = new AttackSearch(network, inputs.detach(), labels, indices, either.Token);
        try
        {
            Search(search);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Enough: the best points so far are kept by the search.
        }

        var result = search.Result(Distances);
        scope.MoveToOuter(result.Inputs, result.Logits, result.Predictions, result.Margins, result.Broken, result.Distances);
        return result;
    }

    /// <summary>Offers points of the set to the search.</summary>
    /// <param name="search">The samples, and the best points so far.</param>
    internal abstract void Search(AttackSearch search);

    /// <summary>How far points are from their inputs.</summary>
    /// <param name="change">Points less inputs, [B, elements].</param>
    /// <returns>float64 [B].</returns>
    internal abstract Tensor Distances(Tensor change);
}
