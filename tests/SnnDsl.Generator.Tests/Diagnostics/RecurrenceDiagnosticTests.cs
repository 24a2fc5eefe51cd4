using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN110 to SNN113: spikes that come back, and values that come later.</summary>
public class RecurrenceDiagnosticTests
{
    [Theory]
    [InlineData("Lif(Recurrent = {|SNN110:true|})", "Lif")]
    [InlineData("Alif(Recurrent = {|SNN110:true|}, RecurrentDiagonal = true)", "Alif")]
    [InlineData("If(Threshold = 2, Recurrent = {|SNN110:true|})", "If")]
    public Task RecurrenceOfMaps(string neurons, string title) => Expect.InNetwork(
        $"[Input(1, 5, 5), Conv2d(2), {neurons}, Flatten, Linear(3), Lif]",
        $"Recurrent {title} neurons expect a vector of currents, get 2x3x3 = 18: put them behind a [Linear] layer, or a [Flatten] in between");

    [Theory]
    [InlineData("Lif(RecurrentDiagonal = {|SNN111:true|})", "Lif")]
    [InlineData("Synaptic(Recurrent = false, RecurrentDiagonal = {|SNN111:true|})", "Synaptic")]
    public Task DiagonalOfNoRecurrence(string neurons, string title) => Expect.InNetwork(
        $"[Input(4), Linear(3), {neurons}]", $"{title}: RecurrentDiagonal says how spikes come back, but none do: state Recurrent = true, too");

    [Fact]
    public Task DelayOfAllSteps() => Expect.InNetwork(
        "[Input(4), Linear(3), Lif, Delay({|SNN112:10|}), Linear(3), Lif]",
        "Delay of 10 steps leaves nothing of a network of 10: state fewer, or a larger TimeSteps");

    [Fact]
    public Task DelayOfNoStep() => Expect.InNetwork(
        "[Input(4), Linear(3), Lif, Delay({|SNN020:0|}), Linear(3), Lif]", "Delay: steps must be at least 1, is 0");

    [Fact]
    public Task DelayOfTheInput() => Expect.InNetwork(
        "[Input(4), {|SNN113:Delay(1)|}, Linear(3), Lif]", "Delay reads the input: put it behind a layer, whose output it delays");

    [Fact]
    public Task MaximaStandBeforeADelay() => Expect.InNetwork(
        "[Input(1, 4, 4), Conv2d(2, Padding = 1), Lif, Delay(1), {|SNN060:MaxPool2d(2)|}, Flatten, Linear(3), Lif]",
        "MaxPool2d follows layer 3 (Delay): the maximum of currents is not supported yet, only that of spikes; put MaxPool2d behind the neurons");
}
