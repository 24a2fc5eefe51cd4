using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>The losses of natural and of certified training; means over a batch.</summary>
public static class Losses
{
    /// <summary>The cross-entropy of logits times a scale.</summary>
    /// <param name="logits">[B, classes].</param>
    /// <param name="labels">int64 [B].</param>
    /// <param name="scale">The scale.</param>
    public static Tensor Natural(Tensor logits, Tensor labels, double scale) => nn.functional.cross_entropy(logits.Times(scale), labels);

    /// <summary>The mean over samples and classes of (logit - target)^2, the target 1 for the label's class and 0 for the others.</summary>
    /// <param name="logits">[B, classes].</param>
    /// <param name="labels">int64 [B].</param>
    public static Tensor MeanSquare(Tensor logits, Tensor labels) =>
        nn.functional.mse_loss(logits, nn.functional.one_hot(labels, logits.size(1)).to(logits.dtype));

    /// <summary>
    /// Temporal efficient training: with what the readout gets at step t, O(t), the loss is (1 - lambda) / T sum_t CE(scale O(t), label)
    /// + lambda / T sum_t MSE(O(t), target), the mean square over samples and classes.
    /// </summary>
    /// <remarks>
    /// Deng, Li, Zhang, Gu, <i>Temporal Efficient Training of Spiking Neural Network via Gradient Re-weighting</i>, ICLR 2022 (arXiv 2202.11946), where O(t) are
    /// currents of a last layer without neurons, and the scale is 1.
    /// </remarks>
    /// <param name="outputs">O, spikes or currents, [T, B, classes].</param>
    /// <param name="labels">int64 [B].</param>
    /// <param name="scale">The scale.</param>
    /// <param name="lambda">What the regulariser weighs, in [0, 1].</param>
    /// <param name="target">Where it draws outputs to.</param>
    public static Tensor Temporal(Tensor outputs, Tensor labels, double scale, double lambda, double target)
    {
        // All samples count as often as all steps: a mean over both is the mean over steps of means over samples.
        var entropy = Natural(outputs.flatten(0, 1), labels.repeat(outputs.size(0)), scale);
        return lambda == 0 ? entropy : entropy.Times(1 - lambda).Plus(outputs.Plus(-target).Squared().mean().Times(lambda));
    }

    /// <summary>The cross-entropy of the greatest membrane over time, times a scale.</summary>
    /// <param name="membranes">[T, B, classes].</param>
    /// <param name="labels">int64 [B].</param>
    /// <param name="scale">The scale.</param>
    public static Tensor MaxMembrane(Tensor membranes, Tensor labels, double scale) => Natural(membranes.amax([0L]), labels, scale);

    /// <summary>
    /// The cross-entropy of the worst logits that lower bounds allow: 0 for the label, -bound for each rival, times a scale; that is
    /// log(1 + sum_j exp(-scale bound_j)), which bounds the natural loss of every perturbed input from above (Wong, Kolter 2018).
    /// </summary>
    /// <param name="lowerBounds">Lower bounds of the margins, [B, classes - 1].</param>
    /// <param name="scale">The scale.</param>
    public static Tensor Robust(Tensor lowerBounds, double scale)
    {
        var worst = nn.functional.pad(lowerBounds.Times(-scale), [1, 0]);
        return worst.logsumexp(1).mean();
    }
}
