namespace SnnDsl.Evaluation;

/// <summary>One sample of a certification.</summary>
/// <param name="Index">Its index in the published data set.</param>
/// <param name="InputSha256">The hash of its input as it stands in its file.</param>
/// <param name="Label">Its class.</param>
/// <param name="Prediction">The network's class for the unperturbed input.</param>
/// <param name="Logits">The unperturbed logits.</param>
/// <param name="LowerBounds">Lower bounds of logit_label - logit_rival by the named method alone, rivals in ascending order.</param>
/// <param name="Certified">Whether the prediction is right and every lower bound is above the guard.</param>
public sealed record CertifiedSample(
    long Index, string InputSha256, long Label, long Prediction, float[] Logits, float[] LowerBounds, bool Certified);
