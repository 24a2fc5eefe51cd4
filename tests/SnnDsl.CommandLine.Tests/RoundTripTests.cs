using System.Text.Json;
using System.Text.Json.Nodes;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;
using SnnDsl.Smoothing;

namespace SnnDsl.CommandLine.Tests;

/// <summary>Training, certification and attack, as a user chains them.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task ImagesFromTrainingToAttack()
    {
        string weights = bench.In("weights.safetensors"), certificates = bench.In("certificates.jsonl"), attack = bench.In("attack.json");
        var trained = (await bench.OnImages("train", "--certified", "--epsilon", "0.05", "--epochs", "40", "--batch", "8", "--out", weights,
            "--json", bench.In("trained.json"), "--metrics", bench.In("epochs.jsonl"), "--tensorboard", bench.In("board"))).Succeeded();
        Assert.Contains("40 train samples", trained.Output);
        var end = JsonNode.Parse(File.ReadAllText(bench.In("trained.json")))!;
        Assert.Equal((40, true), (end["epochs"]!.GetValue<int>(), end["best"] is null));
        Assert.Contains($"Of {end["test"]!["samples"]} test samples {end["test"]!["right"]} are predicted right", trained.Output);
        Assert.Equal(Enumerable.Range(1, 40), File.ReadLines(bench.In("epochs.jsonl")).Select(line => JsonNode.Parse(line)!["epoch"]!.GetValue<int>()));
        Assert.NotEmpty(Directory.GetFiles(bench.In("board"), "events*"));
        Assert.Contains($"certify --model TinyImages --weights {weights}", trained.Output);
        Assert.Contains("--epsilon 0.05", trained.Output);
        Assert.False(File.Exists(bench.In("weights.checkpoint.safetensors")));

        var certified = (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.05", "--method", "s-ibp", "--records", certificates)).Succeeded();
        Assert.Contains("certified accuracy", certified.Output);
        (await bench.OnImages("attack", "--weights", weights, "--epsilon", "0.05", "--json", attack, "--out", bench.In("found.safetensors"))).Succeeded();

        string figures = bench.In("activity.json");
        var activity = (await bench.OnImages("activity", "--weights", weights, "--json", figures)).Succeeded();
        Assert.Contains("operations a sample", activity.Output);
        Assert.Equal(1, Workbench.Json(figures).GetProperty("accuracy").GetDouble());
        Assert.All(Workbench.Json(figures).GetProperty("layers").EnumerateArray(), layer => Assert.InRange(layer.GetProperty("firingRate").GetDouble(), 0.001, 1));

        string confusion = bench.In("confusion.json");
        var evaluated = (await bench.OnImages("evaluate", "--weights", weights, "--train", "--json", confusion)).Succeeded();
        Assert.Contains("40 samples, 40 right: 100", evaluated.Output);
        int[][] matrix = [.. Workbench.Json(confusion).GetProperty("confusion").EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.GetInt32()).ToArray())];
        Assert.Equal(40, matrix.Sum(row => row.Sum()));
        Assert.Equal(40, matrix.Select((row, label) => row[label]).Sum());

        var records = RecordLog.Read<CertificateRecord>(certificates);
        var proof = new CertificationReport(records[0].Setting, records, CertificationSummary.Of(records, Workbench.Images));
        var found = Report.Load<AttackReport>(attack);
        Assert.Equal(1, proof.Summary.Accuracy);
        Assert.True(proof.Summary.CertifiedAccuracy > 0.5, $"only {proof.Summary.CertifiedAccuracy} certified");
        Assert.True(found.Summary.AttackError <= proof.Summary.CertifiedError);
        Assert.Empty(Chain.Violations(proof, found));
        using var inputs = SafeTensors.Read(bench.In("found.safetensors"));
        Assert.Equal([Workbench.Images, 1, 4, 4], inputs.Tensors["inputs"].shape);
    }

    [Fact]
    public async Task EventsFromTrainingToAttack()
    {
        string weights = bench.In("weights.safetensors"), json = bench.In("out.json");
        string[] common = ["--model", "TinyEvents", "--data", bench.EventFolder];
        (await bench.Run(["train", .. common, "--certified", "--flips", "2", "--epochs", "2", "--out", weights])).Succeeded();
        (await bench.Run(["train", .. common, "--certified", "--free-fraction", "0.01", "--recipe", "paper", "--epochs", "2", "--steps", "2", "--weights", weights, "--out", bench.In("paper.safetensors")])).Succeeded();
        (await bench.Run(["certify", .. common, "--weights", weights, "--flips", "1", "--flip-mode", "insert", "--time-limit", "1", "--json", json])).Succeeded();
        var setting = Workbench.Json(json).GetProperty("setting");
        var flips = setting.GetProperty("perturbation");
        Assert.Equal(("l0", 1, "insert"), (flips.GetProperty("norm").GetString(), flips.GetProperty("flips").GetInt32(), flips.GetProperty("flipMode").GetString()));
        Assert.False(flips.TryGetProperty("epsilon", out _));
        Assert.Equal(("auto", 1), (setting.GetProperty("method").GetString(), setting.GetProperty("timeLimit").GetDouble()));
        (await bench.Run(["attack", .. common, "--weights", weights, "--flips", "1", "--json", json])).Succeeded();
        Assert.Equal("ensemble", Workbench.Json(json).GetProperty("attack").GetString());
    }

    [Fact]
    public async Task RetimingFromTrainingToAttack()
    {
        string weights = bench.In("weights.safetensors"), json = bench.In("out.json");
        string[] common = ["--model", "TinyEvents", "--data", bench.EventFolder];
        var trained = (await bench.Run(["train", .. common, "--certified", "--retime", "1", "--retimed", "3", "--epochs", "2", "--out", weights])).Succeeded();
        Assert.Contains("--retime 1 --retimed 3", trained.Output);
        (await bench.Run(["certify", .. common, "--weights", weights, "--retime", "1", "--retimed", "2", "--time-limit", "1", "--json", json])).Succeeded();
        var retiming = Workbench.Json(json).GetProperty("setting").GetProperty("perturbation");
        Assert.Equal(("retiming", 1, 2), (retiming.GetProperty("norm").GetString(), retiming.GetProperty("jitter").GetInt32(), retiming.GetProperty("moves").GetInt32()));
        (await bench.Run(["certify", .. common, "--weights", weights, "--retime", "1", "--method", "s-crown"])).Succeeded();
        (await bench.Run(["attack", .. common, "--weights", weights, "--retime", "1", "--json", json])).Succeeded();
        Assert.Equal("ensemble", Workbench.Json(json).GetProperty("attack").GetString());
    }

    [Fact]
    public async Task StepsAreAsLongAndGradientsAsPreciseAsStated()
    {
        string[][] ways = [[], ["--learning-rate", "0.02"], ["--learning-rate", "0.02", "--gradients", "bf16"]];
        List<byte[]> trained = [];
        foreach (string[] way in ways)
        {
            string weights = bench.In($"weights{trained.Count}.safetensors");
            (await bench.OnImages("train", ["--epochs", "1", "--batch", "8", "--out", weights, .. way])).Succeeded();
            trained.Add(File.ReadAllBytes(weights));
        }

        Assert.NotEqual(trained[0], trained[1]);
        Assert.Equal(trained[1].Length, trained[2].Length);
    }

    [Fact]
    public async Task BoxesFromAFileAreNamedByTheirHash()
    {
        string weights = bench.UntrainedWeights(new TinyImages(3)), json = bench.In("out.json"), box = bench.In("box.safetensors");
        SafeTensors.Write(box, [("epsilon", TorchSharp.torch.full([1, 4, 4], 0.05f))]);
        (await bench.OnImages("certify", "--weights", weights, "--epsilon-file", box, "--count", "5", "--method", "s-ibp", "--json", json)).Succeeded();
        var perturbation = Workbench.Json(json).GetProperty("setting").GetProperty("perturbation");
        Assert.Equal(("box", 64), (perturbation.GetProperty("norm").GetString(), perturbation.GetProperty("boxSha256").GetString()!.Length));
        (await bench.OnImages("attack", "--weights", weights, "--epsilon-file", box, "--count", "5", "--json", json)).Succeeded();
        Assert.Equal("ensemble", Workbench.Json(json).GetProperty("attack").GetString());
    }

    [Fact]
    public async Task SmoothingWritesARecordForEverySample()
    {
        string weights = bench.UntrainedWeights(new TinyPoisson(3)), lines = bench.In("smooth.jsonl");
        string[] smooth = ["smooth", "--model", "TinyPoisson", "--data", bench.ImageFolder, "--weights", weights, "--count", "4", "--samples", "50", "--confidence", "0.9", "--records", lines];
        (await bench.Run(smooth)).Succeeded();
        var records = File.ReadAllLines(lines).Select(SmoothingRecord.Read).ToList();
        Assert.Equal(4, records.Count);
        Assert.All(records, record => Assert.Equal((50, "l1", 0.9), (record.Smoothed.Votes.Sum(), record.Norm, record.Options.Confidence)));
        (await bench.Run(smooth)).Refused("exists already");
    }

    [Theory]
    [InlineData("s-ibp")]
    [InlineData("s-crown-paper")]
    [InlineData("s-crown")]
    public async Task CertificatesHaveTheirFields(string method)
    {
        string weights = bench.UntrainedWeights(new TinyPoisson(3)), json = bench.In("out.json"), lines = bench.In("out.jsonl");
        (await bench.Run(
            "certify", "--model", "tinypoisson", "--data", bench.ImageFolder, "--weights", weights, "--epsilon", "0.02", "--clamp", "false",
            "--count", "5", "--steps", "2", "--seed", "9", "--method", method, "--json", json, "--records", lines)).Succeeded();
        var records = File.ReadAllLines(lines).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([0, 1, 2, 3, 4], records.Select(record => record.GetProperty("index").GetInt32()).Order());
        foreach (var record in records)
        {
            var setting = record.GetProperty("setting");
            var perturbation = setting.GetProperty("perturbation");
            Assert.Equal("TinyPoisson", setting.GetProperty("model").GetString());
            Assert.Equal(method, setting.GetProperty("method").GetString());
            Assert.Equal(("linf", 0.02, false), (
                perturbation.GetProperty("norm").GetString(), perturbation.GetProperty("epsilon").GetDouble(), perturbation.GetProperty("clamp").GetBoolean()));
            Assert.Equal((2, 9, "poisson"), (
                setting.GetProperty("steps").GetInt32(), setting.GetProperty("seed").GetInt32(), setting.GetProperty("encoding").GetString()));
            Assert.Equal(64, setting.GetProperty("weightsSha256").GetString()!.Length);
            Assert.Equal(2, record.GetProperty("logits").GetArrayLength());
            bool right = record.GetProperty("prediction").GetInt32() == record.GetProperty("label").GetInt32();
            var bounds = record.GetProperty("lowerBounds").EnumerateArray().Select(bound => bound.GetSingle()).ToList();
            bool proved = right && bounds.Count == 1 && bounds[0] > setting.GetProperty("guard").GetDouble();
            Assert.Equal(proved, record.GetProperty("verdict").GetString() == "certified");
            Assert.True(right || record.GetProperty("verdict").GetString() == "falsified");
        }

        var summary = Workbench.Json(json).GetProperty("summary");
        Assert.Equal(5, summary.GetProperty("recorded").GetInt32());
        Assert.InRange(summary.GetProperty("accuracy").GetDouble(), 0, 1);
        Assert.InRange(summary.GetProperty("certifiedAccuracy").GetDouble(), 0, summary.GetProperty("accuracy").GetDouble());
        Assert.True(summary.GetProperty("seconds").GetDouble() > 0);
    }

    [Theory]
    [InlineData("ensemble")]
    [InlineData("fgsm")]
    [InlineData("pgd")]
    [InlineData("apgd")]
    [InlineData("square")]
    public async Task AttacksHaveTheirFields(string attack)
    {
        string weights = bench.UntrainedWeights(new TinyImages(3)), json = bench.In("out.json");
        (await bench.OnImages("attack", "--weights", weights, "--epsilon", "0.1", "--count", "7", "--attack", attack, "--json", json)).Succeeded();
        var report = Workbench.Json(json);
        Assert.Equal(attack, report.GetProperty("attack").GetString());
        Assert.True(report.GetProperty("perturbation").GetProperty("clamp").GetBoolean());
        Assert.Equal(3, report.GetProperty("steps").GetInt32());
        Assert.Equal(7, report.GetProperty("samples").GetArrayLength());
        foreach (var sample in report.GetProperty("samples").EnumerateArray())
        {
            bool broken = sample.GetProperty("attackedPrediction").GetInt32() != sample.GetProperty("label").GetInt32();
            Assert.Equal(broken, sample.GetProperty("broken").GetBoolean());
            Assert.InRange(sample.GetProperty("distance").GetDouble(), 0, 0.1 + 1e-6);
            Assert.True(sample.TryGetProperty("margin", out _) && sample.TryGetProperty("prediction", out _));
        }

        var summary = report.GetProperty("summary");
        int count = report.GetProperty("samples").EnumerateArray().Count(sample => sample.GetProperty("broken").GetBoolean());
        Assert.Equal(count / 7.0, summary.GetProperty("attackError").GetDouble(), 12);
    }

    [Fact]
    public async Task AStoppedRunGoesOnToTheSameWeights()
    {
        string whole = bench.In("whole.safetensors"), stopped = bench.In("stopped.safetensors");
        string checkpoint = bench.In("stopped.checkpoint.safetensors");
        string[] run = ["--certified", "--epsilon", "0.05", "--epochs", "6", "--batch", "8", "--seed", "5", "--validation", "0.25", "--no-test"];
        (await bench.OnImages("train", [.. run, "--out", whole])).Succeeded();

        using var stop = new CancellationTokenSource();
        var outcome = await bench.Run(
            stop.Token,
            line =>
            {
                if (line.StartsWith("epoch   3", StringComparison.Ordinal))
                {
                    stop.Cancel();
                }
            },
            ["train", "--model", "TinyImages", "--data", bench.ImageFolder, .. run, "--out", stopped, "--metrics", bench.In("epochs.csv")]);
        Assert.Equal(ExitCodes.Cancelled, outcome.Code);
        Assert.False(File.Exists(stopped));
        using (var saved = SafeTensors.Read(checkpoint))
        {
            Assert.Contains("weights/fc1.weight", saved.Tensors.Keys);
        }

        // Neither a fresh start nor another run may take the checkpoint.
        (await bench.OnImages("train", [.. run, "--out", stopped])).Refused("stopped.checkpoint", "--resume");
        (await bench.OnImages("train", [.. run, "--out", stopped, "--resume", "--seed", "6"])).Refused();
        (await bench.OnImages("train", ["--certified", "--epsilon", "0.06", "--epochs", "6", "--batch", "8", "--seed", "5", "--validation", "0.25", "--out", stopped, "--resume"])).Refused("checkpoint");

        var resumed = (await bench.OnImages("train", [.. run, "--out", stopped, "--resume", "--metrics", bench.In("epochs.csv")])).Succeeded();
        Assert.Contains("the best on the samples kept aside", resumed.Output);
        Assert.DoesNotContain("test samples", resumed.Output);
        string[] epochs = File.ReadAllLines(bench.In("epochs.csv"));
        Assert.Equal(["epoch", "1", "2", "3", "4", "5", "6"], epochs.Select(line => line.Split(',')[0]));
        Assert.All(epochs.Skip(1), line => Assert.InRange(line.Split(',').Count(value => value.Length > 0), 9, 10));
        (await bench.OnImages("train", [.. run, "--out", bench.In("third.safetensors"), "--metrics", bench.In("epochs.csv")])).Refused("epochs.csv", "exists already");
        Assert.DoesNotContain("epoch   3 of 6", resumed.Output);
        Assert.Contains("epoch   4 of 6", resumed.Output);
        Assert.Equal(Hash(whole), Hash(stopped));
        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public async Task ForceReplacesAndTheSeedDecides()
    {
        string weights = bench.In("weights.safetensors");
        async Task<string> Train(string seed)
        {
            (await bench.OnImages("train", "--epochs", "1", "--seed", seed, "--out", weights, "--force")).Succeeded();
            return Hash(weights);
        }

        string first = await Train("1"), other = await Train("2"), again = await Train("1");
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    private static string Hash(string path)
    {
        using var file = SafeTensors.Read(path);
        return SafeTensors.WeightsHash(file.Tensors.Select(entry => (entry.Key, entry.Value)));
    }
}
