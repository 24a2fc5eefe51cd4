using SnnDsl.Affine;
using SnnDsl.Certification;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>What rounding-safe bounds do not hold for is refused, in one sentence that says what to do.</summary>
public class RoundingSafeRefusalTests
{
    [Theory]
    [InlineData(ScalarType.Float64), InlineData(ScalarType.BFloat16)]
    public void OtherPrecisionsThanFloat32AreRefused(ScalarType type)
    {
        using var subject = new Subject(nameof(HardRectangular), Platform.Fused, seed: 3);
        subject.Module.to(type);
        var error = Assert.Throws<NotSupportedException>(() => new NetworkView(subject.Module, Precision.RoundingSafe));
        Assert.Contains("float32 networks", error.Message);
        Assert.Contains("precision float64, which bounds samples but certifies none", error.Message);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(1e8f)]
    public void WeightsThatSumsCannotCarryAreRefused(float value)
    {
        using var subject = new Subject(nameof(HardRectangular), Platform.Fused, seed: 3);
        using (no_grad())
        {
            subject.Module.get_parameter("fc1.weight")![0, 0].copy_(tensor(value));
        }

        Assert.Contains("fc1.weight", Assert.Throws<NotSupportedException>(() => new NetworkView(subject.Module, Precision.RoundingSafe)).Message);
    }

    [Fact]
    public void SetsWithoutAnEnclosureAreRefused()
    {
        using var subject = new Subject(nameof(EventsFc), Platform.Fused, seed: 3);
        using var view = new NetworkView(subject.Module, Precision.RoundingSafe);
        var recordings = subject.On(subject.Inputs(2));
        Assert.Contains("override Enclose", Assert.Throws<NotSupportedException>(() => view.Set(new FreeFraction(0.1, 0), recordings)).Message);
        Assert.Throws<ArgumentException>(() => view.Set(new SpikeFlips(1), recordings * 0.5f));
        Assert.Throws<ArgumentException>(() => new MarginBounder(subject.Module, CertificationMethod.Bab, Precision.RoundingSafe));
    }

    /// <summary>Rounded weights, and weights mixed with their neighbours, show in sums of one product.</summary>
    [Fact]
    public void ReducedPrecisionAndWinogradAreFound()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(nameof(ConvConv), Platform.Fused, seed: 3);
        var stages = subject.Module.Stages;
        SummationProbe.Check(stages, "network", CPU);

        var weight = rand([4, 3, 3, 3], generator: new Generator(7)) - 0.5f;
        Check(stages, new Conv2dMap(weight, null, 1, 1, 3, 8, 8), fails: false);
        Check(stages, new WinogradMap(weight, 3, 8, 8), fails: true);
        var matrix = weight.view(4, 27);
        Check(stages, new LinearMap(matrix, null), fails: false);
        Check(stages, new RoundedMap(matrix), fails: true);
    }

    private static void Check(NetworkStages stages, AffineMap map, bool fails)
    {
        var changed = stages with { Spiking = [stages.Spiking[0] with { Map = map }] };
        if (fails)
        {
            Assert.Contains("summed directly", Assert.Throws<NotSupportedException>(() => SummationProbe.Check(changed, "network", CPU)).Message);
        }
        else
        {
            SummationProbe.Check(changed, "network", CPU);
        }
    }

    /// <summary>A map whose float32 products run otherwise; in float64 it is the one that it stands for.</summary>
    private abstract class OtherwiseMap(AffineMap exact) : AffineMap(exact.InputShape, exact.OutputShape)
    {
        public override long Terms => exact.Terms;

        public override AffineMap With(Func<Tensor, Tensor> change) => exact.With(change);

        public override Tensor? DotBias(Tensor a) => exact.DotBias(a);

        protected override Tensor ApplyAbsoluteFolded(Tensor radius) => exact.ApplyAbsolute(radius);

        protected override Tensor PullBackFolded(Tensor a) => exact.PullBack(a);
    }

    /// <summary>Operands rounded to bf16, as matrix units do it.</summary>
    private sealed class RoundedMap(Tensor weight) : OtherwiseMap(new LinearMap(weight, null))
    {
        protected override Tensor ApplyFolded(Tensor x) => Rounded(x).matmul(Rounded(weight).t());

        private static Tensor Rounded(Tensor value) => value.to(bfloat16).to(float32);
    }

    /// <summary>Winograd's F(2 x 2, 3 x 3): tiles of 4 x 4 inputs give 2 x 2 outputs (Lavin and Gray 2016).</summary>
    private sealed class WinogradMap(Tensor weight, long channels, long height, long width)
        : OtherwiseMap(new Conv2dMap(weight, null, 1, 1, channels, height, width))
    {
        protected override Tensor ApplyFolded(Tensor x)
        {
            var b = tensor(new float[,] { { 1, 0, -1, 0 }, { 0, 1, 1, 0 }, { 0, -1, 1, 0 }, { 0, 1, 0, -1 } });
            var g = tensor(new[,] { { 1, 0, 0 }, { 0.5f, 0.5f, 0.5f }, { 0.5f, -0.5f, 0.5f }, { 0, 0, 1 } });
            var a = tensor(new float[,] { { 1, 1, 1, 0 }, { 0, 1, -1, -1 } });
            var tiles = nn.functional.pad(x, [1, 1, 1, 1]).unfold(2, 4, 2).unfold(3, 4, 2);
            var inputs = b.matmul(tiles).matmul(b.t());
            var kernels = g.matmul(weight).matmul(g.t());
            var products = einsum("nchwij,ocij->nohwij", inputs, kernels);
            return a.matmul(products).matmul(a.t()).permute(0, 1, 2, 4, 3, 5).reshape(x.shape[0], -1, x.shape[2], x.shape[3]);
        }
    }
}
