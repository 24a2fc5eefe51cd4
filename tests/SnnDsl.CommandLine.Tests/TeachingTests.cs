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
        Assert.Contains("T = 3, 154 parameters, 40 bytes of membranes a sample", text);
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
