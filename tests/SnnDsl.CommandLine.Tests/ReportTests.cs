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
        (await bench.Run("report", near, "--model", "TinyImages")).Refused("report has no option '--model': the records name their network.");
        (await bench.Run("report", near, "--epsilonn", "0.1")).Refused("report has no option '--epsilonn'.");
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
        double right = records.Count(record => record.Prediction == record.Label) / (double)records.Count;
        Assert.Contains($"Unperturbed, {Output.Screen.Percent(right)} of them are predicted right.", text, StringComparison.Ordinal);
        // Every layer is looked into, and has a picture for wide screens and one for narrow ones.
        Assert.All(["lif1", "lif2"], layer => Assert.Equal(2, Times(text, $"aria-label=\"TinyImages, sample {FirstProved(records)}: membranes of {layer}\"")));
        Assert.All(
            ["TinyImages on sides", "By the size of the change", "By class", "Who decided what", "Inside: sample", "The network", "Check it again", SafeTensors.FileHash(near), records[0].Setting.WeightsSha256],
            words => Assert.Contains(words, text, StringComparison.Ordinal));
        int proved = records.Count(record => record.Verdict == SnnDsl.Certification.Verdict.Certified);
        Assert.Contains($"<b>certified</b> {proved} of {records[0].Setting.Dataset.Count} (", text, StringComparison.Ordinal);
        Assert.Equal(6, text.Split("class=\"sample\"").Length - 1);
        Assert.Equal(records.Count, text.Split("title=\"Sample ").Length - 1);
        foreach (string whole in new[] { text, File.ReadAllText(bare) })
        {
            IsForNarrowScreens(whole);
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

    /// <summary>Whether anybody has checked the records is said of these very records, and by whom.</summary>
    [Fact]
    public async Task APageSaysWhoChecked()
    {
        string near = bench.In("near.jsonl"), far = await Certify("0.3"), page = bench.In("report.html"), found = bench.In("found.json");
        string[] report = ["report", near, far, "--html", page, "--verified", found];
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.05", "--method", "s-ibp", "--records", near)).Succeeded();
        (await bench.OnImages("verify", "--weights", weights, near, "--json", found)).Succeeded();
        (await bench.Run(report)).Succeeded();
        string text = File.ReadAllText(page);
        var checkedAt = Workbench.Json(found).GetProperty("checked").GetDateTime();
        Assert.Equal(DateTimeKind.Utc, checkedAt.Kind);
        Assert.InRange((DateTime.UtcNow - checkedAt).TotalMinutes, -1, 60);
        // Classes are told by their names.
        Assert.All(["class 0 (bright left), ", "class 0 (<bdi>bright left</bdi>), ", "<td>1 <bdi>bright right, whatever its shade</bdi></td>", "class 0 bright le\u2026"], words => Assert.Contains(words, text, StringComparison.Ordinal));
        int all = RecordLog.Read<CertificateRecord>(near).Count;
        Assert.Contains($"By what <code>verify</code> wrote of this very file, it accepted {all} of the {all} records of <code>{Path.GetFileName(near)}</code> (".Replace("file,", $"file on {checkedAt:yyyy-MM-dd} (UTC),"), text, StringComparison.Ordinal);
        string verdicts = string.Join(", ", RecordLog.Read<CertificateRecord>(near).GroupBy(record => $"{record.Verdict}".ToLowerInvariant()).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}"));
        Assert.Contains($"near.jsonl</code> ({verdicts}).", text, StringComparison.Ordinal);
        Assert.Contains($"does not know whether anybody has checked <code>{Path.GetFileName(far)}</code>", text, StringComparison.Ordinal);
        Assert.Contains($"by stage and by sample is of <code>{Path.GetFileName(near)}</code> alone", text, StringComparison.Ordinal);
        Assert.Contains("Cut to [0, 1]: a changed value stays between 0 and 1", text, StringComparison.Ordinal);

        // What verify rejects is not hidden.
        var records = RecordLog.Read<CertificateRecord>(near).ToArray();
        int at = Array.FindIndex(records, record => record.LowerBounds.Length > 0);
        records[at] = records[at] with { LowerBounds = [.. records[at].LowerBounds.Select(bound => bound + 1)] };
        File.WriteAllText(near, string.Concat(records.Select(record => RecordFormat.Encode(record) + "\n")));
        (await bench.Run(report)).Refused("is of other records than these");
        Assert.Equal(ExitCodes.Rejected, (await bench.OnImages("verify", "--weights", weights, near, "--json", found)).Code);
        (await bench.Run(report)).Succeeded();
        Assert.Contains($"accepted {all - 1} of the {all} records of <code>{Path.GetFileName(near)}</code> (", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Contains(", and <b>rejected 1</b>", File.ReadAllText(page), StringComparison.Ordinal);

        (await bench.Run("report", near, "--verified", found)).Refused("--html FILE");
        foreach (string other in new[] { "{}", "[1]", "null", "no JSON", "{\"records\":\"a\",\"recordsSha256\":\"b\",\"results\":[null]}" })
        {
            File.WriteAllText(found, other);
            (await bench.Run(report)).Refused("is not what verify writes");
        }

        (await bench.Run("report", near, "--html", page, "--verified", bench.In("absent.json"))).Refused("absent.json");
    }

    /// <summary>One file has a curve, too, from what is right unperturbed, and a table with n; radii have more points.</summary>
    [Fact]
    public async Task SizesHaveACurveAndATable()
    {
        string near = await Certify("0.05"), radii = bench.In("radii.jsonl"), page = bench.In("one.html"), both = bench.In("both.html"), alone = bench.In("alone.html");
        (await bench.OnImages("radius", "--weights", weights, "--epsilon", "0.4", "--tolerance", "0.05", "--method", "s-crown", "--count", "8", "--records", radii)).Succeeded();
        (await bench.Run("report", near, "--html", page)).Succeeded();
        (await bench.Run("report", near, radii, "--html", both)).Succeeded();
        (await bench.Run("report", radii, "--html", alone, "--weights", weights, "--data", bench.ImageFolder)).Succeeded();
        var summary = Evaluation.CertificationSummary.Of(RecordLog.Read<CertificateRecord>(near), Workbench.Images);
        Assert.Equal(
            FormattableString.Invariant(
                $"{summary.Recorded} of {Workbench.Images} samples, {summary.Accuracy:P1} right: {summary.CertifiedAccuracy:P1} certified, {summary.Falsified:P1} falsified, {summary.Unknown:P1} unknown, in {summary.Seconds:F1} s"),
            $"{summary}");
        Assert.Contains(" certified, 25.0 % bounded, ", $"{summary with { BoundedAccuracy = 0.25 }}");
        string text = File.ReadAllText(page);
        Assert.Contains("By the size of the change", text, StringComparison.Ordinal);
        Assert.Contains("share of n = 40 samples (%)", text, StringComparison.Ordinal);
        string row = string.Concat(new[]
        {
            "0.05", "40", Output.Screen.Percent(summary.Accuracy), Output.Screen.Percent(1 - summary.Falsified), Output.Screen.Percent(summary.CertifiedAccuracy),
        }.Select(cell => $"<td>{cell}</td>"));
        Assert.Contains($"<tr>{row}</tr>", text, StringComparison.Ordinal);

        // Radii are a curve of their own, of their own n.
        text = File.ReadAllText(both);
        Assert.Contains("share of each run&#39;s samples (%)", text, StringComparison.Ordinal);
        Assert.All(["(n = 40): certified", "(n = 8): certified"], words => Assert.Contains(words, text, StringComparison.Ordinal));
        // And radii alone make a page.
        text = File.ReadAllText(alone);
        Assert.All(["How large a change the first 8 test samples", "share of n = 8 samples (%)", "Inside: sample", "Check it again"], words => Assert.Contains(words, text, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        IsForNarrowScreens(text);
    }

    /// <summary>The command on the page checks the records as it is printed, whatever the network takes and whatever the change is.</summary>
    [Fact]
    public async Task ThePrintedCommandChecks()
    {
        string page = bench.In("page.html"), mine = bench.In("my weights.safetensors"), images = bench.In("images' folder"), box = bench.In("box.safetensors"), records = bench.In("records.jsonl");
        File.Copy(weights, mine);
        Directory.Move(bench.ImageFolder, images);
        string poisson = bench.UntrainedWeights(new TinyPoisson(4), "poisson.safetensors"), events = bench.UntrainedWeights(new TinyEvents(1), "events.safetensors");
        SafeTensors.Write(box, [("epsilon", TorchSharp.torch.full(1, 4, 4, 0.04f))]);
        await Checks("TinyImages", mine, ["--data", images], "--epsilon", "0.05", "--clamp", "false");
        await Checks("TinyImages", mine, ["--data", images], "--epsilon", "0.05", "--steps", "2");
        await Checks("TinyPoisson", poisson, ["--data", images, "--dataset", "sides"], "--epsilon", "0.05", "--seed", "7");
        await Checks("TinyImages", mine, ["--data", images, "--epsilon-file", box], "--epsilon-file", box);
        await Checks("TinyEvents", events, ["--data", bench.EventFolder], "--flips", "2", "--flip-mode", "insert");
        await Checks("TinyEvents", events, ["--data", bench.EventFolder], "--retime", "1", "--retimed", "1");

        // What was not given is named.
        (await bench.Run("report", records, "--html", page)).Succeeded();
        string text = File.ReadAllText(page);
        Assert.Contains("--weights WEIGHTS.safetensors", text, StringComparison.Ordinal);
        Assert.Contains("Put your own in the place of WEIGHTS.safetensors (the network&#39;s weights); DATA (the data set).", text, StringComparison.Ordinal);

        async Task Checks(string model, string file, string[] given, params string[] asked)
        {
            string[] data = given.TakeWhile(word => word != "--epsilon-file").ToArray();
            File.Delete(records);
            (await bench.Run(["certify", "--model", model, "--weights", file, .. data, .. asked, "--method", "s-ibp", "--count", "4", "--records", records])).Succeeded();
            (await bench.Run(["report", records, "--html", page, "--weights", file, .. given])).Succeeded();
            string printed = System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(File.ReadAllText(page), "<pre>(.*?)</pre>").Groups[1].Value);
            string[] words = Words(printed);
            Assert.Equal(["tiny", "verify"], words[..2]);
            var outcome = (await bench.Run(words[1..])).Succeeded();
            Assert.Matches(@"rejected\s*│ 0", outcome.Output);
            // It asks what the records claim: another change is refused.
            int size = Array.FindIndex(words, word => word is "--epsilon" or "--flips" or "--retime");
            if (size > 0)
            {
                Assert.Equal(ExitCodes.Rejected, (await bench.Run([.. words[1..(size + 1)], "3", .. words[(size + 2)..]])).Code);
            }
        }
    }

    /// <summary>Boxes from a file have bands, by that file alone.</summary>
    [Fact]
    public async Task BoxesHaveBands()
    {
        string box = bench.In("box.safetensors"), other = bench.In("other.safetensors"), records = bench.In("records.jsonl"), page = bench.In("page.html");
        SafeTensors.Write(box, [("epsilon", TorchSharp.torch.full(1, 4, 4, 0.04f))]);
        SafeTensors.Write(other, [("epsilon", TorchSharp.torch.full(1, 4, 4, 0.05f))]);
        (await bench.OnImages("certify", "--weights", weights, "--epsilon-file", box, "--method", "s-ibp", "--count", "4", "--records", records)).Succeeded();
        string[] report = ["report", records, "--html", page, "--weights", weights, "--data", bench.ImageFolder];
        (await bench.Run(report)).Succeeded();
        Assert.DoesNotContain("where changes can move it", File.ReadAllText(page), StringComparison.Ordinal);
        (await bench.Run([.. report, "--epsilon-file", box])).Succeeded();
        Assert.Contains("where changes can move it", File.ReadAllText(page), StringComparison.Ordinal);
        (await bench.Run([.. report, "--epsilon-file", other])).Refused("other.safetensors", "does not state the box of the records");
        (await bench.Run("report", records, "--epsilon-file", box)).Refused("--html FILE");
    }

    /// <summary>Firing rates before and after, and the curves of training.</summary>
    [Fact]
    public async Task TrainingIsTold()
    {
        string trained = bench.In("trained.safetensors"), log = bench.In("epochs.csv"), records = bench.In("records.jsonl"), page = bench.In("page.html");
        (await bench.OnImages("train", "--certified", "--epsilon", "0.05", "--epochs", "3", "--batch", "8", "--validation", "0.2", "--out", trained, "--metrics", log)).Succeeded();
        (await bench.OnImages("certify", "--weights", trained, "--epsilon", "0.05", "--method", "s-ibp", "--records", records)).Succeeded();
        string[] report = ["report", records, "--html", page, "--weights", trained, "--data", bench.ImageFolder];
        (await bench.Run([.. report, "--before", weights, "--metrics", log])).Succeeded();
        string text = File.ReadAllText(page);
        Assert.All(
            ["Training: epochs.csv", "share of training samples (%)", "loss, weighted", "bounded at the size of its step", "kept aside: right", "Before: the weights of <code>untrained.safetensors</code>",
                "<th>fire, before</th><th>fire, now</th>", "synaptic operations a sample, % of dense"],
            words => Assert.Contains(words, text, StringComparison.Ordinal));
        Assert.Equal(3, SnnDsl.Training.TrainingLog.Read(log).Count);
        IsForNarrowScreens(text);
        (await bench.Run("report", records, "--metrics", log)).Refused("--html FILE");
        (await bench.Run("report", records, "--html", page, "--before", weights)).Refused("--weights FILE");
        (await bench.Run([.. report, "--metrics", bench.In("none.csv")])).Refused("There is no file", "none.csv");
        (await bench.Run([.. report, "--metrics", records])).Refused("Line 1 of", "is no epoch");
        (await bench.Run([.. report, "--before", bench.UntrainedWeights(new TinyVector(1), "vector.safetensors")])).Refused("vector.safetensors");
    }

    /// <summary>Ticks are round and reach from nothing to the end.</summary>
    [Theory]
    [InlineData(0.1, new[] { 0, 0.02, 0.04, 0.06, 0.08, 0.1 })]
    [InlineData(7, new[] { 0.0, 2, 4, 6 })]
    public void TicksAreRound(double most, double[] expected) =>
        Assert.Equal(expected, Axes.Ticks(0, most, 5).Select(tick => Math.Round(tick, 9)));

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
        // Time that differs from size to size makes no curves of one point each, and is told.
        var larger = others[0] with { Perturbation = setting.Perturbation with { Epsilon = 0.1 } };
        var curve = Assert.Single(Curves(setting, larger));
        Assert.Equal([0.05, 0.1], curve.Points.Select(point => Math.Round(point.Size, 6)));
        Assert.Equal("Tried for 0.3 s a sample at 0.05, 30 s a sample at 0.1", curve.Efforts);
        Assert.Contains("Tried for 0.3 s", Figures.Robustness([[record], [record with { Setting = larger }]], []).Caption, StringComparison.Ordinal);
        Assert.Null(Assert.Single(Curves(setting, setting with { Perturbation = larger.Perturbation })).Efforts);
        Assert.Equal(3, Curves(setting, larger, others[1]).Count);
        // Radii of two runs that were asked the same.
        var radius = new RadiusRecord
        {
            Format = RadiusRecord.FormatName, Position = 0, Index = 0, InputSha256 = "", Label = 0, Prediction = 0, Seconds = 0, Version = "", LowerBounds = [], ProvedBy = [],
            Probes = [], Radius = 0.01, Setting = setting with { RadiusTolerance = 0.01 },
        };
        Assert.Equal(["run 1", "run 2"], RobustnessCurve.Of([], [[radius], [radius]]).Select(curve => curve.Name));

        string[] Names(params CertificationSetting[] settings) => [.. Curves(settings).Select(curve => curve.Name)];

        IReadOnlyList<RobustnessCurve> Curves(params CertificationSetting[] settings) =>
            RobustnessCurve.Of([.. settings.Select(asked => new[] { record with { Setting = asked } })], []);
    }

    [Fact]
    public async Task ATieIsCalledATie()
    {
        var record = RecordLog.Read<CertificateRecord>(await Certify("0.05"))[0] with { Label = 4 };
        RecordedCounterexample tie = new(2, [0.5f, 1, 0, 0.25f, 0, 1], 0.1, null), other = new(5, [0.5f, 1, 0, 0.25f, -0.25f, 1], 0.1, null);
        Assert.Equal("a tie: class 4 and 2, 5", SamplePicture.Outcome(record, tie, ClassNames.None));
        Assert.Equal("class 5, least margin -0.25", SamplePicture.Outcome(record, other, ClassNames.None));
        ClassNames names = new(["a", "b", "c", "d", "e"]);
        Assert.Equal("a tie: class 4 (e) and 2 c, 5", SamplePicture.Outcome(record, tie, names));
        Assert.Equal("class 5, least margin -0.25", SamplePicture.Outcome(record, other, names));
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

    // A picture that is wider than a telephone has another for it, and a table that is wider scrolls in a box of its own.
    private static void IsForNarrowScreens(string page)
    {
        var charts = System.Text.RegularExpressions.Regex.Matches(page, "<svg class=\"([a-z ]+)\"[^>]* width=\"(\\d+)\"").Select(match => (Look: match.Groups[1].Value, Width: int.Parse(match.Groups[2].Value))).ToArray();
        Assert.NotEmpty(charts);
        Assert.All(charts, chart => Assert.Equal(chart.Look == "chart broad", chart.Width > 328));
        Assert.Equal(charts.Count(chart => chart.Look == "chart broad"), charts.Count(chart => chart.Look == "chart slim"));
        Assert.All(System.Text.RegularExpressions.Regex.Matches(page, "font-size=\"(\\d+)\""), match => Assert.InRange(int.Parse(match.Groups[1].Value), 11, 14));
        Assert.Equal(Times(page, "<table>"), Times(page, "<div class=\"wide\"><table>"));
    }

    private static int Times(string text, string words) => text.Split(words).Length - 1;

    private static long FirstProved(IReadOnlyList<CertificateRecord> records) =>
        records.OrderBy(record => record.Position).FirstOrDefault(record => record.Verdict == Certification.Verdict.Certified)?.Index ?? records.MinBy(record => record.Position)!.Index;

    // As a shell splits a line: quotes keep words together, and a backslash outside of them keeps the next character.
    private static string[] Words(string line)
    {
        List<string> words = [];
        var (word, isQuoted) = (new System.Text.StringBuilder(), false);
        for (int i = 0; i < line.Length; i++)
        {
            switch (line[i])
            {
                case '\'':
                    isQuoted = !isQuoted;
                    break;
                case '\\' when !isQuoted:
                    word.Append(line[++i]);
                    break;
                case ' ' when !isQuoted:
                    words.Add(word.ToString());
                    word.Clear();
                    break;
                default:
                    word.Append(line[i]);
                    break;
            }
        }

        return [.. words, word.ToString()];
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
