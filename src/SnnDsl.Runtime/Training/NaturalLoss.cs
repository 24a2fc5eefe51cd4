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

    /// <summary>
    /// Temporal efficient training (Deng et al., ICLR 2022): the cross-entropy of what the readout gets at every step, averaged, and a regulariser that draws
    /// all of it to a constant, see <see cref="Losses.Temporal"/>.
    /// </summary>
    Temporal,

    /// <summary>
    /// The cross-entropy of the greatest membrane over time, times <see cref="TrainingOptions.LogitScale"/>, of a network whose last neurons integrate and do
    /// not fire; its logits stay what its readout says.
    /// </summary>
    MaxMembrane,
}
