using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Several attacks on one perturbation, one after the other: each takes up the samples that still stand, and of every sample the worst point of
/// all is kept. It breaks whatever one of them breaks.
/// </summary>
public sealed class EnsembleAttack : Attack
{
    private readonly IReadOnlyList<Attack> members;

    /// <summary>Creates the attack.</summary>
    /// <param name="members">The attacks, the quickest first; all on the same perturbation.</param>
    /// <exception cref="ArgumentException">There is none, or they are on several perturbations.</exception>
    public EnsembleAttack(params IReadOnlyList<Attack> members)
    {
        if (members.Count == 0)
        {
            throw new ArgumentException("An ensemble needs at least one attack.", nameof(members));
        }

        if (members.FirstOrDefault(member => member.Perturbation != members[0].Perturbation) is { } other)
        {
            throw new ArgumentException(
                $"{members[0].Name} attacks {members[0].Perturbation} and {other.Name} {other.Perturbation}: an ensemble is about one perturbation.", nameof(members));
        }

        this.members = members;
    }

    /// <inheritdoc/>
    public override string Name => "ensemble";

    /// <inheritdoc/>
    public override Perturbation Perturbation => members[0].Perturbation;

    /// <summary>The attacks.</summary>
    public IReadOnlyList<Attack> Members => members;

    /// <summary>What numbers are reported of: every attack that there is on a perturbation.</summary>
    /// <param name="perturbation">The perturbation.</param>
    /// <param name="seed">What random starts depend on, with the sample's index.</param>
    /// <returns>The ensemble of them, or the one that there is; null if there is none.</returns>
    public static Attack? Against(Perturbation perturbation, long seed = 0)
    {
        IReadOnlyList<Attack> members = perturbation switch
        {
            BoxPerturbation box =>
            [
                new Fgsm(box) { Seed = seed },
                new Pgd(box) { Seed = seed },
                new Pgd(box) { Seed = seed, Restarts = 1, Gradients = GradientEstimator.Rates },
                new Pgd(box) { Seed = seed, Restarts = 1, Gradients = GradientEstimator.Spread },
                new Apgd(box) { Seed = seed, Gradients = GradientEstimator.Sharpness },
                new SquareAttack(box) { Seed = seed },
            ],
            SpikeFlips flips =>
            [
                new SpikeFlipAttack(flips) { Seed = seed },
                new SpikeFlipAttack(flips) { Seed = seed, Gradients = GradientEstimator.Rates },
                new SpikeFlipAttack(flips) { Seed = seed, Gradients = GradientEstimator.Sharpness },
                new SpikeSearchAttack(flips) { Seed = seed },
            ],
            SpikeRetiming retiming =>
            [
                new SpikeRetimingAttack(retiming) { Seed = seed },
                new SpikeRetimingAttack(retiming) { Seed = seed, Gradients = GradientEstimator.Rates },
                new SpikeRetimingAttack(retiming) { Seed = seed, Gradients = GradientEstimator.Sharpness },
            ],
            _ => [],
        };
        return members.Count == 0 ? Attack.On(perturbation, seed) : new EnsembleAttack(members) { Seed = seed };
    }

    internal override void Search(AttackSearch search)
    {
        foreach (var member in members)
        {
            member.Search(search);
        }
    }

    internal override Tensor Distances(Tensor change) => members[0].Distances(change);
}
