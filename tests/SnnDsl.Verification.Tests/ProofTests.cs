using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SnnDsl.Certification;
using SnnDsl.Certification.Proofs;
using SnnDsl.Certification.Search;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>Proofs of branch and bound are computed again, and what is cut out of them or changed in them is found.</summary>
public class ProofTests
{
    [Theory]
    [InlineData(nameof(HardRectangular), false), InlineData(nameof(SoftArctan), true), InlineData(nameof(ResetBelow), true)]
    [InlineData(nameof(ConvStrided), true), InlineData(nameof(LastMembrane), true), InlineData(nameof(DeepTriangular), false)]
    [InlineData(nameof(PoissonConv), false), InlineData(nameof(EventsConv), false), InlineData(nameof(EventsTinyConv), false)]
    [InlineData(nameof(ResetBelow), true, Precision.Float64), InlineData(nameof(PoissonConv), false, Precision.Float64)]
    [InlineData(nameof(HardRectangular), false, Precision.RoundingSafe), InlineData(nameof(SoftArctan), true, Precision.RoundingSafe)]
    [InlineData(nameof(ResetBelow), true, Precision.RoundingSafe), InlineData(nameof(ConvStrided), true, Precision.RoundingSafe)]
    [InlineData(nameof(LastMembrane), true, Precision.RoundingSafe), InlineData(nameof(PoissonConv), false, Precision.RoundingSafe)]
    [InlineData(nameof(EventsConv), false, Precision.RoundingSafe)]
    public void ProofsOfSearchesAreAccepted(string network, bool needed, Precision precision = Precision.Float32)
    {
        using var scope = NewDisposeScope();
        using var bench = Bench(network);
        var records = Searched(bench, precision);
        var results = bench.Verify(records);
        Assert.All(results, result => Assert.Null(result.Rejection));
        Assert.NotEmpty(results);
        // More than intervals show: lines, or cases.
        Assert.True(!needed || records.Exists(record => record.Proof is not null && Text(bench, record).Contains("lines")), "no proof needs lines");
    }

    [Theory, InlineData(Precision.Float32), InlineData(Precision.RoundingSafe)]
    public void DamagedProofsAreRejected(Precision precision)
    {
        using var scope = NewDisposeScope();
        // One whose tree splits, and needs lines behind the splits: without either nothing shows the bound.
        var (bench, record) = Split(nameof(ResetBelow), precision) ?? Split(nameof(ConvStrided), precision) ?? Split(nameof(LastMembrane), precision)
            ?? Split(nameof(SoftArctan), precision)
            ?? throw new InvalidOperationException("No search had to split.");
        using var kept = bench;
        string text = Text(bench, record);
        Assert.Null(Assert.Single(bench.Verify([record])).Rejection);

        Assert.Contains("is not in", Rejection(bench, record with { Proof = record.Proof! with { Name = "none.json.gz" } }));
        Assert.Contains("its hash is another", Rejection(bench, record with { Proof = record.Proof! with { Sha256 = new('0', 64) } }));
        Assert.Contains("no proof is stored", Rejection(bench, record with { Proof = null }));
        Assert.Contains("damaged", Rejection(bench, Store(bench, record, text[..(text.Length / 2)])));
        Assert.Contains("is not one of class", Rejection(bench, Store(bench, record, text.Replace("\"label\":", "\"label\":1"))));
        Assert.Contains("damaged", Rejection(bench, Store(bench, record, text.Replace("\"fires\"", "\"other\""))));
        Assert.Contains("not proved to be above 0", Rejection(bench, Store(bench, record, Changed(text, margin => margin["tree"] = JsonNode.Parse("""{"leaf":"counts"}""")))));
        Assert.Contains("not proved to be above 0", Rejection(bench, Store(bench, record, Changed(text, margin => margin["tree"] = JsonNode.Parse("""{"leaf":"empty"}""")))));
        // Slopes of neurons that are not listed; margins that counts prove have none.
        Assert.Contains("damaged", Rejection(bench, Store(bench, record, Changed(text, margin =>
            margin["layers"] = margin["tree"]!["leaf"] is null ? new JsonArray() : margin["layers"]!.DeepClone()))));
        Assert.Contains("damaged", Rejection(bench, Store(bench, record, text.Replace("\"spike\":[", "\"spike\":[9").Replace("\"train\":[", "\"train\":[9999"))));
    }

    /// <summary>Splits of whole trains without periods, and of entries of retimed recordings.</summary>
    [Theory]
    [InlineData(nameof(SoftArctan), "pattern", "atLeast", "less"), InlineData(nameof(ResetBelow), "pattern", "atLeast", "less")]
    [InlineData(nameof(EventsTiny), "entry", "kept", "flipped"), InlineData(nameof(EventsFc), "entry", "kept", "flipped")]
    public void SplitsAreCheckedAndDamagedOnesRejected(string network, string split, string first, string second)
    {
        using var scope = NewDisposeScope();
        var perturbations = network.StartsWith("Events", StringComparison.Ordinal)
            ? new Perturbation[] { new SpikeRetiming(1), new SpikeRetiming(2, moves: 2) }
            : [new LInfinity(0.15), new LInfinity(0.1)];
        var (bench, record) = perturbations.Select(perturbation => Split(network, Precision.Float32, perturbation, $"\"{split}\"")).FirstOrDefault(found => found is not null)
            ?? throw new InvalidOperationException("No search had to split.");
        using var kept = bench;
        string text = Text(bench, record);
        Assert.Null(Assert.Single(bench.Verify([record])).Rejection);
        Assert.Null(Assert.Single(bench.Verify([record], VerificationArithmetic.Exact)).Rejection);

        Assert.Contains("damaged", Rejection(bench, Store(bench, record, text.Replace($"\"{first}\"", "\"other\""))));
        Assert.Contains("damaged", Rejection(bench, Store(bench, record, text.Replace($"\"{second}\"", "\"other\""))));
        Assert.Contains("damaged", Rejection(bench, Store(bench, record, text.Replace($"\"{split}\":[", $"\"{split}\":[9999"))));
        Assert.Contains("damaged", Rejection(bench, Store(bench, record, text.Replace($"\"{split}\":[", $"\"{split}\":[-"))));
        if (split == "pattern")
        {
            Assert.Contains("damaged", Rejection(bench, Store(bench, record, text.Replace("\"trains\":true", "\"trains\":false"))));
            Assert.Contains("damaged", Rejection(bench, Store(bench, record, Regex.Replace(text, "\"pattern\":\\[([0-9]+),\"[01]", "\"pattern\":[$1,\""))));
            Assert.Contains("damaged", Rejection(bench, Store(bench, record, Regex.Replace(text, "\"pattern\":\\[([0-9]+),\"[01]", "\"pattern\":[$1,\"2"))));
        }
    }

    private static (RecordBench Bench, CertificateRecord Record)? Split(
        string network, Precision precision, Perturbation? perturbation = null, string split = "\"fires\"")
    {
        var bench = Bench(network, perturbation);
        if (Searched(bench, precision).Find(known => known.Verdict.IsByBounds() && new[] { split, "\"lines\"" }.All(Text(bench, known).Contains)) is { } record)
        {
            return (bench, record);
        }

        bench.Dispose();
        return null;
    }

    private static RecordBench Bench(string network, Perturbation? perturbation = null) => new(
        network, perturbation ?? (network.StartsWith("Events", StringComparison.Ordinal) ? new SpikeFlips(1) : new LInfinity(0.03)), samples: 24);

    private static string? Rejection(RecordBench bench, CertificateRecord record) => Assert.Single(bench.Verify([record])).Rejection;

    /// <summary>Records of what branch and bound finds of the samples that are not refuted, with their proofs.</summary>
    internal static List<CertificateRecord> Searched(RecordBench bench, Precision precision)
    {
        var known = bench.Records(CertificationMethod.SIbp);
        using var view = new NetworkView(bench.Subject.Module, precision);
        var search = new BranchAndBound(
            bench.Subject.Module, new() { MostSubproblems = 60, TimeLimit = TimeSpan.FromSeconds(5), Threads = 1, Attacks = false }, view);
        List<CertificateRecord> records = [];
        foreach (var record in known.Where(record => record.Verdict != Verdict.Falsified))
        {
            var input = bench.Data.Inputs(record.Position);
            using var result = search.Run(record.Setting.Perturbation.ToPerturbation(), input, (int)record.Label, record.Index);
            if (result.Verdict == Verdict.Falsified)
            {
                continue;
            }

            bool certified = result.Verdict.IsByBounds();
            var searched = record with
            {
                Setting = record.Setting with
                {
                    Perturbation = record.Setting.Perturbation with { Box = record.Setting.Perturbation.ToPerturbation().BoxIn(precision, bench.Subject.Blueprint.Encoding) },
                    Method = "bab",
                    Precision = PrecisionNames.Of(precision),
                    Guard = Guard.Of(precision),
                },
                Verdict = result.Verdict,
                DecidedBy = certified ? "bab" : null,
                LowerBounds = result.LowerBounds,
                ProvedBy = [.. result.LowerBounds.Select(_ => "bab")],
            };
            records.Add(result.Proof is { } proof ? Store(bench, searched, proof) : searched);
        }

        return records;
    }

    private static CertificateRecord Store(RecordBench bench, CertificateRecord record, SearchProof proof)
    {
        string file = File(bench, record);
        ProofFile.Save(file, proof);
        return record with { Proof = new(Path.GetFileName(file), SafeTensors.FileHash(file)) };
    }

    private static CertificateRecord Store(RecordBench bench, CertificateRecord record, string text)
    {
        string file = File(bench, record);
        System.IO.File.WriteAllText(file, text);
        return record with { Proof = new(Path.GetFileName(file), SafeTensors.FileHash(file)) };
    }

    private static string File(RecordBench bench, CertificateRecord record)
    {
        Directory.CreateDirectory(bench.Path + ".proofs");
        return Path.Combine(bench.Path + ".proofs", $"{record.Index}.json.gz");
    }

    private static string Text(RecordBench bench, CertificateRecord record)
    {
        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(File(bench, record)), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static string Changed(string text, Action<JsonNode> change)
    {
        var proof = JsonNode.Parse(text)!;
        foreach (var margin in proof["margins"]!.AsArray())
        {
            change(margin!);
        }

        return proof.ToJsonString();
    }
}
