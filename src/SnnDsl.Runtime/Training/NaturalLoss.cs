namespace SnnDsl.Training;

/// <summary>The loss on unperturbed samples.</summary>
public enum NaturalLoss
{
    /// <summary>The cross-entropy of the logits times <see cref="TrainingOptions.LogitScale"/>.</summary>
    CrossEntropy,

    /// <summary>
    /// The mean square of what each logit lacks of 1 for the label's class, and of 0 for the others: of firing rates, of a neuron that fires at every step and
    /// others that never do.
    /// </summary>
    MeanSquare,
}
