using SnnDsl.Evaluation.Records;

namespace SnnDsl.CommandLine.Tests;

/// <summary>Reading records: tables and pictures.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly Workbench bench = new();
    private readonly string weights;

    public ReportTests() => weights = bench.UntrainedWeights(new TinyImages(4));

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task TablesAndPicturesOfCertificates()
    {
        string near = await Certify("0.05"), far = await Certify("0.3");
        string curve = bench.In("curve.svg"), map = bench.In("map.png"), found = bench.In("found.png");
        string text = (await bench.Run("report", near, far, "--plot", curve, "--heat-map", map, "--counterexample", found)).Succeeded().Output;
        Assert.All(["certified accuracy", "prediction", "pgd", "open spikes", "lif1", "t = 3"], words => Assert.Contains(words, text));
        Assert.Contains("<svg", File.ReadAllText(curve));
        Assert.All([map, found], path => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]));

        (await bench.Run("report", near, "--plot", bench.In("curve.jpg"))).Refused("--plot", ".png");
        (await bench.Run("report", near, "--index", "3")).Refused("--counterexample FILE");
        (await bench.Run("report", far, "--counterexample", found, "--index", "999")).Refused("No counterexample of sample 999");
        (await bench.Run("report", bench.In("none.jsonl"))).Refused("There is no record file", "none.jsonl");
        File.WriteAllText(bench.In("empty.jsonl"), "{\"format\":\"snndsl-");
        (await bench.Run("report", bench.In("empty.jsonl"))).Refused("holds no record yet");
        (await bench.Run("report", weights)).Refused("untrained.safetensors");
        (await bench.Run("report")).Refused("FILE");
    }

    [Fact]
    public async Task RadiiAreFoundMergedAndDrawn()
    {
        string[] shards = [bench.In("0.jsonl"), bench.In("1.jsonl")];
        for (int i = 0; i < shards.Length; i++)
        {
            (await bench.OnImages(
                "radius", "--weights", weights, "--epsilon", "0.4", "--tolerance", "0.05", "--method", "s-crown", "--count", "8",
                "--shard", $"{i}/2", "--records", shards[i])).Succeeded();
        }

        string merged = bench.In("radii.jsonl"), curve = bench.In("curve.png");
        Assert.Contains("certified radius", (await bench.Run(["merge", .. shards, "--out", merged])).Succeeded().Output);
        Assert.Equal(8, RecordLog.Read<RadiusRecord>(merged).Count);
        Assert.Contains("certified radius", (await bench.Run("report", merged, "--plot", curve)).Succeeded().Output);
        Assert.True(new FileInfo(curve).Length > 1000);
    }

    [Fact]
    public async Task RadiiOfFlipsAreWholeNumbers()
    {
        string events = bench.UntrainedWeights(new TinyEvents(1), "events.safetensors"), path = bench.In("flips.jsonl");
        string[] common = ["radius", "--model", "TinyEvents", "--data", bench.EventFolder, "--weights", events, "--flips", "4", "--method", "s-crown"];
        (await bench.Run([.. common, "--records", path])).Succeeded();
        Assert.All(RecordLog.Read<RadiusRecord>(path), record =>
        {
            Assert.True(record.Radius is null || (record.Radius == Math.Floor(record.Radius.Value) && record.Radius <= 4));
            Assert.False(record.Broken <= record.Radius);
        });
        (await bench.Run([.. common, "--tolerance", "0.1"])).Refused("whole numbers");
        (await bench.Run([.. common[..7], "--retime", "1", "--method", "s-ibp"])).Succeeded();
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.3", "--method", "s-crown", "--records", bench.In("a.jsonl"))).Succeeded();
        (await bench.Run("report", path, bench.In("a.jsonl"), "--plot", bench.In("both.png"))).Refused("draw those of one kind");
    }

    private async Task<string> Certify(string epsilon)
    {
        string path = bench.In($"{epsilon}.jsonl");
        (await bench.OnImages(
            "certify", "--weights", weights, "--epsilon", epsilon, "--time-limit", "0.3", "--iterations", "2", "--records", path)).Succeeded();
        // Whatever the clock allowed, one sample is unknown: as if its time had been over.
        var record = RecordLog.Read<CertificateRecord>(path)[^1];
        string[] lines = File.ReadAllLines(path);
        lines[^1] = RecordFormat.Encode(record with
        {
            Verdict = Certification.Verdict.Unknown, DecidedBy = null, Unstable = [new("lif1", [3, 2, 1]), new("lif2", [0, 1, 1])],
        });
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        return path;
    }
}
