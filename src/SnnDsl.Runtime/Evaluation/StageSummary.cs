using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.Evaluation;

/// <summary>What one stage did in a certification.</summary>
/// <param name="Name">The stage: "prediction", a method or an attack.</param>
/// <param name="Samples">How many samples it worked on.</param>
/// <param name="Certified">How many of them it certified.</param>
/// <param name="Bounded">How many of them it bounded, in a plain precision.</param>
/// <param name="Falsified">How many of them it falsified.</param>
/// <param name="Seconds">The time it took, all samples together.</param>
public sealed record StageSummary(string Name, int Samples, int Certified, int Bounded, int Falsified, double Seconds)
{
    /// <summary>Sums records up.</summary>
    /// <param name="records">The records.</param>
    /// <returns>The stages in the order in which they ran.</returns>
    internal static IReadOnlyList<StageSummary> Of(IReadOnlyList<CertificateRecord> records)
    {
        // The sample that went through most stages names them in their order.
        var order = records.MaxBy(record => record.Stages.Length)?.Stages.Select(stage => stage.Name) ?? [];
        var names = order.Union(records.SelectMany(record => record.Stages.Select(stage => stage.Name)));
        return
        [
            .. names.Select(name => new StageSummary(
                name,
                records.Count(record => record.Stages.Any(stage => stage.Name == name)),
                records.Count(record => record.DecidedBy == name && record.Verdict == Verdict.Certified),
                records.Count(record => record.DecidedBy == name && record.Verdict == Verdict.Bounded),
                records.Count(record => record.DecidedBy == name && record.Verdict == Verdict.Falsified),
                records.Sum(record => record.Stages.Where(stage => stage.Name == name).Sum(stage => stage.Seconds)))),
        ];
    }
}
