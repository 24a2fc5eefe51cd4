using System.Diagnostics;
using System.Globalization;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Networks;

namespace SnnDsl.Benchmarks.Certificates;

/// <summary>
/// What rounding-safe bounds cost beside plain ones: the same samples by the same method in both precisions, in turn in one process, so that
/// whatever else the machine does meets both. Medians of the runs.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Method">The method.</param>
/// <param name="Samples">How many samples.</param>
/// <param name="Plain">Milliseconds a sample in float32.</param>
/// <param name="Safe">Milliseconds a sample, rounding-safe.</param>
/// <param name="PlainCertified">How many samples plain bounds prove.</param>
/// <param name="SafeCertified">How many rounding-safe ones do.</param>
/// <param name="Lost">How many plain bounds prove and rounding-safe ones do not.</param>
internal sealed record Cost(
    string Network, string Method, int Samples, double Plain, double Safe, int PlainCertified, int SafeCertified, int Lost)
{
    /// <summary>The table's head.</summary>
    public const string Head = """
        | network | method | samples | plain ms | safe ms | ratio | proved plain | proved safe | of the plain ones, lost |
        |---|---|---:|---:|---:|---:|---:|---:|---:|
        """;

    /// <summary>Measures.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="method">The method.</param>
    /// <param name="settings">Samples and time limit.</param>
    /// <param name="rounds">How often each precision runs.</param>
    public static Cost Of(Subject subject, CertificationMethod method, Settings settings, int rounds)
    {
        using var network = subject.Trained(subject.Create);
        var data = subject.Samples(settings.Data, settings.Count);
        Precision[] precisions = [Precision.Float32, Precision.RoundingSafe];
        var times = precisions.ToDictionary(precision => precision, _ => new List<double>());
        var proved = precisions.ToDictionary(precision => precision, precision => Proved(Run(network, subject, method, settings, precision, data.Take(Math.Min(8, data.Count)))));
        for (int round = 0; round < rounds; round++)
        {
            foreach (var precision in precisions)
            {
                GC.Collect();
                var watch = Stopwatch.StartNew();
                var report = Run(network, subject, method, settings, precision, data);
                times[precision].Add(watch.Elapsed.TotalMilliseconds / data.Count);
                proved[precision] = Proved(report);
            }
        }

        var (plain, safe) = (proved[Precision.Float32], proved[Precision.RoundingSafe]);
        return new(
            subject.Name, CertificationMethodNames.Of(method), data.Count, Median(times[Precision.Float32]), Median(times[Precision.RoundingSafe]),
            plain.Count, safe.Count, plain.Except(safe).Count());
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Network} | {Method} | {Samples} | {Plain:G3} | {Safe:G3} | {Safe / Plain:F2} | {PlainCertified} | {SafeCertified} | {Lost} |");

    private static CertificationReport Run(
        SpikingModule network, Subject subject, CertificationMethod method, Settings settings, Precision precision, Dataset data) =>
        new Certifier(network, subject.Box, method)
        {
            Precision = precision,
            TimeLimit = method is CertificationMethod.Bab or CertificationMethod.Auto ? settings.TimeLimit : null,
        }.Run(data);

    // What is proved: certified, or bounded in plain precisions.
    private static HashSet<long> Proved(CertificationReport report) =>
        [.. report.Records.Where(record => record.Verdict is not (Verdict.Unknown or Verdict.Falsified)).Select(record => record.Index)];

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
