using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN070 and on: which layers a layer reads.</summary>
public class SourceDiagnosticTests
{
    [Theory]
    [InlineData("Residual({|SNN070:\"first\"|})", "add1 reads 'first', but no layer has that name: before it stand fc1, lif1, fc2")]
    [InlineData("Residual(\"fc1\", {|SNN070:\"first\"|})", "add1 reads 'first', but no layer has that name: before it stand fc1, lif1, fc2")]
    public Task UnknownSource(string layer, string message) => Expect.InNetwork($"[Input(4), Linear(4), Lif, Linear(4), {layer}, Lif]", message);

    [Fact]
    public Task UnknownFrom() => Expect.InNetwork(
        "[Input(4), Linear(4, From = {|SNN070:\"input\"|}), Lif]", "fc1 reads 'input', but no layer has that name: none stands before it");

    [Theory]
    [InlineData("Residual({|SNN071:\"lif2\"|})", "add1 reads 'lif2', which does not stand before it: before it stand fc1, lif1, fc2")]
    [InlineData("Residual({|SNN071:\"add1\"|})", "add1 reads 'add1', which does not stand before it: before it stand fc1, lif1, fc2")]
    public Task LaterSource(string layer, string message) => Expect.InNetwork($"[Input(4), Linear(4), Lif, Linear(4), {layer}, Lif]", message);

    [Fact]
    public Task ShapesDoNotAdd() => Expect.InNetwork(
        "[Input(4), Linear(4), Lif, Linear(3), Residual({|SNN072:\"fc1\"|}), Lif]",
        "Residual adds 4 to 3: bring both to one shape, by a [Conv2d] or [Linear] with From in the shortcut");

    [Fact]
    public Task ShapesDoNotJoin() => Expect.InNetwork(
        "[Input(1, 5, 5), Conv2d(2), Lif, Conv2d(2), Concat({|SNN073:\"conv1\"|}), Lif, Flatten, Linear(3), Lif]",
        "Concat puts 2x3x3 behind 2x1x1: all but the first size must be the same");

    [Theory]
    [InlineData("Linear(4), Lif, Linear(4), Residual({|SNN074:\"lif1\"|}), Lif", "Residual joins spikes, of layer 2 (Lif), with currents, of layer 3 (Linear): join currents before neurons, or spikes behind them")]
    [InlineData("Linear(4), Lif, Concat({|SNN074:\"fc1\"|}), Linear(3), Lif", "Concat joins currents, of layer 1 (Linear), with spikes, of layer 2 (Lif): join currents before neurons, or spikes behind them")]
    public Task SpikesAndCurrents(string layers, string message) => Expect.InNetwork($"[Input(4), {layers}]", message);

    [Fact]
    public Task Unread() => Expect.InNetwork(
        "[Input(4), Linear(4), Lif, Linear(4), {|SNN075:Lif|}, Linear(3, From = \"lif1\"), Lif]",
        "Nothing reads lif2: take it out, or name it in [Residual], in [Concat] or by From");

    [Theory]
    [InlineData("Residual({|SNN076:\"fc1\"|})", "add1 reads fc1, but bn1 folds into that layer: read bn1")]
    [InlineData("Residual(\"bn1\", From = {|SNN076:\"fc1\"|})", "add1 reads fc1, but bn1 folds into that layer: read bn1")]
    public Task ReadBeforeNormalisation(string layer, string message) => Expect.InNetwork(
        $"[Input(4), Linear(4), BatchNorm1d, Lif, {(layer.Contains("From") ? "" : "Linear(4), ")}{layer}, {(layer.Contains("From") ? "Lif, Concat(\"lif1\"), Linear(3)" : "Lif")}]", message);

    [Theory]
    [InlineData("{|SNN077:Residual(null!)|}", "add1 names no layer: name each layer that joins the value before it, once")]
    [InlineData("{|SNN077:Residual|}", "add1 names no layer: name each layer that joins the value before it, once")]
    [InlineData("Residual({|SNN077:\"fc2\"|})", "add1 reads fc2 twice: name each layer that joins the value before it, once")]
    [InlineData("Residual(\"fc1\", {|SNN077:\"fc1\"|})", "add1 reads fc1 twice: name each layer that joins the value before it, once")]
    public Task JoinsNothing(string layer, string message) => Expect.InNetwork($"[Input(4), Linear(4), Lif, Linear(4), {layer}, Lif]", message);

    [Theory]
    [InlineData("Linear(4), Lif, Linear(4), Lif, Residual(\"lif1\"), {|SNN050:Lif|}")]
    public Task SumsOfSpikesAreNoCurrents(string layers) => Expect.InNetwork(
        $"[Input(4), {layers}]", "Lif follows layer 5 (Residual) with no affine layer between them: put Linear, Conv2d or AvgPool2d before it");

    [Fact]
    public Task SumsOfSpikesAreNoSpikes() => Expect.InNetwork(
        "[Input(1, 4, 4), Conv2d(2, Padding = 1), Lif, Conv2d(2, Padding = 1), Lif, Residual(\"lif1\"), {|SNN060:MaxPool2d(2)|}, Flatten, Linear(3), Lif]",
        "MaxPool2d follows layer 5 (Residual): the maximum of currents is not supported yet, only that of spikes; put MaxPool2d behind the neurons");

    [Fact]
    public Task NormalisationOfAnotherLayer() => Expect.InNetwork(
        "[Input(4), Linear(4), Lif, Linear(4), Lif, {|SNN062:BatchNorm1d(From = \"lif1\")|}, Residual(\"lif2\"), Linear(3), Lif]",
        "BatchNorm1d follows layer 2 (Lif): put it directly behind the Linear or Conv2d layer that it normalises");

    [Theory]
    [InlineData("Linear(4), Lif, Linear(4), Lif, Residual(\"lif1\"), Linear(3), Lif")]
    [InlineData("Linear(4), Lif, Linear(4), Residual(\"fc1\"), Lif")]
    [InlineData("Linear(4, Bias = false), BatchNorm1d, Lif, Linear(4), Residual(\"bn1\"), Lif, Linear(5, From = \"lif1\"), Lif, Concat(\"lif2\"), Linear(3)")]
    [InlineData("Linear(4, Name = \"a\"), Lif, Linear(3, From = \"lif1\"), Lif")]
    public Task Fine(string layers) => Expect.InNetwork($"[Input(4), {layers}]");
}
