using System.Diagnostics;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.CommandLine.Tests;

/// <summary>Long runs: killed, resumed, limited, shared among processes.</summary>
public sealed class RunTests : IDisposable
{
    private readonly Workbench bench = new();
    private readonly string weights;

    public RunTests() => weights = bench.UntrainedWeights(new TinyImages(4));

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task AKilledRunIsResumedWithoutLosingOrRepeatingALine()
    {
        string path = bench.In("killed.jsonl");
        string[] command =
        [
            "certify", "--model", "TinyImages", "--data", bench.ImageFolder, "--weights", weights, "--epsilon", "0.05", "--method", "alpha",
            "--iterations", "60", "--batch", "1", "--threads", "1", "--records", path,
        ];
        await KillAsync(command, () => File.Exists(path) && new FileInfo(path).Length > 0, delay: 0);

        string[] before = [.. (await File.ReadAllTextAsync(path)).Split('\n')[..^1]];
        Assert.NotEmpty(before);
        File.AppendAllText(path, before[0][..(before[0].Length / 2)]);
        (await bench.Run([.. command, "--resume"])).Succeeded();
        Assert.Equal(before, File.ReadAllLines(path)[..before.Length]);
        Assert.Equal(Enumerable.Range(0, Workbench.Images), RecordLog.Read<CertificateRecord>(path).Select(record => record.Position).Order());
    }

    /// <summary>Killed with no word of warning, somewhere in an epoch or in the writing of a checkpoint, a run goes on to the very weights of a whole one.</summary>
    [Theory]
    [InlineData("TinyImages")]
    [InlineData("TinyImages", "--certified", "--epsilon", "0.05")]
    [InlineData("TinyEvents", "--certified", "--flips", "1")]
    public async Task AKilledTrainingIsResumedBitByBit(string model, params string[] way)
    {
        string whole = bench.In("whole.safetensors"), killed = bench.In("killed.safetensors"), checkpoint = bench.In("killed.checkpoint.safetensors");
        string[] command =
        [
            "train", "--model", model, "--data", model == "TinyImages" ? bench.ImageFolder : bench.EventFolder, "--epochs", model == "TinyImages" ? "150" : "500", "--batch",
            model == "TinyImages" ? "8" : "2", "--threads", "1", "--no-test", .. way,
        ];
        (await bench.Run([.. command, "--out", whole])).Succeeded();
        var random = new Random();
        for (int kill = 0; kill < 2; kill++)
        {
            var written = kill == 0 ? default : File.GetLastWriteTimeUtc(checkpoint);
            string[] resumed = kill == 0 ? [] : ["--resume"];
            int code = await KillAsync(
                [.. command, "--out", killed, .. resumed], () => File.Exists(checkpoint) && File.GetLastWriteTimeUtc(checkpoint) != written, delay: random.Next(60));
            Assert.True(code != 0, "The run was over before it was killed.");
            Assert.False(File.Exists(killed));
        }

        (await bench.Run([.. command, "--out", killed, "--resume"])).Succeeded();
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(killed));
        Assert.False(File.Exists(checkpoint));
    }

    // Runs a command as a process of its own and kills it some milliseconds after it has got somewhere; gives its exit code.
    private static async Task<int> KillAsync(string[] command, Func<bool> hasBegun, int delay)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(RunTests).Assembly.Location, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var clock = Stopwatch.StartNew();
        while (!hasBegun() && !process.HasExited && clock.Elapsed < TimeSpan.FromMinutes(2))
        {
            await Task.Delay(2);
        }

        await Task.Delay(delay);
        process.Kill();
        await process.WaitForExitAsync();
        Assert.True(hasBegun(), await process.StandardError.ReadToEndAsync());
        return process.ExitCode;
    }

    [Fact]
    public async Task ShardsAndMergeAreOneRun()
    {
        string[] common = ["--weights", weights, "--epsilon", "0.03", "--method", "s-crown", "--batch", "1"];
        string whole = bench.In("whole.jsonl"), merged = bench.In("merged.jsonl");
        string[] shards = [bench.In("0.jsonl"), bench.In("1.jsonl"), bench.In("2.jsonl")];
        (await bench.OnImages("certify", [.. common, "--records", whole])).Succeeded();
        for (int i = 0; i < shards.Length; i++)
        {
            Assert.Contains($"{(i == 0 ? 14 : 13)} of", (await bench.OnImages("certify", [.. common, "--records", shards[i], "--shard", $"{i}/3"])).Succeeded().Output);
        }

        (await bench.Run(["merge", .. shards, "--out", merged])).Succeeded();
        var (one, other) = (RecordLog.Read<CertificateRecord>(whole), RecordLog.Read<CertificateRecord>(merged));
        Assert.Equal(
            one.OrderBy(record => record.Position).Select(record => (record.Index, record.Verdict, string.Join(' ', record.LowerBounds), record.Setting)),
            other.Select(record => (record.Index, record.Verdict, string.Join(' ', record.LowerBounds), record.Setting)));

        (await bench.Run(["merge", .. shards, "--out", merged])).Refused("exists already", "--force");
        var part = await bench.Run(["merge", shards[0], shards[2], "--out", bench.In("part.jsonl")]);
        Assert.Equal(ExitCodes.Incomplete, part.Code);
        Assert.StartsWith("13 samples have no record and count as unknown: those at positions 1, 4, 7, 10", part.Error);
        (await bench.OnImages("certify", [.. common, "--records", bench.In("other.jsonl"), "--count", "3"])).Succeeded();
        (await bench.Run(["merge", shards[0], bench.In("other.jsonl"), "--out", bench.In("no.jsonl")])).Refused("dataset.count is 3 and 40");
    }

    [Fact]
    public async Task ForeignRecordsAreNotResumed()
    {
        string path = bench.In("a.jsonl");
        string[] common = ["--weights", weights, "--method", "s-ibp", "--count", "4", "--records", path];
        (await bench.OnImages("certify", [.. common, "--epsilon", "0.1"])).Succeeded();
        (await bench.OnImages("certify", [.. common, "--epsilon", "0.1"])).Refused("exists already", "--resume", "--force");
        (await bench.OnImages("certify", [.. common, "--epsilon", "0.2", "--resume"])).Refused("perturbation.epsilon is 0.1 there and 0.2 here");
        string other = bench.UntrainedWeights(new TinyImages(5), "other.safetensors");
        (await bench.OnImages("certify", ["--weights", other, .. common[2..], "--epsilon", "0.1", "--resume"])).Refused("weightsSha256");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"epsilon\":0.1", "\"epsilon\":0.2"));
        (await bench.OnImages("certify", [.. common, "--epsilon", "0.2", "--resume"])).Refused("line 1 was changed");
        (await bench.OnImages("certify", [.. common, "--epsilon", "0.2", "--force"])).Succeeded();
        Assert.Equal(4, RecordLog.Read<CertificateRecord>(path).Count);
    }

    [Theory]
    [InlineData("--run-limit", "1e-9", "--run-limit 1E-09 is over")]
    [InlineData("--memory-limit", "0.001", "--memory-limit 0.001 is reached", "--batch")]
    public async Task ALimitEndsTheRunInGoodOrder(string option, string value, params string[] words)
    {
        string path = bench.In("a.jsonl");
        string[] common = ["--weights", weights, "--epsilon", "0.05", "--method", "alpha", "--iterations", "5000", "--batch", "1", "--records", path];
        var outcome = await bench.OnImages("certify", [.. common, option, value]);
        Assert.True(outcome.Code == ExitCodes.Incomplete, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.All(words, word => Assert.Contains(word, outcome.Error));
        Assert.Contains("count as unknown; --resume goes on", outcome.Error);
        Assert.Contains("certified accuracy", outcome.Output);
        Assert.InRange(RecordLog.Read<CertificateRecord>(path).Count, 0, Workbench.Images - 1);
    }

    /// <summary>A run that ends before its first sample tells other programs so, as certify does.</summary>
    [Theory]
    [InlineData("radius", "--tolerance", "0.1")]
    [InlineData("certify", "--method", "s-ibp")]
    public async Task ARunThatDidNothingSaysSo(string command, string option, string value)
    {
        string json = bench.In("summary.json");
        var outcome = await bench.OnImages(command, "--weights", weights, "--epsilon", "0.05", option, value, "--run-limit", "1e-9", "--json", json);
        Assert.True(outcome.Code == ExitCodes.Incomplete, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.Equal(0, Workbench.Json(json).GetProperty("summary").GetProperty("recorded").GetInt32());
    }

    [Fact]
    public async Task CtrlCKeepsTheRecords()
    {
        using var stop = new CancellationTokenSource();
        string path = bench.In("a.jsonl");
        // Nothing holds in a box that large: every sample climbs for seconds, and the run cannot be over before it is stopped.
        var outcome = await bench.Run(
            stop.Token, line => stop.CancelAfter(line.StartsWith("Data:", StringComparison.Ordinal) ? 200 : -1),
            "certify", "--model", "TinyImages", "--data", bench.ImageFolder, "--weights", weights, "--epsilon", "0.5", "--method", "alpha",
            "--iterations", "5000", "--batch", "1", "--records", path);
        Assert.True(outcome.Code == ExitCodes.Cancelled, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.StartsWith("Stopped: ", outcome.Error);
        Assert.InRange(RecordLog.Read<CertificateRecord>(path).Count, 0, Workbench.Images - 1);
    }
}
