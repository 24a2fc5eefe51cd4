using SnnDsl.CommandLine.Pictures;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;

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

    /// <summary>A page stands alone, tells what the records say, and says what is wrong with what it was given.</summary>
    [Fact]
    public async Task APageTellsItAll()
    {
        string near = await Certify("0.05"), far = await Certify("0.3"), page = bench.In("report.html"), bare = bench.In("bare.html");
        (await bench.Run("report", near, far, "--html", page, "--weights", weights, "--data", bench.ImageFolder, "--list", "6")).Succeeded();
        (await bench.Run("report", far, "--html", bare)).Succeeded();
        string text = File.ReadAllText(page);
        var records = RecordLog.Read<CertificateRecord>(near);
        Assert.All(
            ["TinyImages on sides", "By the size of the change", "By class", "Who decided what", "Inside: sample", "The network", "Check it again", SafeTensors.FileHash(near), records[0].Setting.WeightsSha256],
            words => Assert.Contains(words, text, StringComparison.Ordinal));
        int proved = records.Count(record => record.Verdict == SnnDsl.Certification.Verdict.Certified);
        Assert.Contains($"<b>certified</b> {proved} of {records[0].Setting.Dataset.Count} (", text, StringComparison.Ordinal);
        Assert.Equal(6, text.Split("class=\"sample\"").Length - 1);
        Assert.Equal(records.Count, text.Split("title=\"Sample ").Length - 1);
        foreach (string whole in new[] { text, File.ReadAllText(bare) })
        {
            // Nothing from elsewhere: it is read where there is no network. And it is well-formed, as far as it is XML.
            Assert.DoesNotContain("http", whole, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", whole, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", whole, StringComparison.Ordinal);
            foreach (string svg in System.Text.RegularExpressions.Regex.Matches(whole, "<svg.*?</svg>").Select(match => match.Value))
            {
                _ = System.Xml.Linq.XElement.Parse(svg);
            }

            foreach (string tag in new[] { "div", "table", "tr", "td", "figure", "ul", "li", "p", "span", "a" })
            {
                Assert.Equal(whole.Split($"</{tag}>").Length, System.Text.RegularExpressions.Regex.Matches(whole, $"<{tag}[ >]").Count + 1);
            }
        }

        Assert.DoesNotContain("Inside: sample", File.ReadAllText(bare), StringComparison.Ordinal);
        (await bench.Run("report", near, "--weights", weights)).Refused("--html FILE");
        (await bench.Run("report", near, "--html", bench.Root)).Refused("--html", "is a folder");
        (await bench.Run("report", near, "--html", page, "--weights", weights, "--data", bench.ImageFolder, "--index", "999")).Refused("no record of sample 999");
        (await bench.Run("report", near, "--html", page, "--weights", bench.UntrainedWeights(new TinyImages(9), "other.safetensors"), "--data", bench.ImageFolder)).Refused("not of TinyImages with the weights");
    }

    /// <summary>Ticks are round and reach from nothing to the end.</summary>
    [Theory]
    [InlineData(0.1, new[] { 0, 0.02, 0.04, 0.06, 0.08, 0.1 })]
    [InlineData(7, new[] { 0.0, 2, 4, 6 })]
    public void TicksAreRound(double most, double[] expected) =>
        Assert.Equal(expected, SnnDsl.CommandLine.Html.Svg.Ticks(most).Select(tick => Math.Round(tick, 9)));

    /// <summary>Runs that differ in one thing are told apart by it, whatever it is; those that differ in nothing said, by a number.</summary>
    [Fact]
    public async Task CurvesAreToldApart()
    {
        var record = RecordLog.Read<CertificateRecord>(await Certify("0.05"))[0];
        var setting = record.Setting;
        CertificationSetting[] others =
        [
            setting with { TimeLimit = 30 }, setting with { TimeLimit = null }, setting with { Steps = 7 }, setting with { Seed = 9 }, setting with { Intermediate = "s-crown" },
            setting with { Alpha = new() { Iterations = 99 } }, setting with { Perturbation = setting.Perturbation with { Clamp = false } },
            setting with { Dataset = setting.Dataset with { Split = "train" } }, setting with { Dataset = setting.Dataset with { Count = 3 } }, setting with { Precision = "float64" },
        ];
        foreach (var other in others)
        {
            var names = Names(setting, other);
            Assert.All(names, name => Assert.NotEqual("", name));
            Assert.NotEqual(names[0], names[1]);
        }

        Assert.Equal(["0.3 s a sample", "30 s a sample"], Names(setting, others[0]));
        // Radii of two runs that were asked the same.
        var radius = new RadiusRecord
        {
            Format = RadiusRecord.FormatName, Position = 0, Index = 0, InputSha256 = "", Label = 0, Prediction = 0, Seconds = 0, Version = "", LowerBounds = [], ProvedBy = [],
            Probes = [], Radius = 0.01, Setting = setting with { RadiusTolerance = 0.01 },
        };
        Assert.Equal(["run 1", "run 2"], RobustnessCurve.Of([], [[radius], [radius]]).Select(curve => curve.Name));

        string[] Names(params CertificationSetting[] settings) =>
            [.. RobustnessCurve.Of([.. settings.Select(asked => new[] { record with { Setting = asked } })], []).Select(curve => curve.Name)];
    }

    [Fact]
    public async Task ATieIsCalledATie()
    {
        var record = RecordLog.Read<CertificateRecord>(await Certify("0.05"))[0] with { Label = 4 };
        Assert.Equal("a tie: class 4 and 2, 5", CounterexamplePicture.Outcome(record, new(2, [0.5f, 1, 0, 0.25f, 0, 1], 0.1, null)));
        Assert.Equal("class 5, least margin -0.25", CounterexamplePicture.Outcome(record, new(5, [0.5f, 1, 0, 0.25f, -0.25f, 1], 0.1, null)));
    }

    /// <summary>10 open neurons of 10 are all of them, of 256 they are few: shades show shares.</summary>
    [Fact]
    public async Task HeatMapsShowShares()
    {
        var record = RecordLog.Read<CertificateRecord>(await Certify("0.05"))[0];
        var map = UnstableMap.Of([record with { Unstable = [new("lif1", [10, 128], 256), new("lif2", [10, 5], 10)] }, record with { Unstable = [new("lif1", [0, 128], 256), new("lif2", [10, 5], 10)] }])!;
        Assert.Equal([5 / 256.0, 0.5, 1, 0.5], [map.Share(0, 0), map.Share(0, 1), map.Share(1, 0), map.Share(1, 1)]);
        // What certify writes says how large layers are.
        string path = bench.In("unknown.jsonl");
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.3", "--method", "s-ibp", "--records", path)).Succeeded();
        Assert.All(RecordLog.Read<CertificateRecord>(path).Where(known => known.Unstable is not null), known => Assert.Equal([8, 2], known.Unstable!.Select(layer => layer.Neurons)));
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
            Verdict = Certification.Verdict.Unknown, DecidedBy = null, Unstable = [new("lif1", [3, 2, 1], 8), new("lif2", [0, 1, 1], 2)],
        });
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        return path;
    }
}
