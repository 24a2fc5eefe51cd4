namespace SnnDsl.CommandLine.Pictures;

/// <summary>How many samples hold against a perturbation of one size; shares of all samples.</summary>
/// <param name="Size">An epsilon, or a number of flips.</param>
/// <param name="Right">Predicted right unperturbed; the share of those that were done.</param>
/// <param name="Proved">Certified; in a plain precision: bounded.</param>
/// <param name="Standing">Not falsified: what an attack leaves standing.</param>
internal readonly record struct RobustnessPoint(double Size, double Right, double Proved, double Standing);
