namespace SnnDsl.Evaluation;

/// <summary>One sample of an attack.</summary>
/// <param name="Index">Its index in the published data set.</param>
/// <param name="Label">Its class.</param>
/// <param name="Prediction">The network's class for the unperturbed input.</param>
/// <param name="AttackedPrediction">Its class for the best point that was found.</param>
/// <param name="Margin">That point's least margin over all rivals.</param>
/// <param name="Broken">Whether that class is not the label.</param>
/// <param name="Distance">How far the point is from the input: the largest change of a pixel, or the number of flips.</param>
public sealed record AttackedSample(
    long Index, long Label, long Prediction, long AttackedPrediction, float Margin, bool Broken, double Distance);
