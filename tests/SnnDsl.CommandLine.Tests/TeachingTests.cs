using System.Text.Json;

namespace SnnDsl.CommandLine.Tests;

/// <summary>Tables and help texts.</summary>
public sealed class TeachingTests : IDisposable
{
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task ModelsShowsLayersAndTotals()
    {
        string text = (await bench.Run("models", "--model", "TinyImages")).Succeeded().Output;
        Assert.DoesNotContain("TinyEvents", text);
        Assert.Contains("fc1", text);
        // 16*8 + 8 and 8*2 + 2 parameters; 8 + 2 float32 membranes.
        Assert.Contains("1x4x4 -> 2 classes", text);
        // fc1 gets the same image at every step, fc2 spikes at each: 16*8 + 3 * 8*2 weights.
        Assert.Contains("T = 3, 154 parameters, at most 176 synaptic operations and 40 bytes of membranes a sample", text);
        Assert.Contains("Readout: logits = mean over t of the last layer's outputs.", text);
        Assert.Contains("Rectangular, width 1", text);
        // 8 currents that are the same at 3 steps, 3 words of spikes' bits, and 3 times 2 membranes of the last layer.
        Assert.Contains("training keeps 80 bytes a sample", text);
    }

    [Fact]
    public async Task ModelsAsJson()
    {
        using var document = JsonDocument.Parse((await bench.Run("models", "--json")).Succeeded().Output);
        var networks = document.RootElement.EnumerateArray().ToDictionary(network => network.GetProperty("name").GetString()!);
        Assert.Equal(["TinyEvents", "TinyImages", "TinyPoisson"], networks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(154, networks["TinyImages"].GetProperty("parameters").GetInt64());
        Assert.Equal(40, networks["TinyPoisson"].GetProperty("membraneBytesPerSample").GetInt64());
        Assert.Equal(4 * 3 * 8 + 8 * 3 + 4 * 3 * 2, networks["TinyPoisson"].GetProperty("stateBytesPerSample").GetInt64());
        // At 2 steps 10 membranes, and the 2x2x2 pooled values that fc1 reads.
        Assert.Equal(2 * 4 * (10 + 8), networks["TinyEvents"].GetProperty("stateBytesPerSample").GetInt64());
        Assert.Equal("spikes", networks["TinyEvents"].GetProperty("encoding").GetString());
        Assert.Equal("logits = mean over t of the last layer's outputs", networks["TinyEvents"].GetProperty("readout").GetString());
        // Eight means at two steps go into ten neurons.
        Assert.Equal(2 * 8 * 10, networks["TinyEvents"].GetProperty("synapticOperationsPerSample").GetInt64());
        var layers = networks["TinyEvents"].GetProperty("layers").EnumerateArray().ToDictionary(layer => layer.GetProperty("name").GetString()!);
        Assert.Equal(["17", "17", "0", "1"], new[] { "kernel", "stride", "padding", "dilation" }.Select(name => layers["pool1"].GetProperty(name).GetString()));
        Assert.Equal(JsonValueKind.Null, layers["fc1"].GetProperty("kernel").ValueKind);
        Assert.Equal(2 * 8 * 10, layers["fc1"].GetProperty("synapticOperations").GetInt64());
        Assert.Equal("Rectangular, width 1", layers["lif1"].GetProperty("surrogate").GetString());
        Assert.Equal([2, 34, 34], networks["TinyEvents"].GetProperty("input").EnumerateArray().Select(size => size.GetInt32()));
    }

    [Theory]
    [InlineData("train", "--certified", "--free-fraction", "--recipe", "--resume", "warm-up", "Examples:")]
    [InlineData("certify", "--method", "--clamp", "--json", "--records", "--shard", "s-crown-paper", "a tie is not certified", "Examples:")]
    [InlineData("radius", "--tolerance", "largest size", "Examples:")]
    [InlineData("report", "--plot", "--heat-map", "--counterexample", "Examples:")]
    [InlineData("merge", "--out", "disagree", "Examples:")]
    [InlineData("attack", "--restarts", "--flip-mode", "spike-flip", "never exceeds", "Examples:")]
    public async Task HelpTeaches(string command, params string[] words)
    {
        string text = (await bench.Run(command, "--help")).Succeeded().Output;
        Assert.All(words, word => Assert.Contains(word, text));
        Assert.All(text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 150, line));
    }

    [Fact]
    public async Task HelpOfTheWholeProgram()
    {
        string text = (await bench.Run("--help")).Succeeded().Output;
        Assert.All(["train", "certify", "radius", "report", "merge", "attack", "models", "unknown", "Examples:"], word => Assert.Contains(word, text));
        Assert.DoesNotContain("demo", text);
    }

    [Fact]
    public async Task TheDemoComparesBothTrainings()
    {
        var host = SpikingCommandLine.Create("tiny")
            .Model(seed => new TinyImages(seed))
            .Data(new ImageData("sides", classes: 2) { Embedded = new(typeof(TeachingTests).Assembly, "nowhere") })
            .Demo(new() { Model = nameof(TinyImages), Epsilon = 0.05 });
        using StringWriter output = new(), error = new();
        // Without its embedded files the program is broken, which is nobody's bad input.
        Assert.Equal(ExitCodes.Failure, await host.RunAsync([], output, error));
        Assert.Contains("nowhere/train-images-idx3-ubyte.gz", error.ToString());
    }
}
