using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.Evaluation;

/// <summary>The chain that must hold on every sample that is both attacked and certified: attacked margin &gt;= lower bound.</summary>
public static class Chain
{
    /// <summary>The samples on which it does not hold; anything but none means that bounds or attack are wrong.</summary>
    /// <param name="certificates">A certification.</param>
    /// <param name="attacks">An attack on the same network within the same perturbation.</param>
    /// <param name="tolerance">The rounding that a float bound is granted.</param>
    /// <returns>Indices of samples.</returns>
    /// <exception cref="ArgumentException">They are of different networks or different perturbations.</exception>
    public static IReadOnlyList<long> Violations(CertificationReport certificates, AttackReport attacks, double tolerance = Guard.Plain)
    {
        var setting = certificates.Setting;
        // An attack states no box: its points are float32 images between float32's own ends, which lie in every box that bounds are recorded for.
        if ((setting.WeightsSha256, setting.ArchitectureSha256, setting.Perturbation with { Box = null }, setting.Steps, setting.Seed, setting.Dataset.Name, setting.Dataset.Split)
            != (attacks.WeightsSha256, attacks.ArchitectureSha256, attacks.Perturbation, attacks.Steps, attacks.Seed, attacks.Dataset.Name, attacks.Dataset.Split))
        {
            throw new ArgumentException("The reports are of different networks, steps, seeds or perturbations: compare like with like.", nameof(attacks));
        }

        var records = certificates.Records.ToDictionary(record => record.Index);
        return
        [
            .. from attacked in attacks.Samples
               where records.TryGetValue(attacked.Index, out var record)
                   && ((record.LowerBounds.Length > 0 && attacked.Margin < record.LowerBounds.Min() - tolerance)
                       || (attacked.Broken && record.Verdict.IsByBounds()))
               select attacked.Index,
        ];
    }

    /// <summary>The samples whose own counterexample lies below one of their lower bounds; the same holds for them.</summary>
    /// <param name="records">Records of a certification.</param>
    /// <param name="tolerance">The rounding that a float bound is granted.</param>
    /// <returns>Indices of samples.</returns>
    public static IReadOnlyList<long> Violations(IEnumerable<CertificateRecord> records, double tolerance = Guard.Plain) =>
    [
        .. from record in records
           where record.Counterexample is { } found && record.LowerBounds.Where((bound, rival) => found.Margins[rival] < bound - tolerance).Any()
           select record.Index,
    ];
}
