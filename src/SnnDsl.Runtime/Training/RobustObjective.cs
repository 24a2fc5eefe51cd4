using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>The robust part of a step's loss.</summary>
/// <param name="network">The network; its batch normalisation has met the unperturbed batch.</param>
/// <param name="robust">What is asked of it.</param>
/// <param name="scale">The scale of logits.</param>
internal sealed class RobustObjective(SpikingModule network, RobustOptions robust, double scale)
{
    /// <summary>The loss, and the greatest lower bounds over the whole perturbation, without a gradient; null where there are none.</summary>
    /// <param name="inputs">The unperturbed batch.</param>
    /// <param name="labels">int64 [B].</param>
    /// <param name="indices">The samples' indices in their data set.</param>
    /// <param name="ramp">How far the ramp has got, in [0, 1].</param>
    /// <param name="seed">What random draws depend on.</param>
    public (Tensor Loss, Tensor? Bounds) Of(Tensor inputs, Tensor labels, ReadOnlyMemory<long>? indices, double ramp, long seed)
    {
        var perturbation = robust.At(robust.Strength(ramp), seed);
        if (robust.Loss == RobustLoss.Bounds)
        {
            return Bounded(perturbation.Apply(network, inputs, indices), labels, ramp, bounds => Losses.Robust(bounds, scale));
        }

        var cube = (LInfinity)perturbation;
        var box = cube.Box(inputs, indices);
        var points = cube.Epsilon == 0 ? inputs : Adversary.Points(network, inputs, box, labels, indices, robust.AttackSteps, scale, seed);
        double share = robust.BoundShare;
        if (robust.Loss == RobustLoss.SmallBox)
        {
            var small = BoxPerturbation.Inside(network, SmallBox(inputs, points, box, cube.Epsilon, share), inputs, indices);
            // They say nothing of the whole box.
            return (Bounded(small, labels, ramp, bounds => Losses.Robust(bounds, scale)).Loss, null);
        }

        Tensor attacked;
        using (network.InMode(training: false))
        {
            attacked = Margins.FromLogits(network.forward(points, indices), labels);
        }

        if (robust.Loss == RobustLoss.Adversarial || share == 0)
        {
            return (Losses.Robust(attacked, scale), null);
        }

        return Bounded(perturbation.Apply(network, inputs, indices), labels, ramp, robust.Loss == RobustLoss.MixedLosses
            ? bounds => Losses.Robust(attacked, scale).Times(1 - share).Plus(Losses.Robust(bounds, scale).Times(share))
            : bounds => Losses.Robust(attacked.Times(1 - share).Plus(bounds.Times(share)), scale));
    }

    /// <summary>A box of a share of the size about points, moved towards the inputs so that it lies within the whole box.</summary>
    /// <param name="inputs">x.</param>
    /// <param name="points">Points of the whole box.</param>
    /// <param name="box">The whole box, x +- epsilon, cut or not.</param>
    /// <param name="epsilon">Its size.</param>
    /// <param name="share">In [0, 1].</param>
    internal static Interval SmallBox(Tensor inputs, Tensor points, Interval box, double epsilon, double share)
    {
        using var guard = no_grad();
        double room = epsilon * (1 - share), size = epsilon * share;
        var centre = minimum(maximum(points, inputs.Plus(-room)), inputs.Plus(room));
        return new(maximum(centre.Plus(-size), box.Lower), minimum(centre.Plus(size), box.Upper));
    }

    private (Tensor Loss, Tensor? Bounds) Bounded(IPerturbedInput perturbed, Tensor labels, double ramp, Func<Tensor, Tensor> lossOf)
    {
        double crown = robust.CrownShare.At(ramp);
        Tensor? loss = null, best = null;
        foreach (var (method, share) in new[] { (BoundMethod.SIbp, 1 - crown), (robust.Crown, crown) })
        {
            if (share > 0)
            {
                var bounds = network.BoundMargins(perturbed, labels, method);
                var own = lossOf(bounds).Times(share);
                (loss, best) = (loss is null ? own : loss.Plus(own), best is null ? bounds.detach() : maximum(best, bounds.detach()));
            }
        }

        return (loss!, best);
    }
}
