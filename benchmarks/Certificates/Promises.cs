using System.Diagnostics;
using System.Globalization;
using Mnist;
using NMnist;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Verification;

namespace SnnDsl.Benchmarks.Certificates;

/// <summary>
/// What certificates promise: every record convinces the verifier, and a sample takes no longer than its limit. Runs methods that look for
/// their proofs, in every precision and with short limits, and checks all that they write.
/// </summary>
internal static class Promises
{
    // A sample may take so much longer, whichever is more: its last step was planned by what others took.
    private const double Share = 1.2, Seconds = 0.3;

    private static readonly CertificationMethod[] Methods = [CertificationMethod.Alpha, CertificationMethod.Bab, CertificationMethod.Auto];

    private static readonly Example[] All =
    [
        new(nameof(FcDirect), () => new FcDirect(0), new LInfinity(0.05)),
        new(nameof(ConvDirect), () => new ConvDirect(0), new LInfinity(0.05)),
        new(nameof(FcPoisson), () => new FcPoisson(0), new LInfinity(0.005)),
        new(nameof(ConvPoisson), () => new ConvPoisson(0), new LInfinity(0.005)),
        new(nameof(NmnistFc), () => new NmnistFc(0), new SpikeFlips(2)),
        new(nameof(NmnistConv), () => new NmnistConv(0), new SpikeFlips(2)),
    ];

    /// <summary>Runs and prints a line for each run.</summary>
    /// <param name="data">The folder of the data sets: mnist, and nmnist with its zip.</param>
    /// <param name="weights">A folder with a file for each network, NAME.safetensors; those without one are left out.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="limits">Seconds a sample.</param>
    /// <returns>Whether all promises were kept.</returns>
    public static bool Run(string data, string weights, int count, IReadOnlyList<double> limits)
    {
        bool kept = true;
        Console.WriteLine("| network | precision | method | limit, s | by bounds | falsified | unknown | records accepted | rejected | p99 over the limit, s | in time |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var example in All.Where(example => File.Exists(Path.Combine(weights, example.Name + ".safetensors"))))
        {
            using var network = example.Create();
            Weights.Load(network, Path.Combine(weights, example.Name + ".safetensors"));
            var samples = (network.Description.Encoding == Encoding.Spikes
                ? EventDataset.Load(Path.Combine(data, "nmnist"), network.Steps, "test")
                : ImageDataset.Load(Path.Combine(data, "mnist"), "mnist", "test")).Take(count);
            foreach (var (precision, method, limit) in from precision in Enum.GetValues<Precision>() from method in Methods from limit in limits select (precision, method, limit))
            {
                kept &= Run(example, network, samples, precision, method, limit);
            }
        }

        return kept;
    }

    private static bool Run(Example example, SpikingModule network, Dataset samples, Precision precision, CertificationMethod method, double limit)
    {
        var folder = Directory.CreateTempSubdirectory("snndsl-promises-");
        try
        {
            string path = Path.Combine(folder.FullName, "records.jsonl");
            var certifier = new Certifier(network, example.Perturbation, method) { Precision = precision, TimeLimit = TimeSpan.FromSeconds(limit) };
            // The first call compiles; it is not what a sample costs.
            certifier.Run(samples.Take(1));
            IReadOnlyList<CertificateRecord> records;
            using (var file = RecordFile<CertificateRecord>.Create(path))
            {
                records = certifier.Run(samples, file).Records;
            }

            var watch = Stopwatch.StartNew();
            var verified = new RecordVerifier(network, samples).VerifyFile(path);
            double[] over = [.. records.Select(record => record.Seconds - limit).Order()];
            double late = Math.Max((Share - 1) * limit, Seconds);
            double inTime = over.Count(seconds => seconds <= late) / (double)over.Length;
            int rejected = verified.Count(result => result.Rejection is not null);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {example.Name} | {PrecisionNames.Of(precision)} | {CertificationMethodNames.Of(method)} | {limit} | "
                + $"{records.Count(record => record.Verdict.IsByBounds())} | {records.Count(record => record.Verdict == Verdict.Falsified)} | {records.Count(record => record.Verdict == Verdict.Unknown)} | "
                + $"{verified.Count - rejected} | {rejected} | {over[(int)Math.Ceiling(0.99 * over.Length) - 1]:0.00} | {inTime:0.0%} |"));
            foreach (var result in verified.Where(result => result.Rejection is not null))
            {
                Console.Error.WriteLine($"{example.Name}, {precision}, {method}, {limit} s: {result.Rejection}");
            }

            return rejected == 0 && inTime >= 0.99;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed record Example(string Name, Func<SpikingModule> Create, Perturbation Perturbation);
}
