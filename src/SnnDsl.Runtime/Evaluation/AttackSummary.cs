namespace SnnDsl.Evaluation;

/// <summary>Shares of all samples.</summary>
/// <param name="Accuracy">Predicted right, unperturbed.</param>
/// <param name="AttackError">Broken; those predicted wrong to begin with count.</param>
/// <param name="Seconds">The time it took.</param>
public sealed record AttackSummary(double Accuracy, double AttackError, double Seconds);
