using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Attacks;

[Collection("One thread")]
public class PgdTests
{
    public PgdTests() => set_num_threads(1);

    public static TheoryData<Encoding, bool, bool> Cases => new()
    {
        { Encoding.Direct, true, false }, { Encoding.Direct, false, false }, { Encoding.Direct, true, true },
        { Encoding.Poisson, true, false }, { Encoding.Poisson, true, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void PointsLieInTheBoxAndAreReplayed(Encoding encoding, bool clamp, bool single)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(encoding, 4, [1, 4, 4], 16, 3, seed: 2);
        var box = new LInfinity(0.15, clamp);
        Attack attack = single ? new Fgsm(box) : new Pgd(box) { Steps = 8, Restarts = 3 };
        var (inputs, indices) = (Inputs(40), Indices(40));
        var logits = network.forward(inputs, indices).detach();
        var labels = Margins.Predict(logits);
        labels[0] = (labels[0] + 1) % 3;
        var result = attack.Run(network, inputs, labels, indices);

        var (lower, upper) = box.Box(inputs);
        Assert.True((result.Inputs >= lower).all().item<bool>() && (result.Inputs <= upper).all().item<bool>());
        var replayed = network.forward(result.Inputs, indices);
        Assert.True(replayed.equal(result.Logits).all().item<bool>());
        Assert.True(Margins.Predict(replayed).equal(result.Predictions).all().item<bool>());
        var margins = Margins.FromLogits(replayed, labels).amin([1L]);
        Assert.True(margins.equal(result.Margins).all().item<bool>());
        Assert.True((margins <= Margins.FromLogits(logits, labels).amin([1L])).all().item<bool>());
        Assert.True(result.Broken.equal(result.Predictions.ne(labels)).all().item<bool>());
        Assert.True((result.Distances <= 0.15 + 1e-9).all().item<bool>());
        Assert.True(result.Broken[0].item<bool>());
        Assert.Equal(0, result.Distances[0].item<double>());
        // A network that was never made robust does not withstand this.
        Assert.True(result.Broken.sum().item<long>() > 10, $"{result.Broken.sum().item<long>()} of 40 broken");
        Assert.All(network.parameters(), weight => Assert.True(weight.requires_grad && weight.grad is null));
    }

    [Fact]
    public void GradientStepsBeatRandomPoints()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Direct, 6, [1, 4, 4], 24, 3, seed: 4);
        var inputs = Inputs(100);
        var labels = Margins.Predict(network.forward(inputs));
        var box = new LInfinity(0.08);
        var (lower, upper) = box.Box(inputs);
        using var random = new Generator(3, device: CPU);
        long sampled = Enumerable.Range(0, 20).Select(_ => Margins.Predict(
            network.forward(lower + (upper - lower) * rand(inputs.shape, ScalarType.Float64, generator: random))).ne(labels))
            .Aggregate((a, b) => a | b).sum().item<long>();
        long attacked = new Pgd(box) { Steps = 10, Restarts = 2 }.Run(network, inputs, labels).Broken.sum().item<long>();
        long once = new Fgsm(box).Run(network, inputs, labels).Broken.sum().item<long>();
        Assert.True(attacked > sampled, $"{attacked} by gradient, {sampled} by chance");
        Assert.True(attacked >= once, $"{attacked} by PGD, {once} by FGSM");
    }

    [Fact]
    public void ASampleIsAttackedAlikeInAnyBatch()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Poisson, 4, [1, 4, 4], 16, 3, seed: 2);
        var (inputs, indices) = (Inputs(12), Indices(12));
        var labels = Margins.Predict(network.forward(inputs, indices));
        var attack = new Pgd(new LInfinity(0.1)) { Steps = 4, Restarts = 3, Seed = 5 };
        var together = attack.Run(network, inputs, labels, indices);
        for (int i = 0; i < 12; i += 5)
        {
            var alone = attack.Run(network, inputs.narrow(0, i, 1), labels.narrow(0, i, 1), indices.AsMemory(i, 1));
            Assert.Equal(together.Margins[i].item<double>(), alone.Margins[0].item<double>(), 9);
        }
    }

    [Fact]
    public void AnEpsilonOfZeroFindsTheInputItself()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Direct, 4, [1, 4, 4], 16, 3, seed: 2);
        var inputs = Inputs(10);
        var labels = Margins.Predict(network.forward(inputs));
        var result = new Pgd(new LInfinity(0)) { Steps = 3 }.Run(network, inputs, labels);
        Assert.Equal(0, result.Broken.sum().item<long>());
        Assert.True(result.Inputs.equal(inputs).all().item<bool>());
    }

    private static long[] Indices(int count) => [.. Enumerable.Range(0, count).Select(i => 100L + 7 * i)];

    private static Tensor Inputs(int count)
    {
        using var random = new Generator(1, device: CPU);
        return rand([count, 1, 4, 4], ScalarType.Float64, generator: random);
    }
}
