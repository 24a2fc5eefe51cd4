using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>Where hints stand, and above all where they do not.</summary>
public class HintTests
{
    /// <summary>A membrane that gets 1 at every step, as the neurons compute it, against what the compiler says of it.</summary>
    [Fact]
    public async Task AThresholdIsOutOfReachWhereTheLargestInputDoesNotReachIt()
    {
        var random = new Random(1);
        int reached = 0, not = 0;
        for (int draw = 0; draw < 40; draw++)
        {
            int steps = random.Next(1, 8);
            float decay = random.Next(5) / 4f, threshold = (random.Next(1, 9) + random.Next(2) * 0.001f) / 4f;
            bool fires = false;
            float membrane = 0;
            for (int t = 0; t < steps; t++)
            {
                membrane = (decay * membrane) + 1;
                fires |= membrane > threshold;
            }

            string[] found = await Hints($"[SpikingNetwork(TimeSteps = {steps})]\n[Input(4)]\n[Lif(Threshold = {Text(threshold)}, Decay = {Text(decay)})]\n[Linear(3)]\n[Lif]");
            // A membrane on the threshold itself does not fire, but rounding is given a millionth.
            Assert.Equal(fires || (membrane == threshold && decay > 0) ? [] : [ProblemIds.ThresholdOutOfReach], found);
            (reached, not) = fires ? (reached + 1, not) : (reached, not + 1);
        }

        Assert.True(reached > 10 && not > 10, $"{reached} reached, {not} not");
    }

    /// <summary>Layers with initial weights and all inputs 1: where the compiler says that none fires, on average less than half a neuron does.</summary>
    [Theory]
    [InlineData(3, 40, 0)]
    [InlineData(3, 40, 0.5)]
    [InlineData(30, 200, 0.25)]
    [InlineData(30, 200, 1)]
    public async Task NeuronsAreSilentWhereInitialWeightsLeaveThemSo(int inputs, int neurons, double decay)
    {
        const int Steps = 4, Draws = 400;
        double kept = Enumerable.Range(0, Steps).Sum(t => Math.Pow(decay, t));
        var random = new Random(2);
        double[] largest = new double[Draws * neurons];
        for (int i = 0; i < largest.Length; i++)
        {
            double current = Enumerable.Range(0, inputs + 1).Sum(_ => ((2 * random.NextDouble()) - 1) / Math.Sqrt(inputs));
            largest[i] = current * kept;
        }

        for (int k = 1; k < 40; k++)
        {
            double threshold = k / 4.0;
            string[] found = await Hints(
                $"[SpikingNetwork(TimeSteps = {Steps})]\n[Input({inputs})]\n[Linear({neurons})]\n[Lif(Threshold = {Text(threshold)}, Decay = {Text(decay)}, Surrogate = Surrogate.Arctan)]\n" +
                "[Linear(3)]\n[Lif(Threshold = 0.1, Decay = 1)]");
            double firing = largest.Count(membrane => membrane > threshold) / (double)Draws;
            if (found.Length > 0)
            {
                Assert.Equal([ProblemIds.SilentAtFirst], found);
                Assert.True(firing < 0.5, $"threshold {threshold}: {firing} neurons fire.");
                return;
            }
        }

        Assert.Fail("No threshold was found too high.");
    }

    [Theory]
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif(Threshold = 6, Decay = 0.25, SurrogateWidth = 1)]", ProblemIds.NoGradientAtFirst)]
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif(Threshold = 6, Decay = 0.25, SurrogateWidth = 20)]", ProblemIds.SilentAtFirst)]
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif(Threshold = 6, Decay = 0.25, Surrogate = Surrogate.Triangular)]", ProblemIds.NoGradientAtFirst)]
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif(Threshold = 6, Decay = 0.25, Surrogate = Surrogate.Sigmoid)]", ProblemIds.SilentAtFirst)]
    [InlineData("[Input(784)]\n[Linear(100)]\n[If(Threshold = 60)]", ProblemIds.NoGradientAtFirst)]
    [InlineData("[Input(1, 8, 8)]\n[AvgPool2d(2)]\n[Conv2d(3)]\n[Lif(Threshold = 6, Decay = 0.25)]\n[Flatten]", ProblemIds.NoGradientAtFirst)]
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif(Decay = 0.25)]\n[Linear(100)]\n[Lif(Threshold = 6, Decay = 0.25)]", ProblemIds.NoGradientAtFirst)]
    [InlineData("[Input(784)]\n[Linear(100)]\n[BatchNorm1d]\n[Lif]", ProblemIds.BiasBeforeNormalisation)]
    [InlineData("[Input(3, 4, 4)]\n[ConvTranspose2d(3)]\n[BatchNorm2d]\n[Lif]\n[Flatten]", ProblemIds.BiasBeforeNormalisation)]
    [InlineData("[Input(784)]\n[Lif(Threshold = 3, Decay = 0.5)]", ProblemIds.ThresholdOutOfReach)]
    [InlineData("[Input(1, 8, 8)]\n[Flatten]\n[Lif(Threshold = 3, Decay = 0.5)]", ProblemIds.ThresholdOutOfReach)]
    [InlineData("[Input(784)]\n[If(Threshold = 11)]", ProblemIds.ThresholdOutOfReach)]
    public async Task HintsStandOnWhatIsMeant(string layers, string id) => Assert.Equal([id], await Hints($"[SpikingNetwork]\n{layers}\n[Linear(3)]\n[Lif(Decay = 0.5)]"));

    [Theory]
    // What usual networks declare.
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif]")]
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif(Threshold = 1, Decay = 0.5)]")]
    [InlineData("[Input(1, 8, 8)]\n[Conv2d(3)]\n[Lif(Threshold = 1, Tau = 2)]\n[Flatten]")]
    // Currents of unknown size: normalised ones, those of joined spikes, of sums, of pixels in other units.
    [InlineData("[Input(784)]\n[Linear(100, Bias = false)]\n[BatchNorm1d]\n[Lif(Threshold = 6, Decay = 0.25)]")]
    [InlineData("[Input(784)]\n[Linear(8, Name = \"a\")]\n[Lif(Name = \"first\")]\n[Linear(8)]\n[Lif]\n[Residual(\"first\")]\n[Linear(8)]\n[Lif(Threshold = 6, Decay = 0.25)]")]
    [InlineData("[Input(1, 8, 8)]\n[SumPool2d(2)]\n[Conv2d(3)]\n[Lif(Threshold = 6, Decay = 0.25)]\n[Flatten]")]
    [InlineData("[Input(1, 8, 8)]\n[Normalize(0.5, 0.1)]\n[Conv2d(3)]\n[Lif(Threshold = 6, Decay = 0.25)]\n[Flatten]")]
    [InlineData("[Input(1, 8, 8)]\n[Normalize(0.5, 0.1)]\n[Lif(Threshold = 3, Decay = 0.5)]\n[Flatten]")]
    // Weights that begin otherwise.
    [InlineData("[Input(3, 4, 4)]\n[ConvTranspose2d(3)]\n[Lif(Threshold = 6, Decay = 0.25)]\n[Flatten]")]
    // Neurons whose first spike is not a matter of one constant.
    [InlineData("[Input(784)]\n[Linear(100)]\n[Plif(Threshold = 6)]")]
    [InlineData("[Input(784)]\n[Linear(100)]\n[Lif(Threshold = 6, Decay = 0.25, Recurrent = true)]")]
    // A bias that a normalisation does not take away: there is none, or it is behind neurons.
    [InlineData("[Input(784)]\n[Linear(100, Bias = false)]\n[BatchNorm1d]\n[Lif]\n[Linear(8)]\n[Lif]")]
    // Within reach by time.
    [InlineData("[Input(784)]\n[Lif(Threshold = 1.5, Decay = 0.5)]")]
    [InlineData("[Input(784)]\n[If(Threshold = 9)]")]
    public async Task HintsAreSilent(string layers) => Assert.Empty(await Hints($"[SpikingNetwork]\n{layers}\n[Linear(3)]\n[Lif(Decay = 0.5)]"));

    /// <summary>Of membranes, of what is scaled, of what is not a cross-entropy, of a network that is not known.</summary>
    [Theory]
    [InlineData("Net", "functional.cross_entropy(network.call(x) * 5, y)")]
    [InlineData("Net", "functional.cross_entropy(5 * network.call(x), y)")]
    [InlineData("Net", "functional.mse_loss(network.call(x), y)")]
    [InlineData("Net", "functional.cross_entropy(x, network.call(x))")]
    [InlineData("Membranes", "functional.cross_entropy(network.call(x), y)")]
    [InlineData("Currents", "functional.cross_entropy(network.call(x), y)")]
    [InlineData("SnnDsl.Networks.SpikingModule", "functional.cross_entropy(network.call(x), y)")]
    [InlineData("TorchSharp.Modules.Linear", "functional.cross_entropy(network.call(x), y)")]
    public async Task LogitsThatAreNoRates(string type, string loss) => Assert.Empty(await Hints(Use(type, $"return TorchSharp.torch.nn.{loss};"), members: ""));

    [Theory]
    [InlineData("var logits = network.call(x); return TorchSharp.torch.nn.functional.cross_entropy(logits, y);", true)]
    [InlineData("var logits = network.call(x); logits = logits * 5; return TorchSharp.torch.nn.functional.cross_entropy(logits, y);", false)]
    [InlineData("var logits = network.call(x) * 5; return TorchSharp.torch.nn.functional.cross_entropy(logits, y);", false)]
    [InlineData("var logits = network.call(x); Scale(ref logits); return TorchSharp.torch.nn.functional.cross_entropy(logits, y);", false)]
    public async Task LogitsByAName(string body, bool areRates) => Assert.Equal(areRates ? [ProblemIds.UnscaledLogits] : [], await Hints(Use("Net", body), members: ""));

    /// <summary>Constants that the trainer is sure to refuse, where they are written; nothing else.</summary>
    [Theory]
    [InlineData("_ = new Trainer(network, data, new() { Steps = {|5|} });", true)]
    [InlineData("_ = new Trainer(network, data, new TrainingOptions { Epochs = 2, Steps = {|2 * Many|} });", true)]
    [InlineData("Trainer trainer = new(options: new() { Steps = {|5|} }, data: data, network: network);", true)]
    [InlineData("var options = new TrainingOptions { Steps = {|5|} }; new Trainer(network, data, options).Run();", true)]
    [InlineData("_ = new Trainer(network, data, given with { Steps = {|5|} });", true)]
    [InlineData("var options = new TrainingOptions { Steps = {|5|} }; _ = new Trainer(network, data, options with { Epochs = 2 });", true)]
    [InlineData("_ = new Trainer(network, data, new() { Steps = 4 });", false)]
    [InlineData("_ = new Trainer(network, data, new() { Steps = null });", false)]
    [InlineData("_ = new Trainer(network, data, new() { Epochs = 5 });", false)]
    [InlineData("_ = new Trainer(network, data, given);", false)]
    [InlineData("_ = new Trainer(network, data, new() { Steps = count });", false)]
    [InlineData("_ = new TrainingOptions { Steps = 5 };", false)]
    [InlineData("_ = new Trainer(longer, data, new() { Steps = 10 });", false)]
    [InlineData("_ = new Trainer(longer, data, new() { Steps = {|11|} });", true)]
    [InlineData("_ = new Trainer((SpikingModule)unknown, data, new() { Steps = 50 });", false)]
    [InlineData("SpikingModule hidden = network; _ = new Trainer(hidden, data, new() { Steps = 5 });", false)]
    [InlineData("var options = new TrainingOptions { Steps = 5 }; options = given; _ = new Trainer(network, data, options);", false)]
    [InlineData("_ = new Trainer(network, data, new TrainingOptions { Steps = 5 } with { Steps = 4 });", false)]
    public async Task TrainingForMoreStepsThanThereAre(string body, bool isTold)
    {
        string source =
            $$"""
            using SnnDsl.Training; using SnnDsl.Networks;
            [SpikingNetwork(TimeSteps = 4), Input(4), Linear(3), Lif]
            partial class Net;
            [SpikingNetwork, Input(4), Linear(3), Lif]
            partial class Longer;
            class Loop
            {
                const int Many = 3;
                static void Train(Net network, Longer longer, SpikingModule unknown, SnnDsl.Data.Dataset data, TrainingOptions given, int count) { {{body}} }
            }
            """;
        int start = source.IndexOf("{|", StringComparison.Ordinal), end = source.IndexOf("|}", StringComparison.Ordinal) - 2;
        var (compilation, _) = Compiler.Generate(Compiler.Compile(source.Replace("{|", "").Replace("|}", "")));
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        var found = await Compiler.Analyze(compilation);
        Assert.Equal(isTold ? [(ProblemIds.TooManySteps, TextSpan.FromBounds(start, end))] : [], found.Select(diagnostic => (diagnostic.Id, diagnostic.Location.SourceSpan)));
    }

    private static string Use(string type, string body) =>
        $$"""
        [SpikingNetwork, Input(4), Linear(3), Lif]
        partial class Net;
        [SpikingNetwork, Input(4), Linear(3), Lif, Linear(2), MembraneReadout]
        partial class Membranes;
        [SpikingNetwork, Input(4), Linear(3), Lif, Linear(2)]
        partial class Currents;
        class Loop
        {
            static void Scale(ref TorchSharp.torch.Tensor tensor) => tensor = tensor * 5;
            static object Loss({{type}} network, TorchSharp.torch.Tensor x, TorchSharp.torch.Tensor y) { {{body}} }
        }
        """;

    private static async Task<string[]> Hints(string declaration, string members = "\npartial class Net;\n")
    {
        var (compilation, files) = Compiler.Generate(Compiler.Compile(declaration + members));
        Assert.NotEmpty(files);
        return [.. (await Compiler.Analyze(compilation)).Select(diagnostic => diagnostic.Id).Distinct()];
    }

    private static string Text(double number) => ((float)number).ToString(CultureInfo.InvariantCulture);
}
