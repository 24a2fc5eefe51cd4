namespace SnnDsl.Training;

/// <summary>How a network does on the samples that its training keeps aside, at the end of an epoch.</summary>
/// <param name="Accuracy">The share that it predicts right over all its time steps, in [0, 1].</param>
/// <param name="Bounded">
/// Certified training by the loss of bounds: the share whose S-IBP bounds hold at the full perturbation, in plain float32; an indicator, not a claim. Else null.
/// </param>
/// <param name="IsBest">Whether these weights are the best so far, and those that the run ends with unless better ones come.</param>
public sealed record ValidationResult(double Accuracy, double? Bounded, bool IsBest)
{
    /// <summary>
    /// Certified training with attacked samples in its loss: the share that is predicted right at the training's own attack on the full perturbation. Else null.
    /// </summary>
    public double? Attacked { get; init; }

    /// <summary>What epochs are compared by: the bounded or the attacked share where there is one, else the accuracy.</summary>
    public double Score => Bounded ?? Attacked ?? Accuracy;
}
