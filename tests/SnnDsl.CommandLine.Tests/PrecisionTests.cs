using System.Text.Json;
using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;

namespace SnnDsl.CommandLine.Tests;

/// <summary>What is called certified, and what only bounded, in records, tables and reports.</summary>
public sealed class PrecisionTests : IDisposable
{
    private const string Promise = "Bounded is not certified: plain float";
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void CertificatesAreTheDefault()
    {
        using var network = new TinyImages(3);
        Assert.Equal(Precision.RoundingSafe, default);
        Assert.Equal(Precision.RoundingSafe, new Evaluation.Certifier(network, new LInfinity(0.1), CertificationMethod.Auto).Precision);
        using var bounder = new MarginBounder(network, CertificationMethod.SIbp);
        Assert.Equal(Precision.RoundingSafe, bounder.View.Precision);
    }

    /// <summary>The same samples: certified by default, bounded in plain precisions, and verify holds them to their word.</summary>
    [Fact]
    public async Task PlainPrecisionsBoundWhatTheDefaultCertifies()
    {
        string weights = bench.In("weights.safetensors");
        (await bench.OnImages("train", "--certified", "--epsilon", "0.05", "--epochs", "40", "--batch", "8", "--out", weights)).Succeeded();
        var (words, certified) = (new List<Verdict>(), 0);
        foreach (var (precision, word, other) in new[] { (null, "certified", "bounded"), ("float32", "bounded", "certified"), ("float64", "bounded", "certified") })
        {
            string path = bench.In($"{precision}.jsonl"), json = bench.In($"{precision}.json"), plot = bench.In($"{precision}.svg");
            string[] choice = precision is null ? [] : ["--precision", precision];
            var outcome = (await bench.OnImages("certify", ["--weights", weights, "--epsilon", "0.05", "--method", "s-ibp", "--records", path, "--json", json, .. choice])).Succeeded();
            Assert.Contains($"{word} accuracy", outcome.Output);
            Assert.DoesNotContain($"{other} accuracy", outcome.Output);
            Assert.Equal(precision is not null, outcome.Output.Contains(Promise));

            var records = RecordLog.Read<CertificateRecord>(path);
            Assert.All(records, record => Assert.Equal(precision ?? "rounding-safe", record.Setting.Precision));
            words.AddRange(records.Select(record => record.Verdict).Where(verdict => verdict.IsByBounds()).Distinct());
            int count = records.Count(record => record.Verdict.IsByBounds());
            certified = precision is null ? count : certified;
            Assert.InRange(count, Math.Max(certified, 1), records.Count);
            var summary = Workbench.Json(json).GetProperty("summary");
            Assert.Equal(count / (double)records.Count, Share(summary, word));
            Assert.Equal(0, Share(summary, other));

            var report = (await bench.Run("report", path, "--plot", plot)).Succeeded();
            Assert.Equal(precision is not null, report.Output.Contains(Promise));
            Assert.Contains($"{word} accuracy", File.ReadAllText(plot));
            (await bench.OnImages("verify", "--weights", weights, "--records", path)).Succeeded();
        }

        Assert.Equal([Verdict.Certified, Verdict.Bounded, Verdict.Bounded], words);
    }

    [Theory, InlineData("rounding-safe", "certified radius"), InlineData("float32", "bounded radius")]
    public async Task RadiiUseTheSameWords(string precision, string word)
    {
        string weights = bench.UntrainedWeights(new TinyImages(4)), path = bench.In("radii.jsonl");
        var outcome = (await bench.OnImages(
            "radius", "--weights", weights, "--epsilon", "0.1", "--tolerance", "0.05", "--method", "s-ibp", "--count", "4", "--precision", precision,
            "--records", path)).Succeeded();
        Assert.Contains(word, outcome.Output);
        Assert.Equal(precision == "float32", outcome.Output.Contains(Promise));
        Assert.Contains(RecordLog.Read<RadiusRecord>(path).SelectMany(record => record.Probes), probe => probe.Verdict == (precision == "float32" ? Verdict.Bounded : Verdict.Certified));
    }

    private static double Share(JsonElement summary, string word) => summary.GetProperty($"{word}Accuracy").GetDouble();
}
