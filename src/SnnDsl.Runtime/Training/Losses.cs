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
