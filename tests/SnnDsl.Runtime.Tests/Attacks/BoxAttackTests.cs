using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Attacks;

[Collection("One thread")]
public class BoxAttackTests
{
    public BoxAttackTests() => set_num_threads(1);

    public static TheoryData<Encoding, bool, string> Cases => new()
    {
        { Encoding.Direct, true, "pgd" }, { Encoding.Direct, false, "pgd" }, { Encoding.Direct, true, "fgsm" },
        { Encoding.Poisson, true, "pgd" }, { Encoding.Poisson, true, "fgsm" },
        { Encoding.Direct, true, "apgd" }, { Encoding.Direct, false, "apgd" }, { Encoding.Poisson, true, "apgd" },
        { Encoding.Direct, true, "square" }, { Encoding.Direct, false, "square" }, { Encoding.Poisson, true, "square" },
        { Encoding.Direct, true, "ensemble" }, { Encoding.Poisson, true, "ensemble" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void PointsLieInTheBoxAndAreReplayed(Encoding encoding, bool clamp, string name)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(encoding, 4, [1, 4, 4], 16, 3, seed: 2);
        var box = new LInfinity(0.15, clamp);
        var attack = Create(name, box);
        Assert.Equal(name, attack.Name);
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

    /// <summary>Every member sees the samples that still stand, as it would by itself: no point is forgotten, and none is tried less.</summary>
    [Theory]
    [InlineData(Encoding.Direct)]
    [InlineData(Encoding.Poisson)]
    public void AnEnsembleIsTheWorstOfItsMembers(Encoding encoding)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(encoding, 4, [1, 4, 4], 16, 3, seed: 2);
        var (inputs, indices) = (Inputs(100), Indices(100));
        var labels = Margins.Predict(network.forward(inputs, indices));
        var box = new LInfinity(0.06);
        var ensemble = (EnsembleAttack)Create("ensemble", box);
        var together = ensemble.Run(network, inputs, labels, indices);
        var alone = ensemble.Members.Select(member => member.Run(network, inputs, labels, indices)).ToArray();
        Assert.True(ensemble.Members.Count >= 4);
        Assert.True(together.Broken.equal(alone.Select(result => result.Broken).Aggregate((one, other) => one | other)).all().item<bool>());
        var least = alone.Select(result => result.Margins).Aggregate(minimum);
        Assert.True((together.Broken | together.Margins.equal(least)).all().item<bool>());
        long broken = together.Broken.sum().item<long>();
        Assert.True(broken is > 5 and < 95, $"{broken} of 100 broken");
        Assert.Contains(alone, result => result.Broken.sum().item<long>() < broken);
    }

    [Fact]
    public void AnEnsembleIsAboutOnePerturbation()
    {
        Assert.Throws<ArgumentException>(() => new EnsembleAttack());
        var error = Assert.Throws<ArgumentException>(() => new EnsembleAttack(new Fgsm(new LInfinity(0.1)), new Pgd(new LInfinity(0.2))));
        Assert.Contains("one perturbation", error.Message);
        Assert.Equal("ensemble", EnsembleAttack.Against(new SpikeFlips(2))!.Name);
        Assert.Null(EnsembleAttack.Against(new FreeFraction(0.1, 1)));
    }

    /// <summary>Squares need no gradient: a network whose surrogate is silent everywhere is broken as well.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(2, 8)]
    [InlineData(1, 4, 4)]
    public void SquaresNeedNoGradient(params int[] shape)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Direct, 4, [.. shape.Select(size => (long)size)], 16, 3, seed: 2);
        var inputs = Inputs(60).view([60, .. shape.Select(size => (long)size)]);
        var labels = Margins.Predict(network.forward(inputs));
        var box = new LInfinity(0.15);
        var (lower, upper) = box.Box(inputs);
        var result = new SquareAttack(box) { Queries = 60 }.Run(network, inputs, labels);
        Assert.Equal(inputs.shape, result.Inputs.shape);
        Assert.True((result.Inputs >= lower).all().item<bool>() && (result.Inputs <= upper).all().item<bool>());
        long few = new SquareAttack(box) { Queries = 1 }.Run(network, inputs, labels).Broken.sum().item<long>(), broken = result.Broken.sum().item<long>();
        Assert.True(broken > few && broken > 20, $"{broken} broken by 60 queries, {few} by one");
    }

    [Theory]
    [InlineData("pgd")]
    [InlineData("apgd")]
    [InlineData("square")]
    [InlineData("ensemble")]
    public void ASampleIsAttackedAlikeInAnyBatch(string name)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Poisson, 4, [1, 4, 4], 16, 3, seed: 2);
        var (inputs, indices) = (Inputs(12), Indices(12));
        var labels = Margins.Predict(network.forward(inputs, indices));
        var attack = Create(name, new LInfinity(0.1), seed: 5);
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

    private static Attack Create(string name, BoxPerturbation box, long seed = 0) => name switch
    {
        "fgsm" => new Fgsm(box) { Seed = seed },
        "pgd" => new Pgd(box) { Steps = 8, Restarts = 3, Seed = seed },
        "apgd" => new Apgd(box) { Steps = 12, Restarts = 2, Seed = seed },
        "square" => new SquareAttack(box) { Queries = 40, Seed = seed },
        _ => new EnsembleAttack([.. new[] { "fgsm", "pgd", "apgd", "square" }.Select(member => Create(member, box, seed))]) { Seed = seed },
    };

    private static long[] Indices(int count) => [.. Enumerable.Range(0, count).Select(i => 100L + 7 * i)];

    private static Tensor Inputs(int count)
    {
        using var random = new Generator(1, device: CPU);
        return rand([count, 1, 4, 4], ScalarType.Float64, generator: random);
    }
}
