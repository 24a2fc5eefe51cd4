using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.CommandLine.Tests;

/// <summary>What commands write for other programs, what their tables promise of random spikes, and what help calls the program.</summary>
public sealed partial class JsonTests : IDisposable
{
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    private static IReadOnlyList<string> All { get; } = [.. Host().Commands.Select(command => command.Name)];

    [Fact]
    public void EveryCommandHasIt()
    {
        Assert.Equal(15, All.Count);
        Assert.All(Host().Commands, command => Assert.True(command.Options.Any(option => option.Name == "--json"), $"{command.Name} has no --json"));
    }

    /// <summary>Every command that gets what it needs writes what it found, and each file holds what the command's screen shows.</summary>
    [Fact]
    public async Task EveryCommandWritesIt()
    {
        var written = new HashSet<string>();
        string weights = bench.In("w.safetensors"), records = bench.In("c.jsonl"), radii = bench.In("r.jsonl");
        (await bench.OnImages("train", "--epochs", "2", "--batch", "8", "--out", weights, "--json", Json("train"))).Succeeded();
        string[] trained = ["--weights", weights], budget = ["--epsilon", "0.03", "--count", "6"];
        (await bench.OnImages("certify", [.. trained, .. budget, "--method", "s-crown", "--records", records, "--json", Json("certify")])).Succeeded();
        (await bench.OnImages("radius", [.. trained, .. budget, "--method", "s-ibp", "--tolerance", "0.01", "--records", radii, "--json", Json("radius")])).Succeeded();
        (await bench.Run("report", records, radii, "--json", Json("report"))).Succeeded();
        (await bench.Run("merge", records, "--out", bench.In("m.jsonl"), "--json", Json("merge"))).Succeeded();
        (await bench.OnImages("verify", "--weights", weights, "--records", records, "--json", Json("verify"))).Succeeded();
        (await bench.OnImages("attack", [.. trained, .. budget, "--attack", "fgsm", "--json", Json("attack")])).Succeeded();
        (await bench.OnImages("evaluate", [.. trained, "--json", Json("evaluate")])).Succeeded();
        (await bench.OnImages("activity", [.. trained, "--json", Json("activity")])).Succeeded();
        (await bench.Run(
            "smooth", "--model", "TinyPoisson", "--data", bench.ImageFolder, "--weights", bench.UntrainedWeights(new TinyPoisson(3)), "--count", "4", "--samples", "50",
            "--confidence", "0.9", "--json", Json("smooth"))).Succeeded();
        (await bench.Run("export", "--model", "TinyImages", "--weights", weights, "--nir", bench.In("net.nir"), "--json", Json("export"))).Succeeded();
        (await bench.Run("import", bench.In("net.nir"), "--out", bench.In("Net.cs"), "--json", Json("nir"))).Succeeded();
        (await bench.Run("import", "--state-dict", weights, "--model", "TinyImages", "--out", bench.In("again.safetensors"), "--json", Json("import"))).Succeeded();
        using (StringWriter output = new(), error = new())
        {
            Assert.True(0 == await Host().RunAsync(["demo", "--epochs", "1", "--out", bench.In("demo"), "--json", Json("demo")], output, error), error.ToString());
        }

        File.WriteAllText(Json("models"), (await bench.Run("models", "--json")).Succeeded().Output);
        File.WriteAllText(Json("completion"), (await bench.Run("completion", "bash", "--program", "tiny", "--json")).Succeeded().Output);
        Assert.Empty(All.Except(written));

        JsonElement Read(string command) => Workbench.Json(bench.In($"{command}.json"));
        Assert.Equal(6, Read("certify").GetProperty("summary").GetProperty("recorded").GetInt32());
        Assert.Equal((6, 0.01), (Read("radius").GetProperty("summary").GetProperty("recorded").GetInt32(), Read("radius").GetProperty("setting").GetProperty("radiusTolerance").GetDouble()));
        Assert.Equal([records, radii], Read("report").EnumerateArray().Select(file => file.GetProperty("records").GetString()));
        Assert.All(Read("report").EnumerateArray(), file => Assert.Equal(6, file.GetProperty("summary").GetProperty("recorded").GetInt32()));
        Assert.Equal(
            (Read("certify").GetProperty("summary").GetProperty("certifiedAccuracy").GetDouble(), 0),
            (Read("merge").GetProperty("summary").GetProperty("certifiedAccuracy").GetDouble(), Read("merge").GetProperty("missing").GetArrayLength()));
        Assert.Equal((4, 0.9, 4), (
            Read("smooth").GetProperty("samples").GetInt32(), Read("smooth").GetProperty("confidence").GetDouble(), Read("smooth").GetProperty("right").GetArrayLength()));
        Assert.Equal((bench.In("net.nir"), JsonValueKind.Null), (Read("export").GetProperty("nir").GetString(), Read("export").GetProperty("onnx").ValueKind));
        Assert.Equal((bench.In("Net.cs"), bench.In("Net.safetensors")), (Read("nir").GetProperty("declaration").GetString(), Read("nir").GetProperty("weights").GetString()));
        Assert.Contains("does not say the neurons of", Read("import").GetProperty("unchecked")[0].GetString());
        Assert.Equal(bench.In("demo/TinyPoisson-natural.safetensors"), Read("demo").GetProperty("natural").GetProperty("weights").GetString());
        Assert.InRange(Read("demo").GetProperty("certified").GetProperty("certifiedError").GetDouble(), Read("demo").GetProperty("certified").GetProperty("attackError").GetDouble(), 1);
        Assert.Contains("complete -o default", Read("completion").GetProperty("script").GetString());

        string Json(string command)
        {
            written.Add(command);
            return bench.In($"{command}.json");
        }
    }

    /// <summary>Which samples are missing is part of what merge says.</summary>
    [Fact]
    public async Task WhatIsMissingIsNamed()
    {
        string weights = bench.UntrainedWeights(new TinyImages(4)), part = bench.In("1.jsonl"), json = bench.In("merged.json");
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.03", "--count", "5", "--method", "s-ibp", "--shard", "1/2", "--records", part)).Succeeded();
        Assert.Equal(ExitCodes.Incomplete, (await bench.Run("merge", part, "--out", bench.In("m.jsonl"), "--json", json)).Code);
        Assert.Equal([0, 2, 4], Workbench.Json(json).GetProperty("missing").EnumerateArray().Select(position => position.GetInt32()));
        Assert.Equal((5, 2), (Workbench.Json(json).GetProperty("summary").GetProperty("samples").GetInt32(), Workbench.Json(json).GetProperty("summary").GetProperty("recorded").GetInt32()));
    }

    [Theory]
    [InlineData("import", "--state-dict", "x.pt", "--out", "y.safetensors")]
    [InlineData("merge", "x.jsonl", "--out", "y.jsonl")]
    [InlineData("report", "x.jsonl")]
    [InlineData("demo")]
    public async Task AFolderIsRefusedBeforeAnyWork(params string[] command)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(ExitCodes.BadInput, await Host().RunAsync([.. command, "--json", bench.Root], output, error));
        Assert.Contains("--json", error.ToString());
        Assert.Contains("is a folder", error.ToString());
    }

    /// <summary>Of random spikes every table says that what it shows holds for one draw, and which; of others none does.</summary>
    [Fact]
    public async Task TablesSayThatACertificateHoldsForOneDraw()
    {
        const string certified = "what is certified holds for one draw of the noise, that of seed 9,", bounded = "what is bounded holds for one draw of the noise, that of seed 9,";
        string weights = bench.UntrainedWeights(new TinyPoisson(3)), images = bench.UntrainedWeights(new TinyImages(3), "images.safetensors");
        string records = bench.In("c.jsonl"), radii = bench.In("r.jsonl"), plain = bench.In("p.jsonl");
        string[] common = ["--model", "TinyPoisson", "--data", bench.ImageFolder, "--weights", weights, "--epsilon", "0.02", "--count", "4", "--seed", "9", "--method", "s-ibp", "--records"];
        Assert.Contains(certified, (await bench.Run(["certify", .. common, records])).Succeeded().Output);
        Assert.Contains(bounded, (await bench.Run(["certify", .. common, plain, "--precision", "float32"])).Succeeded().Output);
        Assert.Contains(certified, (await bench.Run(["radius", .. common, radii])).Succeeded().Output);
        Assert.Contains(certified, (await bench.Run("report", records)).Succeeded().Output);
        Assert.Contains(certified, (await bench.Run("report", radii)).Succeeded().Output);
        Assert.Contains(certified, (await bench.Run("merge", records, "--out", bench.In("m.jsonl"))).Succeeded().Output);
        Assert.Contains(certified, (await bench.Run("merge", radii, "--out", bench.In("n.jsonl"))).Succeeded().Output);
        using (StringWriter output = new(), error = new())
        {
            Assert.True(0 == await Host().RunAsync(["demo", "--epochs", "1", "--out", bench.In("demo")], output, error), error.ToString());
            Assert.Contains(certified.Replace("seed 9", "seed 0"), output.ToString());
        }

        string direct = (await bench.OnImages("certify", "--weights", images, "--epsilon", "0.02", "--count", "4", "--method", "s-ibp", "--records", bench.In("d.jsonl"))).Succeeded().Output
            + (await bench.Run("report", bench.In("d.jsonl"))).Succeeded().Output;
        Assert.DoesNotContain("one draw", direct);
    }

    /// <summary>The usage line, the examples and errors call the program alike, whatever file runs.</summary>
    [Theory]
    [InlineData("tiny")]
    [InlineData("dotnet run -c Release --project examples/Tiny --")]
    public async Task HelpNamesTheProgramOnce(string name)
    {
        foreach (string[] command in All.Select(command => new[] { command, "--help" }).Append(["--help"]))
        {
            using StringWriter output = new(), error = new();
            Assert.Equal(0, await Host(name).RunAsync(command, output, error));
            string usage = Usage().Match(output.ToString()).Groups[1].Value;
            Assert.StartsWith(command.Length == 1 ? $"{name} [" : $"{name} {command[0]} ", usage);
            Assert.All(Examples().Matches(output.ToString()).SelectMany(match => match.Groups[1].Captures), example => Assert.StartsWith($"{name} ", example.Value));
            Assert.DoesNotContain(new RootCommand().Name, output.ToString());
        }

        using StringWriter none = new(), wrong = new();
        Assert.Equal(ExitCodes.BadInput, await Host(name).RunAsync(["models", "--nonsense"], none, wrong));
        Assert.Contains($"'{name} models --help'", wrong.ToString());
    }

    // With a job for no arguments, whose data are in memory.
    private static SpikingCommandLine Host(string name = "tiny") => SpikingCommandLine.Create(name, "Tiny networks.")
        .Model(seed => new TinyPoisson(seed))
        .Model(seed => new TinyImages(seed))
        .Data(new MemoryData("halves", (_, split, _) =>
        {
            float[] pixels = [.. Enumerable.Range(0, 12 * 16).Select(i => i % 4 / 2 == i / 16 % 2 ? 0.9f : 0.1f)];
            return Dataset.FromTensors(tensor(pixels, [12, 1, 4, 4]), tensor(Enumerable.Range(0, 12).Select(i => i % 2L).ToArray()), split: split);
        }))
        .Demo(new() { Model = nameof(TinyPoisson), Epsilon = 0.02, Epochs = 1, BatchSize = 4 });

    [GeneratedRegex(@"Usage:\s*\n\s+(.*)")]
    private static partial Regex Usage();

    [GeneratedRegex(@"Examples:\s*\n(?:  (.*)\n)+")]
    private static partial Regex Examples();
}
