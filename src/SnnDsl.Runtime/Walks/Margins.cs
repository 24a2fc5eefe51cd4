using SnnDsl.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>Margins: logit_y - logit_j of a class y over its rivals j, in ascending order of the class.</summary>
public static class Margins
{
    /// <summary>The rivals of every label, int64 [B, classes - 1].</summary>
    /// <param name="labels">int64 [B].</param>
    /// <param name="classes">How many classes there are.</param>
    public static Tensor Rivals(Tensor labels, int classes)
    {
        var others = HeldScalars.CountTo(classes - 1, labels.device).unsqueeze(0);
        return others.Plus((others >= labels.unsqueeze(1)).to(ScalarType.Int64));
    }

    /// <summary>The margins' rows over the logits: +1 at the label, -1 at the rival, [B, classes - 1, classes].</summary>
    /// <param name="labels">int64 [B].</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="dtype">float32 or float64.</param>
    public static Tensor Rows(Tensor labels, int classes, ScalarType dtype)
    {
        var own = nn.functional.one_hot(labels, classes).unsqueeze(1);
        var rivals = nn.functional.one_hot(Rivals(labels, classes), classes);
        return (own - rivals).to(dtype);
    }

    /// <summary>The margins of given logits, [B, classes - 1].</summary>
    /// <param name="logits">[B, classes].</param>
    /// <param name="labels">int64 [B].</param>
    public static Tensor FromLogits(Tensor logits, Tensor labels) =>
        logits.gather(1, labels.unsqueeze(1)) - logits.gather(1, Rivals(labels, (int)logits.size(1)));

    /// <summary>
    /// Lower bounds of the margins from bounds of the last layer's spikes: whole numbers of spikes, divided by T last.
    /// </summary>
    /// <param name="spikes">[T, B, classes].</param>
    /// <param name="labels">int64 [B].</param>
    public static Tensor FromSpikes(Interval spikes, Tensor labels) =>
        FromCounts(new(spikes.Lower.sum(0L), spikes.Upper.sum(0L)), labels, (int)spikes.Lower.size(0));

    /// <summary>Lower bounds of the margins from bounds of how often the last neurons fire.</summary>
    /// <param name="counts">[B, classes].</param>
    /// <param name="labels">int64 [B].</param>
    /// <param name="steps">T.</param>
    public static Tensor FromCounts(Interval counts, Tensor labels, int steps)
    {
        var rivals = Rivals(labels, (int)counts.Lower.size(1));
        return (counts.Lower.gather(1, labels.unsqueeze(1)) - counts.Upper.gather(1, rivals)).Over(steps);
    }

    /// <summary>The prediction: the lowest index among the largest logits, int64 [B].</summary>
    /// <param name="logits">[B, classes].</param>
    public static Tensor Predict(Tensor logits)
    {
        // torch's argmax does not say which of several maxima it takes.
        using Scalar none = logits.size(1);
        var classes = HeldScalars.CountTo(logits.size(1), logits.device).unsqueeze(0);
        var isLargest = logits == logits.amax([1L], keepdim: true);
        return where(isLargest, classes, full_like(classes, none)).amin([1L]);
    }
}
