using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Evaluation;

/// <summary>Record files: whole lines whatever happens, changed ones refused, shards joined.</summary>
[Collection("One thread")]
public sealed class RecordTests : IDisposable
{
    private static readonly Dataset Data = TinyData.Images(12, noise: 0.5);
    private readonly TemporaryFolder folder = new();
    private readonly TinyNetwork network = new(Encoding.Direct, steps: 4, [1, 6, 6], hidden: 16, classes: 3, seed: 5);

    public RecordTests() => set_num_threads(1);

    public void Dispose()
    {
        folder.Dispose();
        network.Dispose();
    }

    [Fact]
    public void ARecordComesBackAsItWas()
    {
        var records = Certify("a.jsonl").Records;
        var back = RecordLog.Read<CertificateRecord>(folder["a.jsonl"]);
        Assert.Equal(Data.Count, back.Count);
        Assert.Equal(records.OrderBy(record => record.Position).Select(RecordFormat.Encode), back.OrderBy(record => record.Position).Select(RecordFormat.Encode));
        var first = back.First(record => record.LowerBounds.Length > 0);
        Assert.Equal(Weights.Hash(network), first.Setting.WeightsSha256);
        Assert.Equal(network.Description.ArchitectureHash, first.Setting.ArchitectureSha256);
        Assert.Equal(new LInfinity(0.05), first.Setting.Perturbation.ToPerturbation());
        Assert.Equal(("tiny-images", "train", 12), (first.Setting.Dataset.Name, first.Setting.Dataset.Split, first.Setting.Dataset.Count));
        Assert.Equal((4, "direct", 0L, "auto", "float32", 1e-4), (
            first.Setting.Steps, first.Setting.Encoding, first.Setting.Seed, first.Setting.Method, first.Setting.Precision, first.Setting.Guard));
        Assert.All(back, record => Assert.Equal(Data.InputHash(record.Position), record.InputSha256));
    }

    [Fact]
    public void ACounterexampleThatNoFileKeepsComesBackToo()
    {
        var record = Certify("a.jsonl").Records.First(record => record.Counterexample is not null);
        var unkept = record with { Counterexample = record.Counterexample! with { File = null } };
        string line = RecordFormat.Encode(unkept);
        var back = RecordFormat.Decode<CertificateRecord>(line);
        Assert.Null(back.Counterexample!.File);
        Assert.Equal(unkept.Counterexample.Margins, back.Counterexample.Margins);
        Assert.Equal(line, RecordFormat.Encode(back));
    }

    [Theory]
    [InlineData("\"epsilon\":0.05", "\"epsilon\":0.06")]
    [InlineData("\"index\":0", "\"index\":1")]
    [InlineData("\"steps\":4", "\"steps\":3")]
    [InlineData("\"lowerBounds\":[", "\"lowerBounds\":[1,")]
    [InlineData("\"weightsSha256\":\"", "\"weightsSha256\":\"0")]
    [InlineData("\"verdict\":\"", "\"verdict\":\" ")]
    [InlineData(",\"sha256\":\"", ",\"sha256\":\"0")]
    [InlineData("{\"format\"", "{ \"format\"")]
    [InlineData("\"}", "\"} ")]
    public void AChangedLineIsRefused(string before, string after)
    {
        string line = RecordFormat.Encode(Certify("a.jsonl").Records[0]);
        Assert.Contains(before, line, StringComparison.Ordinal);
        string changed = line.Replace(before, after, StringComparison.Ordinal);
        string path = folder.Put("changed.jsonl", System.Text.Encoding.UTF8.GetBytes(changed + "\n"));
        var error = Assert.Throws<DataFileException>(() => RecordLog.Read<CertificateRecord>(path));
        Assert.Contains("changed.jsonl' line 1", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"position\":0,", "")]
    [InlineData("\"position\":0,", "\"position\":0,\"mood\":\"good\",")]
    [InlineData("\"position\":0,", "\"position\":0,\"position\":0,")]
    [InlineData("snndsl-certificate/2", "snndsl-certificate/3")]
    [InlineData("\"guard\":", "\"guard\":1e400,\"was\":")]
    [InlineData("\"logits\":[", "\"logits\":[1e39,")]
    [InlineData("\"seconds\":", "\"seconds\":1e400,\"was\":")]
    public void ASealedLineThatIsNoRecordIsRefused(string before, string after)
    {
        string line = RecordFormat.Encode(Certify("a.jsonl").Records[0]);
        string body = line[..line.LastIndexOf(",\"sha256\"", StringComparison.Ordinal)];
        Assert.Contains(before, body, StringComparison.Ordinal);
        body = body.Replace(before, after, StringComparison.Ordinal);
        string seal = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)));
        Assert.Throws<InvalidDataException>(() => RecordFormat.Decode<CertificateRecord>($"{body},\"sha256\":\"{seal}\"}}"));
    }

    [Fact]
    public void AnOlderRecordIsRefusedWithWhatToDo()
    {
        string line = RecordFormat.Encode(Certify("a.jsonl").Records[0] with { Format = "snndsl-certificate/1" });
        Assert.Contains("certify the samples again", Assert.Throws<InvalidDataException>(() => RecordFormat.Decode<CertificateRecord>(line)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereverItIsCutTheWholeLinesCountAndTheRunGoesOn()
    {
        var whole = Certify("whole.jsonl", CertificationMethod.SIbp);
        byte[] bytes = File.ReadAllBytes(folder["whole.jsonl"]);
        int end = Array.IndexOf(bytes, (byte)'\n', Array.IndexOf(bytes, (byte)'\n') + 1) + 1;
        // Cut in the third line: after none, one, half and all of its bytes but the line feed.
        int third = Array.IndexOf(bytes, (byte)'\n', end);
        foreach (int length in new[] { end, end + 1, (end + third) / 2, third })
        {
            string path = folder.Put($"cut-{length}.jsonl", bytes[..length]);
            Assert.Equal(2, RecordLog.Read<CertificateRecord>(path).Count);
            var resumed = Certify(Path.GetFileName(path), CertificationMethod.SIbp, resume: true);
            Assert.True(resumed.IsComplete);
            Assert.Equal(whole.Records.Select(Timeless), RecordLog.Read<CertificateRecord>(path).OrderBy(record => record.Position).Select(Timeless));
        }
    }

    [Fact]
    public void OnlyRecordsOfTheSameRunAreResumed()
    {
        Certify("a.jsonl", CertificationMethod.SIbp, Data.Take(3));
        using var other = new TinyNetwork(Encoding.Direct, steps: 4, [1, 6, 6], hidden: 16, classes: 3, seed: 6);
        (string Field, Certifier Certifier, Dataset Samples)[] others =
        [
            ("weightsSha256", new(other, new LInfinity(0.05), CertificationMethod.SIbp), Data.Take(3)),
            ("perturbation.epsilon", new(network, new LInfinity(0.04), CertificationMethod.SIbp), Data.Take(3)),
            ("perturbation.clamp", new(network, new LInfinity(0.05, clamp: false), CertificationMethod.SIbp), Data.Take(3)),
            ("method", new(network, new LInfinity(0.05), CertificationMethod.SCrown) { Precision = Precision.Float32 }, Data.Take(3)),
            ("dataset.count", new(network, new LInfinity(0.05), CertificationMethod.SIbp), Data.Take(4)),
        ];
        foreach (var (field, certifier, samples) in others)
        {
            var error = Assert.Throws<DataFileException>(() => RecordFile<CertificateRecord>.Resume(folder["a.jsonl"], certifier.Setting(samples)));
            Assert.Contains($"({field} is ", error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("exists already", Assert.Throws<DataFileException>(() => RecordFile<CertificateRecord>.Create(folder["a.jsonl"])).Message, StringComparison.Ordinal);
        Assert.Equal(3, RecordLog.Read<CertificateRecord>(folder["a.jsonl"]).Count);
    }

    [Fact]
    public void OneProcessWritesAndOthersMayRead()
    {
        var setting = new Certifier(network, new LInfinity(0.05), CertificationMethod.SIbp) { Precision = Precision.Float32 }.Setting(Data);
        using (var file = RecordFile<CertificateRecord>.Create(folder["a.jsonl"]))
        {
            Assert.Contains("Another process writes", Assert.Throws<DataFileException>(() => RecordFile<CertificateRecord>.Resume(folder["a.jsonl"], setting)).Message, StringComparison.Ordinal);
            file.Append(Certify("b.jsonl").Records[0]);
            Assert.Single(RecordLog.Read<CertificateRecord>(folder["a.jsonl"]));
        }

        using var again = RecordFile<CertificateRecord>.Resume(folder["none.jsonl"], setting);
        Assert.Empty(again.Records);
    }

    [Fact]
    public void JoinedShardsAreOneRun()
    {
        var whole = Certify("whole.jsonl");
        string[] shards = [.. Enumerable.Range(0, 3).Select(i =>
        {
            Certify($"shard-{i}.jsonl", shard: new(i, 3));
            return folder[$"shard-{i}.jsonl"];
        })];
        var (records, missing) = RecordMerge.Join<CertificateRecord>(shards, folder["merged.jsonl"]);
        Assert.Empty(missing);
        Assert.Equal(Enumerable.Range(0, Data.Count), records.Select(record => record.Position));
        Assert.Equal(whole.Records.Select(Timeless), RecordLog.Read<CertificateRecord>(folder["merged.jsonl"]).Select(Timeless));
        Assert.Contains(records, record => record.Counterexample is not null);
        foreach (var record in records.Where(record => record.Counterexample is not null))
        {
            Assert.Equal(record.Counterexample!.File!.Sha256, SafeTensors.FileHash(RecordFolders.Counterexample(folder["merged.jsonl"], record.Index)));
        }

        // A file twice says nothing new; without a shard, its samples are missing.
        (records, missing) = RecordMerge.Join<CertificateRecord>([shards[0], shards[0], shards[2]], folder["part.jsonl"]);
        Assert.Equal(8, records.Count);
        Assert.Equal([1, 4, 7, 10], missing);
    }

    [Fact]
    public void WhatDoesNotBelongTogetherIsNotJoined()
    {
        var a = Certify("a.jsonl", shard: new(0, 2)).Records;
        Certify("b.jsonl", CertificationMethod.SIbp, shard: new(1, 2));
        string Refusal(params string[] files) => Assert.Throws<DataFileException>(
            () => RecordMerge.Join<CertificateRecord>([.. files.Select(file => folder[file])], folder["out.jsonl"])).Message;
        Assert.Contains("different runs (method is \"s-ibp\" and \"auto\")", Refusal("a.jsonl", "b.jsonl"), StringComparison.Ordinal);

        var settled = a.First(record => record.Verdict != Verdict.Unknown);
        Put("c.jsonl", settled with { Verdict = Verdict.Unknown });
        Assert.Contains($"disagree on the sample at position {settled.Position}", Refusal("a.jsonl", "c.jsonl"), StringComparison.Ordinal);

        Assert.Contains("no record in", Refusal("empty.jsonl", folder.Put("empty.jsonl", [])), StringComparison.Ordinal);
        Assert.Contains("no record file", Refusal("none.jsonl"), StringComparison.Ordinal);

        var refuted = a.First(record => record.Counterexample is not null);
        string stored = RecordFolders.Counterexample(folder["a.jsonl"], refuted.Index);
        File.WriteAllBytes(stored, [.. File.ReadAllBytes(stored), 0]);
        Assert.Contains("was changed", Refusal("a.jsonl"), StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out.jsonl"]));
    }

    [Fact]
    public void ASampleHasOneRecordInAFile()
    {
        var record = Certify("a.jsonl").Records[0];
        Put("twice.jsonl", record, record);
        Assert.Contains("line 2 is about the sample at position 0, as line 1 is", Assert.Throws<DataFileException>(() => RecordLog.Read<CertificateRecord>(folder["twice.jsonl"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0/1", 0, 1)]
    [InlineData("7/8", 7, 8)]
    [InlineData("8/8", null, 0)]
    [InlineData("-1/8", null, 0)]
    [InlineData("1", null, 0)]
    [InlineData("a/b", null, 0)]
    public void ShardsAreWrittenAsFractions(string text, int? index, int count)
    {
        var shard = Shard.TryParse(text);
        Assert.Equal((index, index is null ? null : (int?)count), (shard?.Index, shard?.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shard(2, 2));
    }

    private void Put(string name, params CertificateRecord[] records) =>
        folder.Put(name, System.Text.Encoding.UTF8.GetBytes(string.Concat(records.Select(record => RecordFormat.Encode(record) + "\n"))));

    // A batch for each sample: sums are then the same in any shard.
    private CertificationReport Certify(
        string name, CertificationMethod method = CertificationMethod.Auto, Dataset? data = null, Shard? shard = null, bool resume = false)
    {
        var certifier = new Certifier(network, new LInfinity(0.05), method) { Precision = Precision.Float32, BatchSize = 1, Alpha = new() { Iterations = 2 }, MostSubproblems = 2 };
        using var file = resume
            ? RecordFile<CertificateRecord>.Resume(folder[name], certifier.Setting(data ?? Data))
            : RecordFile<CertificateRecord>.Create(folder[name]);
        return certifier.Run(data ?? Data, file, shard);
    }

    // The verdicts, bounds and counterexamples of a record: all but what depends on the clock.
    private static string Timeless(CertificateRecord record) => RecordFormat.Encode(record with { Seconds = 0, Stages = [], Subproblems = null });
}
