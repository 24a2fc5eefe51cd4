namespace SnnDsl.Training;

/// <summary>How a network does on the samples that its training keeps aside, at the end of an epoch.</summary>
/// <param name="Accuracy">The share that it predicts right over all its time steps, in [0, 1].</param>
/// <param name="Bounded">
/// Certified training: the share whose S-IBP bounds hold at the full perturbation, in plain float32; an indicator, not a claim. Null in natural training.
/// </param>
/// <param name="IsBest">Whether these weights are the best so far, and those that the run ends with unless better ones come.</param>
public sealed record ValidationResult(double Accuracy, double? Bounded, bool IsBest)
{
    /// <summary>What epochs are compared by: the bounded share where there is one, else the accuracy.</summary>
    public double Score => Bounded ?? Accuracy;
}
