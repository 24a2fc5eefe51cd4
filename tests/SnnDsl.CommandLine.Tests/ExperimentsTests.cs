using SnnDsl.Benchmarks.Paper;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.CommandLine.Tests;

/// <summary>The experiments of benchmarks/Paper at the size of a test: two jobs on a few digits.</summary>
public sealed class ExperimentsTests : IDisposable
{
    private const string Column = "FcEncoded.mnist.epsilon-0.1";

    private readonly string folder = Directory.CreateTempSubdirectory("snn-experiments-").FullName;

    [Fact]
    public void AColumnRunsAndGoesOnWhereItWasStopped()
    {
        string table = Run();
        var outcomes = File.ReadAllLines(Path.Combine(folder, "outcomes.jsonl")).Select(Outcome.Read).ToArray();
        Assert.Equal([$"{Column}.natural", $"{Column}.certified"], outcomes.Select(outcome => outcome.Name));
        Assert.All(outcomes, outcome =>
        {
            Assert.Equal((60, 60, 1, 1), (outcome.TrainingSamples, outcome.TestSamples, outcome.Epochs, outcome.Seed));
            Assert.All(outcome.CertifiedError.Values, error => Assert.InRange(error, outcome.AttackError, 1));
            Assert.InRange(outcome.AttackError, 1 - outcome.Accuracy, 1);
        });
        Assert.Equal(["s-crown", "s-ibp"], outcomes[0].CertifiedError.Keys.Order());
        Assert.Equal(["auto", "s-crown", "s-ibp"], outcomes[1].CertifiedError.Keys.Order());
        Assert.Equal(4, table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        // Killed while it wrote a record: what is whole stays, the rest is done again.
        string certified = Path.Combine(folder, $"{Column}.certified"), records = Path.Combine(certified, "auto.jsonl");
        string[] lines = File.ReadAllLines(records);
        File.Delete(Path.Combine(certified, "outcome.json"));
        File.WriteAllText(records, string.Join('\n', lines[..40]) + "\n" + lines[40][..50]);
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder, "weights", $"{Column}.certified.safetensors"));
        Assert.Contains($"{Column}.natural  (ended)", Run("--list"));
        Assert.DoesNotContain($"{Column}.certified  (ended)", Run("--list"));
        Assert.Equal(3, Run("--table").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Run();
        var again = Outcome.Read(File.ReadAllText(Path.Combine(certified, "outcome.json")));
        Assert.Equal(lines[..40], File.ReadAllLines(records)[..40]);
        Assert.Equal(60, RecordLog.Read<CertificateRecord>(records).Count);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(folder, "weights", $"{Column}.certified.safetensors")));
        Assert.Equal((outcomes[1].WeightsSha256, outcomes[1].Accuracy, outcomes[1].AttackError), (again.WeightsSha256, again.Accuracy, again.AttackError));
    }

    /// <summary>What a small trial left behind is no result of the whole run.</summary>
    [Fact]
    public void AFolderIsOfOneSetting()
    {
        File.WriteAllText(Path.Combine(folder, "settings.json"), "{\"Count\":60}");
        using var log = new StringWriter();
        Assert.Equal(1, Experiments.Run(["--data", ".", "--out", folder], TextWriter.Null, log));
        Assert.Contains("another --out", log.ToString());
        Assert.Single(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void ShardsShareTheJobs()
    {
        string[] Names(params string[] part) => [.. Text(["--data", ".", "--list", .. part]).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        string[][] parts = [.. Enumerable.Range(0, 3).Select(part => Names("--shard", $"{part}/3"))];
        Assert.Equal(Names().Order(), parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.NotEmpty(part));
    }

    [Theory]
    [InlineData("No job begins with Nothing", "--jobs", "Nothing")]
    [InlineData("'3' is no part", "--shard", "3")]
    public void WhatIsNotThereIsSaid(string sentence, params string[] arguments)
    {
        using var log = new StringWriter();
        Assert.Equal(1, Experiments.Run(["--data", ".", "--out", folder, .. arguments], TextWriter.Null, log));
        Assert.Contains(sentence, log.ToString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Run(params string[] more) => Text(
        ["--data", Path.Combine(AppContext.BaseDirectory, "Data"), "--jobs", Column, "--count", "60", "--epochs", "1", "--time-limit", "0.1", .. more]);

    private string Text(string[] arguments)
    {
        using var output = new StringWriter();
        Assert.Equal(0, Experiments.Run([.. arguments, "--out", folder], output, TextWriter.Null));
        return output.ToString();
    }
}
