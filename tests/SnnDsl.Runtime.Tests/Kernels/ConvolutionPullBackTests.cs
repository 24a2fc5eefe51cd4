using SnnDsl.Affine;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Kernels;

/// <summary>Coefficients behind a convolution go back to its input exactly: torch's own float32 operation for it does not, for few channels.</summary>
public class ConvolutionPullBackTests
{
    [Theory]
    [InlineData(1, 1, 2, 2, 0, 2)]
    [InlineData(3, 1, 3, 2, 0, 4)]
    [InlineData(5, 2, 5, 2, 1, 9)]
    [InlineData(17, 1, 3, 1, 1, 5)]
    [InlineData(24, 2, 3, 2, 1, 6)]
    [InlineData(16, 1, 3, 2, 1, 6)]
    public void Float32IsFloat64(int outputs, int inputs, int kernel, int stride, int padding, int side)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        for (int run = 0; run < 8; run++)
        {
            var weight = randn(outputs, inputs, kernel, kernel);
            var map = new Conv2dMap(weight, null, stride, padding, inputs, side, side);
            var a = randn([24, .. map.OutputShape]);
            var exact = map.With(value => value.to(ScalarType.Float64)).PullBack(a.to(ScalarType.Float64));
            Assert.InRange((map.PullBack(a).to(ScalarType.Float64) - exact).abs().max().item<double>(), 0, 1e-4);
        }
    }
}
