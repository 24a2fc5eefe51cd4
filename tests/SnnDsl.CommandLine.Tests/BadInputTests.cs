using SnnDsl.Serialization;
using TorchSharp;

namespace SnnDsl.CommandLine.Tests;

/// <summary>Every error that a user can make: exit code 2, one sentence that says what to do, nothing overwritten.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workbench bench = new();
    private readonly string weights;

    public BadInputTests() => weights = bench.UntrainedWeights(new TinyImages(1));

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task ABoxThatOverflowsIsRefused()
    {
        string weights = bench.UntrainedWeights(new TinyImages(3));
        foreach (string precision in new[] { "rounding-safe", "float32" })
        {
            (await bench.OnImages("certify", "--weights", weights, "--epsilon", "3e38", "--clamp", "false", "--precision", precision)).Refused("--epsilon is 3E+38", "--clamp");
        }

        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "3e38", "--method", "s-ibp")).Succeeded();
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1", "--epsilon-file", "box.safetensors")).Refused("--epsilon and --epsilon-file");
    }

    [Theory]
    [InlineData("certify", "--epsilon", "-0.1", "--epsilon is -0.1")]
    [InlineData("certify", "--epsilon", "NaN", "--epsilon is NaN")]
    [InlineData("certify", "--epsilon", "a lot", "--epsilon is 'a lot'")]
    [InlineData("certify", "--flips", "-1", "--flips is -1")]
    [InlineData("certify", "--flips", "3", "takes images", "--epsilon")]
    [InlineData("certify", "--flip-mode", "insert", "takes images", "--epsilon")]
    [InlineData("certify", "--flip-mode", "swap", "no flip mode 'swap'", "both, insert, delete")]
    [InlineData("certify", "--method", "magic", "no method 'magic'", "s-ibp, s-crown-paper, s-crown")]
    [InlineData("certify", "--steps", "0", "--steps is 0")]
    [InlineData("certify", "--shard", "2/2", "--shard is '2/2'", "0/8")]
    [InlineData("certify", "--time-limit", "0", "--time-limit is 0", "above 0")]
    [InlineData("certify", "--run-limit", "-1", "--run-limit is -1")]
    [InlineData("certify", "--memory-limit", "none", "--memory-limit is 'none'")]
    [InlineData("certify", "--count", "0", "--count is 0")]
    [InlineData("certify", "--clamp", "true", "--epsilon E")]
    [InlineData("certify", "--retime", "1", "takes images", "--epsilon")]
    [InlineData("certify", "--retime", "-1", "--retime is -1")]
    [InlineData("certify", "--epsilon-file", "nowhere.safetensors", "nowhere.safetensors")]
    [InlineData("smooth", "--samples", "10", "does not draw spikes", "Poisson")]
    [InlineData("smooth", "--confidence", "1", "--confidence is 1")]
    [InlineData("certify", "--colour", "red", "--colour")]
    [InlineData("train", "--learning-rate", "0", "--learning-rate is 0", "above 0")]
    [InlineData("train", "--schedule", "linear", "no schedule 'linear'", "late, cosine")]
    [InlineData("train", "--validation", "1", "--validation is 1", "[0, 1)")]
    [InlineData("train", "--validation", "0.001", "keeps none of the 40 samples", "a larger one")]
    [InlineData("train", "--patience", "3", "none are: state a validation share")]
    [InlineData("train", "--shift", "40", "A shift by 40 pixels can leave nothing")]
    [InlineData("train", "--l1", "-1", "--l1 is -1", "at least 0")]
    [InlineData("train", "--average", "1", "--average is 1", "[0, 1)")]
    [InlineData("train", "--gradients", "int8", "no precision of gradients 'int8'", "float32, bf16")]
    [InlineData("certify", "--epsilon", "0,5", "--epsilon is '0,5'", "a number with a decimal point, such as 0.5")]
    [InlineData("certify", "--clamp", "no", "There is no answer 'no'", "true, false")]
    [InlineData("certify", "--iterations", "1,000", "--iterations is '1,000'", "a whole number")]
    [InlineData("train", "--robust-loss", "hinge", "no robust loss 'hinge'", "bounds, sabr, mtl-ibp, cc-ibp, pgd")]
    [InlineData("train", "--robust-loss", "sabr", "--certified as well")]
    [InlineData("train", "--bound-share", "2", "--bound-share is 2", "[0, 1]")]
    [InlineData("train", "--bound-share", "0.2", "--robust-loss sabr, mtl-ibp or cc-ibp")]
    [InlineData("train", "--attack-steps", "3", "--robust-loss sabr, mtl-ibp, cc-ibp or pgd")]
    [InlineData("train", "--loss", "hinge", "no loss 'hinge'", "cross-entropy, mean-square")]
    [InlineData("attack", "--attack", "magic", "no attack 'magic'", "ensemble, fgsm, pgd, apgd, square, spike-flip")]
    [InlineData("attack", "--queries", "3", "square's", "--attack square")]
    [InlineData("attack", "--gradient", "true", "no gradient 'true'", "surrogate, rates, spread, sharpness")]
    [InlineData("attack", "--gradient", "rates", "is for attacks that follow one", "the ensemble takes several")]
    [InlineData("attack", "--iterations", "3", "pgd's and apgd's", "--attack pgd")]
    [InlineData("attack", "--device", "tpu", "no device 'tpu'", "cpu, cuda")]
    public async Task OptionsThatCannotBe(string command, string option, string value, params string[] words) =>
        (await bench.OnImages(command, "--weights", weights, option, value)).Refused(words);

    [Theory]
    [InlineData("--iterations are alpha's", "--method", "s-ibp", "--iterations", "3")]
    [InlineData("s-crown is one pass", "--method", "s-crown", "--time-limit", "3")]
    [InlineData("--intermediate is for s-crown and alpha, and bab", "--method", "bab", "--intermediate", "s-crown")]
    [InlineData("give --records FILE", "--resume")]
    [InlineData("give one of them", "--records", "x.jsonl", "--resume", "--force")]
    public async Task CertificationsThatCannotBegin(string words, params string[] more) =>
        (await bench.OnImages("certify", ["--weights", weights, "--epsilon", "0.1", .. more])).Refused(words);

    [Fact]
    public async Task UnknownModelNamesTheKnownOnes() =>
        (await bench.Run("certify", "--model", "Nobody", "--weights", weights, "--epsilon", "0.1"))
            .Refused("no model 'Nobody'", "TinyImages, TinyPoisson, TinyEvents");

    [Fact]
    public async Task AModelThatIsNotNamedIsAskedForByName() =>
        (await bench.Run("certify", "--weights", weights, "--epsilon", "0.1")).Refused("'--model'", "TinyImages, TinyPoisson, TinyEvents");

    [Fact]
    public async Task UnknownDatasetNamesTheKnownOnes() =>
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1", "--dataset", "nothing"))
            .Refused("no data set 'nothing'", "sides, dots");

    [Fact]
    public async Task DatasetOfAnotherKind() =>
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1", "--dataset", "dots")).Refused("takes images", "dots");

    [Fact]
    public async Task MissingWeightsOption() => (await bench.OnImages("certify", "--epsilon", "0.1")).Refused("--weights");

    [Fact]
    public async Task AttackOfTheOtherKind() =>
        (await bench.OnImages("attack", "--weights", weights, "--epsilon", "0.1", "--attack", "spike-flip")).Refused("takes images", "pgd");

    [Fact]
    public async Task EpsilonOnEvents()
    {
        string events = bench.UntrainedWeights(new TinyEvents(1), "events.safetensors");
        (await bench.Run("certify", "--model", "TinyEvents", "--data", bench.EventFolder, "--weights", events, "--epsilon", "0.1"))
            .Refused("takes recorded spikes", "--flips");
    }

    [Fact]
    public async Task RetimingWithoutItsDistanceOrWithFlips()
    {
        string events = bench.UntrainedWeights(new TinyEvents(1), "events.safetensors");
        string[] start = ["certify", "--model", "TinyEvents", "--data", bench.EventFolder, "--weights", events];
        (await bench.Run([.. start, "--retimed", "2"])).Refused("--retime D");
        (await bench.Run([.. start, "--retime", "1", "--flips", "2"])).Refused("--flips and --retime");
        (await bench.Run([.. start, "--retime", "1", "--flip-mode", "insert"])).Refused("--flip-mode");
        (await bench.Run([.. start, "--epsilon-file", "x"])).Refused("recorded spikes", "--retime");
    }

    [Fact]
    public async Task BoxOfAnotherShape()
    {
        string path = bench.In("box.safetensors");
        SafeTensors.Write(path, [("epsilon", torch.zeros(3, 3))]);
        (await bench.OnImages("certify", "--weights", weights, "--epsilon-file", path)).Refused("3x3", "1x4x4");
        SafeTensors.Write(path, [("epsilon", torch.full([1, 4, 4], -1f))]);
        (await bench.OnImages("certify", "--weights", weights, "--epsilon-file", path)).Refused("negative");
    }

    [Fact]
    public async Task NoEmbeddedSubset() =>
        (await bench.Run("train", "--model", "TinyImages", "--out", bench.In("x.safetensors"))).Refused("embedded", "--data");

    [Fact]
    public async Task AbsentDataFolder() =>
        (await bench.Run("train", "--model", "TinyImages", "--data", bench.In("nowhere"), "--out", bench.In("x.safetensors"))).Refused("nowhere");

    [Theory]
    [InlineData("t10k-images-idx3-ubyte")]
    [InlineData("t10k-labels-idx1-ubyte")]
    public async Task TruncatedData(string file)
    {
        string path = Path.Combine(bench.ImageFolder, file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1")).Refused(file);
    }

    [Fact]
    public async Task WrongMagicNumber()
    {
        string path = Path.Combine(bench.ImageFolder, "t10k-images-idx3-ubyte");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[2] = 13;
        File.WriteAllBytes(path, bytes);
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1")).Refused("t10k-images-idx3-ubyte");
    }

    [Fact]
    public async Task AbsentDataFile()
    {
        File.Delete(Path.Combine(bench.ImageFolder, "t10k-labels-idx1-ubyte"));
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1")).Refused("t10k-labels-idx1-ubyte");
    }

    [Fact]
    public async Task AbsentWeights() =>
        (await bench.OnImages("certify", "--weights", bench.In("none.safetensors"), "--epsilon", "0.1")).Refused("none.safetensors");

    [Fact]
    public async Task WeightsOfAnotherNetwork()
    {
        string other = bench.UntrainedWeights(new TinyEvents(1), "other.safetensors");
        (await bench.OnImages("certify", "--weights", other, "--epsilon", "0.1")).Refused("other.safetensors", "fc2.weight");
    }

    [Fact]
    public async Task WeightsOfAnotherShape()
    {
        using var network = new TinyImages(1);
        var state = network.state_dict();
        state["fc1.weight"] = torch.zeros(8, 15);
        string path = bench.In("shape.safetensors");
        SafeTensors.Write(path, state.Select(entry => (entry.Key, entry.Value)));
        (await bench.OnImages("certify", "--weights", path, "--epsilon", "0.1")).Refused("fc1.weight", "15");
    }

    [Fact]
    public async Task NaNInWeights()
    {
        using var network = new TinyImages(1);
        var state = network.state_dict();
        state["fc1.bias"] = torch.full([8], float.NaN);
        string path = bench.In("nan.safetensors");
        SafeTensors.Write(path, state.Select(entry => (entry.Key, entry.Value)));
        (await bench.OnImages("certify", "--weights", path, "--epsilon", "0.1")).Refused("fc1.bias", "NaN");
    }

    [Fact]
    public async Task TruncatedWeights()
    {
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^5]);
        (await bench.OnImages("attack", "--weights", weights, "--epsilon", "0.1")).Refused("untrained.safetensors");
    }

    [Fact]
    public async Task CudaWithoutCuda()
    {
        if (!torch.cuda.is_available())
        {
            (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1", "--device", "cuda")).Refused("--device cpu", "-p:SnnDslBackend=cuda");
        }
    }

    [Theory]
    [InlineData("--epsilon is 1e400", "--certified", "--epsilon", "1e400")]
    [InlineData("--certified", "--epsilon", "0.1")]
    [InlineData("--certified", "--recipe", "paper")]
    [InlineData("no recipe 'fast'", "--certified", "--recipe", "fast")]
    [InlineData("--epochs is 0", "--epochs", "0")]
    [InlineData("at most", "--steps", "4")]
    [InlineData("--free-fraction is 1.5", "--certified", "--free-fraction", "1.5")]
    [InlineData("takes images", "--certified", "--free-fraction", "0.5")]
    [InlineData("takes images", "--certified", "--flips", "2")]
    [InlineData("one of them", "--certified", "--free-fraction", "0.5", "--epsilon", "0.1")]
    [InlineData("no checkpoint", "--resume")]
    [InlineData("one of them", "--resume", "--force")]
    [InlineData("nobody.safetensors", "--weights", "nobody.safetensors")]
    public async Task TrainingThatCannotBegin(string words, params string[] more)
    {
        string output = bench.In("out.safetensors");
        (await bench.OnImages("train", ["--out", output, .. more])).Refused(words);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task OutIsAFolder() => (await bench.OnImages("train", "--out", bench.Root)).Refused("--out", "folder");

    [Fact]
    public async Task ResultsBelowAFile() =>
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1", "--json", weights + "/x.json")).Refused("--json", "is a file");

    [Fact]
    public async Task ARefusalOverwritesNothing()
    {
        string report = bench.In("report.json");
        File.WriteAllText(report, "old");
        byte[] before = File.ReadAllBytes(weights);
        File.Delete(Path.Combine(bench.ImageFolder, "t10k-labels-idx1-ubyte"));
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1", "--json", report)).Refused();
        (await bench.OnImages("train", "--out", weights)).Refused("exists already", "--force");
        Assert.Equal("old", File.ReadAllText(report));
        Assert.Equal(before, File.ReadAllBytes(weights));
    }

    [Fact]
    public async Task UnexpectedErrorsAreOneSentenceToo()
    {
        var host = SpikingCommandLine.Create("broken").Model<TinyImages>(_ => throw new InvalidOperationException("The model is broken."));
        using StringWriter output = new(), error = new();
        Assert.Equal(ExitCodes.Failure, await host.RunAsync(["models"], output, error));
        Assert.Equal("Unexpected error: The model is broken. (--verbose shows where it came from)", error.ToString().Trim());
        Assert.Equal(ExitCodes.Failure, await host.RunAsync(["models", "--verbose"], output, error));
        Assert.Contains("   at ", error.ToString());
    }
}
