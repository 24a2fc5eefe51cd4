using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN010 to SNN016: the network as a whole.</summary>
public class NetworkDiagnosticTests
{
    [Fact]
    public Task NoInput() => Expect.Diagnostics(
        "[{|SNN010:SpikingNetwork(TimeSteps = 3)|}, Linear(3), Lif]\npartial class Net;\n",
        "The network has no input: add [Input(features)] or [Input(channels, height, width)]");

    [Fact]
    public Task NoLayers() => Expect.Diagnostics(
        "[{|SNN011:SpikingNetwork|}, Input(3)]\npartial class Net;\n", "The network has no layers: add [Linear], [Lif] and others in order");

    [Fact]
    public Task NoSpikingLayer() => Expect.Diagnostics(
        "[{|SNN012:SpikingNetwork|}, Input(3), Linear(2)]\npartial class Net;\n",
        "The network has no spiking layer: add [Lif] after a Linear, Conv2d or AvgPool2d layer");

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-2 + 1", "-1")]
    public Task TimeSteps(string written, string shown) => Expect.Diagnostics(
        $"[SpikingNetwork(Encoding = Encoding.Poisson, TimeSteps = {{|SNN013:{written}|}}), Input(3), Linear(2), Lif]\npartial class Net;\n",
        $"TimeSteps must be at least 1, is {shown}");

    [Theory]
    [InlineData("SpikingNetwork(Encoding = {|SNN014:(Encoding)9|}), Input(3), Linear(2), Lif", "Encoding", "Direct, Poisson, Spikes")]
    [InlineData("SpikingNetwork, Input(3), Linear(2), Lif(Reset = {|SNN014:(Reset)9|})", "Reset", "Hard, Soft, None")]
    [InlineData(
        "SpikingNetwork, Input(3), Linear(2), Lif(Surrogate = {|SNN014:(Surrogate)9|})", "Surrogate",
        "Rectangular, Triangular, Arctan, FastSigmoid, StraightThrough, Sigmoid, Gaussian, Erf, PiecewiseExponential")]
    public Task UndefinedValue(string attributes, string name, string defined) => Expect.Diagnostics(
        $"[{attributes}]\npartial class Net;\n", $"{name} = 9 is not defined: use one of {defined}");

    [Fact]
    public Task EventsWithThreeChannels() => Expect.Diagnostics(
        "[SpikingNetwork(Encoding = {|SNN015:Encoding.Spikes|}), Input(3, 8, 8), Flatten, Linear(2), Lif]\npartial class Net;\n",
        "Encoding Spikes hardly fits the input 3x8x8: recorded events have one or two polarities as channels");

    [Fact]
    public Task ImageWithTwoChannels() => Expect.Diagnostics(
        "[{|SNN015:SpikingNetwork|}, Input(2, 8, 8), Flatten, Linear(2), Lif]\npartial class Net;\n",
        "Encoding Direct hardly fits the input 2x8x8: two channels are the polarities of recorded events, which Encoding.Spikes reads");

    [Theory]
    [InlineData("Spikes", "2, 34, 34")]
    [InlineData("Spikes", "1, 34, 34")]
    [InlineData("Spikes", "700")]
    [InlineData("Poisson", "2")]
    [InlineData("Direct", "3, 32, 32")]
    public Task EncodingFits(string encoding, string input) => Expect.Diagnostics(
        $"[SpikingNetwork(Encoding = Encoding.{encoding}), Input({input}), Flatten, Linear(2), Lif]\npartial class Net;\n");

    [Fact]
    public Task InputAfterALayer() => Expect.InNetwork(
        "[Linear(3), {|SNN016:Input(4)|}, Lif]", "[Input] stands out of order: put it before the first layer");

    [Fact]
    public Task ReadoutBeforeALayer() => Expect.InNetwork(
        "[Input(4), {|SNN016:MeanReadout|}, Linear(3), Lif]", "[MeanReadout] stands out of order: put it after the last layer");
}
