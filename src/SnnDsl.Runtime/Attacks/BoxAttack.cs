using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>An attack in a box. Every point lies in the very box that the certificate bounds, <see cref="BoxPerturbation.Box"/>.</summary>
public abstract class BoxAttack : Attack
{
    private readonly BoxPerturbation perturbation;

    private protected BoxAttack(BoxPerturbation perturbation) => this.perturbation = perturbation;

    /// <inheritdoc/>
    public override Perturbation Perturbation => perturbation;

    internal override Tensor Distances(Tensor change) => SignSteps.LargestChange(change);

    /// <summary>The box around some samples.</summary>
    private protected Interval Box(AttackSearch search, long[] samples) => perturbation.Box(search.Inputs(samples), search.Indices(samples));
}
