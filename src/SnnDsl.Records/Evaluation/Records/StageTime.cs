namespace SnnDsl.Evaluation.Records;

/// <summary>How long a stage took for one sample.</summary>
/// <param name="Name">The stage: "prediction", a method or an attack.</param>
/// <param name="Seconds">The sample's share of the time of its batch.</param>
public sealed record StageTime(string Name, double Seconds);
