using System.Globalization;
using System.Text.Json;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Verification;

namespace SnnDsl.Benchmarks.Certificates.Promises;

/// <summary>One run of the matrix: some samples of a network by one method, in one precision, with one limit. Its files say how far it is.</summary>
/// <param name="Example">The network.</param>
/// <param name="Samples">The samples.</param>
/// <param name="Precision">The precision.</param>
/// <param name="Method">The method.</param>
/// <param name="Limit">Seconds a sample.</param>
/// <param name="Folder">Where its files lie.</param>
internal sealed record Cell(Example Example, Dataset Samples, Precision Precision, CertificationMethod Method, double Limit, string Folder)
{
    // A sample may take so much longer, whichever is more: its last step was planned by what others took.
    private const double Share = 1.2, Seconds = 0.3;

    /// <summary>What it is called.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture,
        $"{Example.Name}.{Samples.Split}.{PrecisionNames.Of(Precision)}.{CertificationMethodNames.Of(Method)}.{Limit}");

    private string Records => Path.Combine(Folder, Name + ".jsonl");

    private string Checked => Path.Combine(Folder, Name + ".verified.json");

    private string Again => Path.Combine(Folder, Name + ".again.json");

    /// <summary>Certifies what is not yet.</summary>
    /// <param name="network">The network.</param>
    public void Certify(SpikingModule network)
    {
        var certifier = Certifier(network);
        using var file = RecordFile<CertificateRecord>.Resume(Records, certifier.Setting(Samples));
        if (file.Records.Count == Samples.Count)
        {
            return;
        }

        // The first call compiles; it is not what a sample costs.
        certifier.Run(Samples.Take(1));
        var records = certifier.Run(Samples, file).Records;
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {records.Count(record => record.Verdict.IsByBounds())} by bounds, {records.Count(IsLate)} late, {records.Sum(record => record.Seconds):0} s"));
    }

    /// <summary>Verifies the records, unless they were; says what was refused.</summary>
    /// <param name="network">The network.</param>
    public void Verify(SpikingModule network)
    {
        if (File.Exists(Checked))
        {
            return;
        }

        var results = new RecordVerifier(network, Samples).VerifyFile(Records);
        Write(Checked, results.Select(result => new Judged(result.Position, result.Rejection, result.Seconds)));
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Name}: {results.Count(result => result.Accepted)} of {results.Count} records accepted in {results.Sum(result => result.Seconds):0} s"));
        foreach (var result in results.Where(result => !result.Accepted))
        {
            Console.Error.WriteLine($"{Name}, sample {result.Position}: {result.Rejection}");
        }
    }

    /// <summary>Certifies those samples again that took too long, each by itself: was it the machine, which had other work, or the method?</summary>
    /// <param name="network">The network.</param>
    public void Repeat(SpikingModule network)
    {
        if (File.Exists(Again))
        {
            return;
        }

        Dictionary<int, double> again = [];
        foreach (var late in RecordLog.Read<CertificateRecord>(Records).Where(IsLate))
        {
            again[late.Position] = Certifier(network).Run(Samples, shard: new(late.Position, Samples.Count)).Records.Single().Seconds;
        }

        Write(Again, again);
    }

    /// <summary>What was found.</summary>
    public Kept Read()
    {
        var records = RecordLog.Read<CertificateRecord>(Records);
        var results = JsonSerializer.Deserialize<Judged[]>(File.ReadAllText(Checked))!;
        var again = File.Exists(Again) ? JsonSerializer.Deserialize<Dictionary<int, double>>(File.ReadAllText(Again))! : null;
        return new(
            Accepted: results.Count(result => result.Rejection is null),
            Rejected: results.Count(result => result.Rejection is not null),
            ByBounds: records.Count(record => record.Verdict.IsByBounds()),
            Falsified: records.Count(record => record.Verdict == Verdict.Falsified),
            Unknown: records.Count(record => record.Verdict == Verdict.Unknown),
            Late: records.Count(IsLate),
            LateAgain: again?.Values.Count(seconds => seconds > Most),
            Over: records.Max(record => record.Seconds) - Limit);
    }

    private double Most => Math.Max(Share * Limit, Limit + Seconds);

    private bool IsLate(CertificateRecord record) => record.Seconds > Most;

    private Certifier Certifier(SpikingModule network) =>
        new(network, Example.Perturbation, Method) { Precision = Precision, TimeLimit = TimeSpan.FromSeconds(Limit) };

    // Whole or not at all.
    private static void Write<TValue>(string path, TValue value)
    {
        File.WriteAllText(path + ".part", JsonSerializer.Serialize(value));
        File.Move(path + ".part", path);
    }

    /// <summary>What the verifier said of a record, and how long it took.</summary>
    private sealed record Judged(int? Position, string? Rejection, double Seconds);
}
