namespace SnnDsl.Evaluation;

/// <summary>The chain that must hold on every sample that is both attacked and certified: attacked margin &gt;= lower bound.</summary>
public static class Chain
{
    /// <summary>The samples on which it does not hold; anything but none means that bounds or attack are wrong.</summary>
    /// <param name="certificates">A certification.</param>
    /// <param name="attacks">An attack on the same network within the same perturbation.</param>
    /// <param name="tolerance">The rounding that a float bound is granted.</param>
    /// <returns>Indices of samples.</returns>
    /// <exception cref="ArgumentException">The reports are of different networks or different perturbations.</exception>
    public static IReadOnlyList<long> Violations(CertificationReport certificates, AttackReport attacks, double tolerance = Guard.Plain)
    {
        if (!Setting(certificates).Equals(Setting(attacks)))
        {
            throw new ArgumentException("The reports are of different networks, steps, seeds or perturbations: compare like with like.", nameof(attacks));
        }

        var bounds = certificates.Samples.ToDictionary(sample => sample.Index);
        return
        [
            .. from attacked in attacks.Samples
               where bounds.TryGetValue(attacked.Index, out var certified)
                   && (attacked.Margin < certified.LowerBounds.Min() - tolerance || (attacked.Broken && certified.Certified))
               select attacked.Index,
        ];
    }

    private static object Setting(Report report) => (
        report.WeightsSha256, report.ArchitectureSha256, (report.Norm, report.Epsilon, report.Flips, report.FlipMode, report.Clamp),
        report.Steps, report.Seed, (report.Dataset.Name, report.Dataset.Split));
}
