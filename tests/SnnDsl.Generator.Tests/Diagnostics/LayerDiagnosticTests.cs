using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN060 and on: what single kinds of layers ask for.</summary>
public class LayerDiagnosticTests
{
    [Theory]
    [InlineData("{|SNN060:MaxPool2d(2)|}, Conv2d(2), Lif, Flatten", "the input")]
    [InlineData("Conv2d(2), {|SNN060:MaxPool2d(2)|}, Flatten", "layer 1 (Conv2d)")]
    [InlineData("Conv2d(2), Lif, AvgPool2d(2), {|SNN060:MaxPool2d(2)|}, Flatten", "layer 3 (AvgPool2d)")]
    public Task MaximumOfCurrents(string layers, string before) => Expect.InNetwork(
        $"[Input(1, 9, 9), {layers}, Linear(3), Lif]",
        $"MaxPool2d follows {before}: the maximum of currents is not supported yet, only that of spikes; put MaxPool2d behind the neurons");

    [Theory]
    [InlineData("MaxPool2d(3, Padding = {|SNN061:2|})", "MaxPool2d: Padding must be at most half of the kernel 3, is 2")]
    [InlineData("SumPool2d(1, Padding = {|SNN061:1|}), If", "SumPool2d: Padding must be at most half of the kernel 1, is 1")]
    public Task PaddingOfAPool(string pool, string message) => Expect.InNetwork($"[Input(1, 9, 9), Conv2d(2), Lif, {pool}, Flatten, Linear(3), Lif]", message);

    [Theory]
    [InlineData("{|SNN062:BatchNorm2d|}, Conv2d(2), If, Flatten", "BatchNorm2d", "the input")]
    [InlineData("Conv2d(2), If, {|SNN062:BatchNorm2d|}, Flatten", "BatchNorm2d", "layer 2 (If)")]
    [InlineData("Conv2d(2), If, Flatten, {|SNN062:BatchNorm1d|}", "BatchNorm1d", "layer 3 (Flatten)")]
    [InlineData("Conv2d(2), BatchNorm2d, {|SNN062:BatchNorm2d|}, If, Flatten", "BatchNorm2d", "layer 2 (BatchNorm2d)")]
    public Task NormalisationOfNothing(string layers, string title, string before) => Expect.InNetwork(
        $"[Input(1, 9, 9), {layers}, Linear(3), Lif]", $"{title} follows {before}: put it directly behind the Linear or Conv2d layer that it normalises");

    [Fact]
    public Task NormalisationOfAnotherShape() => Expect.InNetwork(
        "[Input(1, 9, 9), Conv2d(2), {|SNN063:BatchNorm1d|}, If, Flatten, Linear(3), Lif]", "BatchNorm1d expects a vector, gets 2x7x7: write [BatchNorm2d]");

    [Fact]
    public Task NormalisationOfChannelsOfAVector() => Expect.InNetwork(
        "[Input(4), Linear(3), {|SNN041:BatchNorm2d|}, Lif]", "BatchNorm2d expects channels x height x width, gets a vector of 3");

    [Theory]
    [InlineData("Momentum = {|SNN064:-0.5|}", "Momentum must be in [0, 1], is -0.5")]
    [InlineData("Epsilon = {|SNN064:0|}", "Epsilon must be finite and greater than 0 as a float32, is 0")]
    public Task NormalisationConstants(string argument, string message) => Expect.InNetwork(
        $"[Input(4), Linear(3), BatchNorm1d({argument}), Lif]", message);

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-0.1", "-0.1")]
    [InlineData("double.NaN", "NaN")]
    public Task DropoutRate(string written, string shown) => Expect.InNetwork(
        $"[Input(4), Linear(3), Lif, Dropout({{|SNN065:{written}|}}), Linear(3), Lif]", $"Dropout: rate must lie in [0, 1), is {shown}");

    [Theory]
    [InlineData("Linear(7), Lif, Voting({|SNN066:2|})", "Voting expects a vector of a multiple of 2 values, gets 7")]
    [InlineData("Linear(6), Lif, Voting({|SNN020:0|})", "Voting: size must be at least 1, is 0")]
    [InlineData("Linear(6), Lif, {|SNN067:Voting(2)|}, Linear(3), If", "Voting is the vote of the last neurons, but If follows: put it behind all neurons")]
    public Task Votes(string layers, string message) => Expect.InNetwork($"[Input(4), {layers}]", message);

    [Theory]
    [InlineData("Direct", "[Input(1, 4, 4), Flatten, {|SNN100:Normalize(0.5, 0.5)|}, Linear(3), Lif]", "Normalize normalises pixels, but follows layer 1 (Flatten): put it directly behind [Input], with Encoding.Direct")]
    [InlineData("Poisson", "[Input(1, 4, 4), {|SNN100:Normalize(0.5, 0.5)|}, Flatten, Linear(3), Lif]", "Normalize normalises pixels, but gets spikes (Encoding.Poisson): put it directly behind [Input], with Encoding.Direct")]
    [InlineData("Direct", "[Input(3, 4, 4), Normalize(new[] { 0.5, 0.5 }, {|SNN101:new[] { 0.5, 0.5 }|}), Flatten, Linear(3), Lif]", "Normalize of 3x4x4 takes 1 or 3 numbers of mean and of std, gets 2 and 2")]
    [InlineData("Direct", "[Input(4), Normalize({|SNN101:new[] { 0.5 }|}, new[] { 0.5, 1, 2, 3 }), Linear(3), Lif]", "Normalize of 4 takes 1 or 4 numbers of mean and of std, gets 1 and 4")]
    [InlineData("Direct", "[Input(4), Normalize({|SNN101:null|}, new[] { 0.5 }), Linear(3), Lif]", "Normalize of 4 takes 1 or 4 numbers of mean and of std, gets 0 and 1")]
    [InlineData("Direct", "[Input(1, 4, 4), Normalize({|SNN102:double.NaN|}, 0.5), Flatten, Linear(3), Lif]", "Normalize: mean must be at most 2^24 times its std, is NaN")]
    [InlineData("Direct", "[Input(1, 4, 4), Normalize(0, {|SNN102:-1|}), Flatten, Linear(3), Lif]", "Normalize: std must be in [2^-24, 2^24], is -1")]
    public Task Pixels(string encoding, string layers, string message) => Expect.Diagnostics(
        $"[SpikingNetwork(Encoding = Encoding.{encoding})] {layers} partial class Net;", message);

    [Fact]
    public Task MaximumOfWhatTrainingScales() => Expect.InNetwork(
        "[Input(1, 9, 9), Conv2d(2), If, Dropout, {|SNN060:MaxPool2d(2)|}, Flatten, Linear(3), Lif]",
        "MaxPool2d follows layer 3 (Dropout): the maximum of currents is not supported yet, only that of spikes; put MaxPool2d behind the neurons");

    [Theory]
    [InlineData("Conv2d(4, Kernel = 3, KernelWidth = {|SNN103:5|})", "Conv2d states Kernel = 3 and KernelWidth = 5: keep Kernel for both sides, or state KernelHeight and KernelWidth")]
    [InlineData("Conv2d(4, PaddingHeight = {|SNN103:1|}, Padding = 0)", "Conv2d states Padding = 0 and PaddingHeight = 1: keep Padding for both sides, or state PaddingHeight and PaddingWidth")]
    [InlineData("Conv2d(4, Groups = {|SNN104:4|})", "Conv2d: Groups must divide input and output channels, is 4 for 6 and 4")]
    [InlineData("Conv2d(4, Groups = {|SNN104:3|})", "Conv2d: Groups must divide input and output channels, is 3 for 6 and 4")]
    [InlineData("Conv2d(4, Groups = {|SNN020:0|})", "Conv2d: Groups must be at least 1, is 0")]
    [InlineData("Conv2d(4, Same = true, Stride = {|SNN105:2|})", "Conv2d: Same pads so that the image keeps its size at a stride of 1: remove Stride = 2, or Same")]
    [InlineData("Conv2d(4, StrideWidth = {|SNN105:3|}, Same = true)", "Conv2d: Same pads so that the image keeps its size at a stride of 1: remove StrideWidth = 3, or Same")]
    [InlineData("Conv2d(4, Same = true, Padding = {|SNN105:0|})", "Conv2d: Same pads so that the image keeps its size at a stride of 1: remove Padding = 0, or Same")]
    [InlineData("Conv2d(4, KernelWidth = {|SNN043:8|})", "Conv2d: kernel 3x8 is larger than the input 6x9x7")]
    [InlineData("Conv2d(4, KernelHeight = 9, KernelWidth = {|SNN043:8|})", "Conv2d: kernel 9x8 is larger than the input 6x9x7")]
    [InlineData("Conv2d(4, DilationWidth = {|SNN043:4|}, PaddingHeight = 1)", "Conv2d: kernel 3 with dilation 1x4 is larger than the input 6x9x7, 11x7 with its padding")]
    [InlineData("Conv2d(4, Dilation = {|SNN043:2147483647|})", "Conv2d: kernel 3 with dilation 2147483647 is larger than the input 6x9x7")]
    [InlineData("Conv2d(4, DilationHeight = {|SNN020:0|})", "Conv2d: DilationHeight must be at least 1, is 0")]
    [InlineData("Conv2d(4, PaddingWidth = {|SNN021:-1|})", "Conv2d: PaddingWidth must be at least 0, is -1")]
    public Task Windows(string conv, string message) => Expect.InNetwork($"[Input(6, 9, 7), {conv}, Lif, Flatten, Linear(3), Lif]", message);

    [Theory]
    [InlineData("ConvTranspose2d(4, OutputPadding = {|SNN107:1|})", "ConvTranspose2d: OutputPadding must be smaller than the stride 1, is 1")]
    [InlineData("ConvTranspose2d(4, Padding = {|SNN108:3|})", "ConvTranspose2d: Padding 3 on every side leaves nothing of 5x6")]
    [InlineData("{|SNN044:ConvTranspose2d(4, Stride = 2147483647)|}", "ConvTranspose2d has 9,223,372,036,854,775,807 values, more than the 2,147,483,647 that can be addressed")]
    [InlineData("ConvTranspose2d({|SNN042:2|}, 4)", "ConvTranspose2d expects 2 input channels, gets 3 (3x3x4)")]
    [InlineData("Flatten, {|SNN041:ConvTranspose2d(4)|}", "ConvTranspose2d expects channels x height x width, gets a vector of 36")]
    public Task Transposed(string layers, string message) => Expect.InNetwork($"[Input(3, 3, 4), {layers}, Lif, Flatten, Linear(3), Lif]", message);

    [Theory]
    [InlineData("Input(3, 3, 4), {|SNN106:Conv1d(4)|}, Lif, Flatten", "Conv1d expects channels x length, gets 3x3x4")]
    [InlineData("Input(9), {|SNN106:AvgPool1d(2)|}, Lif", "AvgPool1d expects channels x length, gets 9")]
    [InlineData("Input(3, 8), Conv1d(4), Lif, MaxPool1d({|SNN043:7|}), Flatten", "MaxPool1d: kernel 7 is larger than the input 4x1x6")]
    [InlineData("Input(3, 8), Conv1d(4, Dilation = {|SNN043:4|}), Lif, Flatten", "Conv1d: kernel 3 with dilation 4 is larger than the input 3x1x8")]
    [InlineData("Input(3, 8), Conv1d(4, Same = true, Stride = {|SNN105:2|}), Lif, Flatten", "Conv1d: Same pads so that the image keeps its size at a stride of 1: remove Stride = 2, or Same")]
    [InlineData("Input(3, 8), Conv1d({|SNN042:2|}, 4), Lif, Flatten", "Conv1d expects 2 input channels, gets 3 (3x1x8)")]
    [InlineData("Input(3, {|SNN020:0|}), Conv1d(4), Lif, Flatten", "Input: length must be at least 1, is 0")]
    public Task Lengths(string layers, string message) => Expect.InNetwork($"[{layers}, Linear(3), Lif]", message);

    [Theory]
    [InlineData("BatchNorm2d, If, MaxPool2d(2), Dropout(0), Flatten, Linear(12, Bias = false), BatchNorm1d(Affine = false), If, Dropout, Voting(4)")]
    [InlineData("BatchNorm2d(Momentum = 0, Epsilon = 1), AvgPool2d(2), If, Flatten, Linear(4, Bias = false), BatchNorm1d, Voting(2)")]
    [InlineData("BatchNorm2d, Dropout(0.9), If, Flatten, Linear(4), MembraneReadout")]
    public Task FineTogether(string layers) => Expect.InNetwork($"[Input(1, 9, 9), Conv2d(2, Bias = false), {layers}]");

    [Theory]
    [InlineData("MaxPool2d(2), MaxPool2d(2, Stride = 1, Padding = 1), Flatten, Linear(3), If")]
    [InlineData("SumPool2d(3, Padding = 1), If, MaxPool2d(3), Flatten, Linear(3), If(Reset = Reset.Soft)")]
    public Task Fine(string layers) => Expect.InNetwork($"[Input(1, 9, 9), Conv2d(2), If, {layers}]");

    [Fact]
    public Task NeuronsBehindAMaximum() => Expect.InNetwork(
        "[Input(1, 9, 9), Conv2d(2), If, MaxPool2d(2), {|SNN050:If|}, Flatten, Linear(3), If]",
        "If follows layer 3 (MaxPool2d) with no affine layer between them: put Linear, Conv2d or AvgPool2d before it");

    [Fact]
    public Task APartsNameIsTaken() => Expect.InNetwork(
        "[Input(1, 9, 9), Conv2d(2, Name = \"pool1Sum\"), If, {|SNN031:MaxPool2d(2)|}, Flatten, Linear(3), If]",
        "'pool1' cannot name a layer: the name 'pool1Sum' is already taken in 'Net'");
}
