namespace SnnDsl.Evaluation.Records;

/// <summary>A perturbed input that the network gets wrong or ties on, as its float32 forward pass replayed it.</summary>
/// <param name="Prediction">The network's class for it.</param>
/// <param name="Margins">logit_label - logit_rival there, rivals in ascending order; one of them is at most 0.</param>
/// <param name="Distance">How far it is from the sample: the largest change of a pixel, or the number of flips.</param>
/// <param name="File">Where its input is stored, as <c>input</c>; null where the run kept no files.</param>
public sealed record RecordedCounterexample(long Prediction, float[] Margins, double Distance, RecordedFile? File = null);
