using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>The fast gradient sign method (Goodfellow et al. 2015): one step as far as the box reaches against the margin's gradient, back into the box.</summary>
public sealed class Fgsm : Attack
{
    private readonly BoxPerturbation perturbation;

    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The box that is searched.</param>
    public Fgsm(BoxPerturbation perturbation) => this.perturbation = perturbation;

    /// <inheritdoc/>
    public override string Name => Gradients.Named("fgsm");

    /// <inheritdoc/>
    public override Perturbation Perturbation => perturbation;

    /// <summary>What stands for a spike's gradient.</summary>
    public GradientEstimator Gradients { get; init; } = GradientEstimator.Surrogate;

    internal override void Search(AttackSearch search)
    {
        var samples = search.Standing;
        if (samples.Length > 0)
        {
            var inputs = search.Inputs(samples);
            var gradient = search.Gradient(samples, inputs, Gradients);
            var box = perturbation.Box(inputs, search.Indices(samples));
            search.Offer(samples, SignSteps.Step(inputs, gradient, SignSteps.Reach(inputs, box), box));
        }
    }

    internal override Tensor Distances(Tensor change) => SignSteps.LargestChange(change);
}
