namespace SnnDsl.Evaluation;

/// <summary>Shares of all samples.</summary>
/// <param name="Accuracy">Predicted right, unperturbed.</param>
/// <param name="CertifiedAccuracy">Certified.</param>
/// <param name="CertifiedError">Not certified.</param>
/// <param name="Seconds">The time it took.</param>
public sealed record CertificationSummary(double Accuracy, double CertifiedAccuracy, double CertifiedError, double Seconds);
