using System.Globalization;
using Mnist;
using SnnDsl.Certification;
using SnnDsl.CommandLine;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Tests.Onnx;

/// <summary>VNN-LIB properties and VNN-COMP results, read by a reader of the tests' own and replayed in ONNX Runtime.</summary>
public sealed class VnnLibTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("snndsl-vnnlib-").FullName;

    public VnnLibTests() => set_num_threads(1);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void APropertyIsTheBoxAndAnyRivalThatReachesTheClass()
    {
        using var network = new Leaky(5);
        using var input = tensor([0.5f, 0.0312f, 1f, 1e-7f]).view(1, 4);
        string file = Path.Combine(folder, "sample.vnnlib");
        VnnLib.Save(network, file, input, 1, new LInfinity(0.05), 7);
        var property = new VnnLibReader(File.ReadAllText(file));
        Assert.Equal(6, property.Variables.Count);
        bool Inside(params double[] x) => property.HoldsOfInputs(Values(x, []));
        Assert.True(Inside(0.45f, 0, 0.95f, 0) && Inside(0.55f, 0.0812f, 1, 0.05f));
        Assert.False(Inside(0.4499, 0, 1, 0) || Inside(0.5, -1e-9, 1, 0) || Inside(0.5, 0, 1.0000001, 0) || Inside(0.5, 0, 0.9499, 0) || Inside(0.5, 0, 1, 0.0501));
        bool Broken(params double[] y) => property.Holds(Values([0.5, 0.03, 1, 0], y));
        Assert.True(Broken(0.5, 0.5) && Broken(0.6, 0.5));
        Assert.False(Broken(0.4, 0.5));
    }

    [Fact]
    public void WhatLinearRowsCannotSayIsRefused()
    {
        using var network = new Pools(1);
        using var input = zeros([4, 1, 2, 12, 12]);
        string file = Path.Combine(folder, "none.vnnlib");
        Assert.Contains("neither a number of flips", Assert.Throws<InterchangeException>(() => VnnLib.Save(network, file, input, 0, new SpikeFlips(2))).Message);
        Assert.Throws<ArgumentException>(() => VnnLib.Save(network, file, input, 3, new LInfinity(0.1)));
        Assert.Empty(Directory.GetFiles(folder));
    }

    /// <summary>A run of certify on real images: every result follows its record, and every witness satisfies its property by what ONNX Runtime computes.</summary>
    [Fact]
    public async Task RecordsBecomeResultsWhoseWitnessesHold()
    {
        string mnist = Path.Combine(AppContext.BaseDirectory, "mnist"), weights = Path.Combine(AppContext.BaseDirectory, "Weights", "fc-mnist-0.05.safetensors");
        string records = Path.Combine(folder, "records.jsonl"), exported = Path.Combine(folder, "exported");
        var host = SpikingCommandLine.Create("mnist").Model(seed => new FcDirect(seed)).Model(seed => new FcPoisson(seed)).Data(new ImageData("mnist"));
        using StringWriter output = new(), error = new();
        Task<int> Run(params string[] arguments) => host.RunAsync(arguments, output, error);
        string[] model = ["--model", "FcDirect", "--weights", weights, "--data", mnist];
        int certified = await Run(["certify", .. model, "--epsilon", "0.1", "--count", "24", "--time-limit", "0.5", "--records", records]);
        Assert.True(certified is 0 or 1 or 3, error.ToString());
        Assert.True(await Run(["export", .. model, "--records", records, "--vnncomp", exported]) == 0, error.ToString());

        var all = RecordLog.Read<CertificateRecord>(records);
        string[] instances = File.ReadAllLines(Path.Combine(exported, "instances.csv"));
        Assert.Equal(all.Select(record => $"network.onnx,sample-{record.Index}.vnnlib,300"), instances);
        using var runtime = new OnnxTests.Runtime(Path.Combine(exported, "network.onnx"));
        int witnesses = 0;
        foreach (var record in all)
        {
            string[] result = File.ReadAllText(Path.Combine(exported, $"sample-{record.Index}.result")).Split('\n', 2);
            Assert.Equal(record.Verdict switch { Verdict.Certified => "unsat", Verdict.Falsified => "sat", _ => "unknown" }, result[0]);
            if (record.Verdict != Verdict.Falsified)
            {
                Assert.Equal("", result[1]);
                continue;
            }

            witnesses++;
            var property = new VnnLibReader(File.ReadAllText(Path.Combine(exported, $"sample-{record.Index}.vnnlib")));
            var given = result[1].Split(['(', ')', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(' '))
                .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
            float[] x = [.. Enumerable.Range(0, 784).Select(i => (float)given[$"X_{i}"])], y = runtime.Logits(x);
            Assert.Equal(794, given.Count);
            Assert.True(property.Holds(given), $"the witness of sample {record.Index} does not satisfy its property");
            Assert.True(property.Holds(Values([.. x.Select(value => (double)value)], [.. y.Select(value => (double)value)])), $"nor does ONNX Runtime, sample {record.Index}");
        }

        Assert.True(witnesses > 0 && all.Any(record => record.Verdict == Verdict.Certified), "a run without counterexamples, or without certificates, tests too little");

        string[] before = [.. Directory.GetFileSystemEntries(exported).Order(StringComparer.Ordinal)], texts = [.. before.Select(File.ReadAllText)];

        // A counterexample that is gone, behind records that are whole: nothing is written, nothing is changed.
        string broken = Path.Combine(folder, "broken.jsonl"), partial = Path.Combine(folder, "partial");
        Assert.True(await Run(["certify", .. model, "--epsilon", "0.3", "--count", "3", "--time-limit", "20", "--records", broken]) == 0, error.ToString());
        string kept = RecordLog.Read<CertificateRecord>(broken).Last(record => record.Counterexample is not null).Counterexample!.File!.Name;
        File.Delete(Path.Combine(RecordFolders.Counterexamples(broken), kept));
        Assert.Equal(2, await Run(["export", .. model, "--records", broken, "--vnncomp", partial]));
        Assert.Contains(kept, error.ToString());
        Assert.False(Directory.Exists(partial));
        Assert.Equal(2, await Run(["export", .. model, "--records", broken, "--vnncomp", exported]));
        Assert.Equal(before, Directory.GetFileSystemEntries(exported).Order(StringComparer.Ordinal));
        Assert.Equal(texts, before.Select(File.ReadAllText));

        // Other weights, another network, and a folder that stays as it was.
        using (var other = new FcDirect(1))
        {
            Weights.Save(other, Path.Combine(folder, "other.safetensors"));
        }

        Assert.Equal(2, await Run("export", "--model", "FcDirect", "--weights", Path.Combine(folder, "other.safetensors"), "--data", mnist, "--records", records, "--vnncomp", exported));
        Assert.Contains("are of other weights", error.ToString());
        Assert.Equal(before, Directory.GetFiles(exported).Order(StringComparer.Ordinal));
        Assert.Equal(2, await Run(["export", .. model]));
        Assert.Contains("--onnx", error.ToString());
        Assert.Equal(0, await Run(["export", .. model[..4], "--onnx", Path.Combine(folder, "alone.onnx")]));
    }

    private static Dictionary<string, double> Values(double[] x, double[] y) =>
        x.Select((value, i) => ($"X_{i}", value)).Concat(y.Select((value, i) => ($"Y_{i}", value))).ToDictionary(pair => pair.Item1, pair => pair.value);
}
