using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN040 to SNN044: layers that do not fit together. Only the first is told: what follows it cannot be judged.</summary>
public class ShapeDiagnosticTests
{
    [Theory]
    [InlineData("Linear(10)", "a vector")]
    [InlineData("Linear(6272, 256)", "6272 inputs")]
    public Task LinearOnAnImage(string linear, string expected) => Expect.InNetwork(
        $"[Input(1, 28, 28), Conv2d(64, Stride = 2, Padding = 1), Lif, {{|SNN040:{linear}|}}, Lif, Conv2d(3), Lif]",
        $"Linear expects {expected}, gets 64x14x14 = 12544: put [Flatten] before it");

    [Theory]
    [InlineData("Conv2d(4)", "Conv2d")]
    [InlineData("AvgPool2d(2)", "AvgPool2d")]
    public Task ImageLayerOnAVector(string layer, string kind) => Expect.InNetwork(
        $"[Input(1, 6, 6), Flatten, {{|SNN041:{layer}|}}, Lif, Linear(10)]", $"{kind} expects channels x height x width, gets a vector of 36");

    [Fact]
    public Task StatedInputsDiffer() => Expect.InNetwork(
        "[Input(1, 28, 28), Flatten, Linear({|SNN042:6272|}, 256), Lif, Linear(3, 3)]", "Linear expects 6272 inputs, gets 784");

    [Fact]
    public Task StatedInputChannelsDiffer() => Expect.InNetwork(
        "[Input(3, 8, 8), Conv2d(channels: 4, inputChannels: {|SNN042:1|}), Lif, Flatten]", "Conv2d expects 1 input channels, gets 3 (3x8x8)");

    [Fact]
    public Task KernelLargerThanInput() => Expect.InNetwork(
        "[Input(1, 4, 9), Conv2d(4, Kernel = {|SNN043:5|}), Lif, Flatten]", "Conv2d: kernel 5 is larger than the input 1x4x9");

    [Fact]
    public Task DefaultKernelLargerThanInput() => Expect.InNetwork(
        "[Input(1, 2, 2), {|SNN043:Conv2d(4)|}, Lif, Flatten]", "Conv2d: kernel 3 is larger than the input 1x2x2");

    [Fact]
    public Task KernelLargerThanPaddedInput() => Expect.InNetwork(
        "[Input(1, 2, 2), Conv2d(4, Padding = 1, Kernel = {|SNN043:5|}), Lif, Flatten]",
        "Conv2d: kernel 5 is larger than the input 1x2x2, 4x4 with its padding");

    [Fact]
    public Task PoolLargerThanInput() => Expect.InNetwork(
        "[Input(1, 4, 2), AvgPool2d({|SNN043:3|}), Lif, Flatten]", "AvgPool2d: kernel 3 is larger than the input 1x4x2");

    [Theory]
    [InlineData("{|SNN044:Input(65536, 65536, 65536)|}, Flatten, Linear(2), Lif", "Input has 281,474,976,710,656 values")]
    [InlineData("Input(2000000000), {|SNN044:Linear(2)|}, Lif", "Linear has 4,000,000,002 parameters")]
    [InlineData("Input(1, 9, 9), {|SNN044:Conv2d(1, Padding = 30000, Stride = 60000)|}, Lif", "Conv2d has 3,601,080,081 padded input values")]
    [InlineData("Input(1, 9, 9), {|SNN044:Conv2d(1, Padding = 2000000000, Stride = 2147483647)|}, Lif", "Conv2d has 9,223,372,036,854,775,807 padded input values")]
    [InlineData("Input(64, 9, 9), {|SNN044:Conv2d(2000000000, Kernel = 9)|}, Lif", "Conv2d has 10,370,000,000,000 parameters")]
    public Task TooLarge(string attributes, string start) =>
        Expect.InNetwork($"[{attributes}]", $"{start}, more than the 2,147,483,647 that can be addressed");
}
