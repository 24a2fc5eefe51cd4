using SnnDsl.Perturbations;

namespace SnnDsl.Attacks;

/// <summary>The fast gradient sign method (Goodfellow et al. 2015): one step as far as the box reaches against the margin's gradient, back into the box.</summary>
public sealed class Fgsm : BoxAttack
{
    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The box that is searched.</param>
    public Fgsm(BoxPerturbation perturbation)
        : base(perturbation)
    {
    }

    /// <inheritdoc/>
    public override string Name => Gradients.Named("fgsm");

    /// <summary>What stands for a spike's gradient.</summary>
    public GradientEstimator Gradients { get; init; } = GradientEstimator.Surrogate;

    internal override void Search(AttackSearch search)
    {
        var samples = search.Standing;
        if (samples.Length > 0)
        {
            var inputs = search.Inputs(samples);
            var gradient = search.Gradient(samples, inputs, Gradients);
            var box = Box(search, samples);
            search.Offer(samples, SignSteps.Step(inputs, gradient, SignSteps.Reach(inputs, box), box));
        }
    }
}
