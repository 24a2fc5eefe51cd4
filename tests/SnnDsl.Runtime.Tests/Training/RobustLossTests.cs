using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Training;

/// <summary>Losses of bounds and of attacked samples: each by its definition, and what they are worth.</summary>
[Collection("One thread")]
public class RobustLossTests
{
    private const double Epsilon = 0.15;

    public RobustLossTests() => set_num_threads(1);

    private static TrainingOptions With(RobustLoss loss, double share, int epochs) => Recipes.Best(new() { Epsilon = Epsilon, Loss = loss, BoundShare = share }, epochs, seed: 3) with
    {
        BatchSize = 20, LearningRate = 5e-3,
    };

    /// <summary>At the ends of their share they are the loss of bounds, or adversarial training: the very weights.</summary>
    [Theory]
    [InlineData(RobustLoss.SmallBox, 1, RobustLoss.Bounds, Encoding.Direct)]
    [InlineData(RobustLoss.MixedLosses, 1, RobustLoss.Bounds, Encoding.Direct)]
    [InlineData(RobustLoss.MixedMargins, 1, RobustLoss.Bounds, Encoding.Poisson)]
    [InlineData(RobustLoss.MixedLosses, 0, RobustLoss.Adversarial, Encoding.Direct)]
    [InlineData(RobustLoss.MixedMargins, 0, RobustLoss.Adversarial, Encoding.Poisson)]
    public void AtTheEndsOfTheirShareTheyAreEachOther(RobustLoss loss, double share, RobustLoss other, Encoding encoding)
    {
        var data = TinyData.Images(60);
        string Trained(RobustLoss which, double bounds)
        {
            using var network = Network(encoding);
            new Trainer(network, data, With(which, bounds, 4)).Run();
            return Weights.Hash(network);
        }

        Assert.Equal(Trained(other, 0.3), Trained(loss, share));
        Assert.NotEqual(Trained(other, 0.3), Trained(loss, 0.5));
    }

    /// <summary>Loss and gradient are those of the definition, written in sums of exponentials.</summary>
    [Theory]
    [InlineData(RobustLoss.SmallBox)]
    [InlineData(RobustLoss.MixedLosses)]
    [InlineData(RobustLoss.MixedMargins)]
    [InlineData(RobustLoss.Adversarial)]
    public void EachIsItsDefinition(RobustLoss loss)
    {
        const double share = 0.3, scale = 5;
        using var scope = NewDisposeScope();
        using var network = Network();
        var data = TinyData.Images(24, noise: 0.5);
        var (inputs, labels) = (data.Inputs([.. Enumerable.Range(0, 24)]).to(float64), data.Labels);
        var robust = new RobustOptions { Epsilon = Epsilon, Loss = loss, BoundShare = share, AttackSteps = 3, CrownShare = Ramp.Constant(0.25) };
        var (own, bounds) = new RobustObjective(network, robust, scale).Of(inputs, labels, null, ramp: 1, seed: 7);
        var expected = autograd.grad([own], Parameters(network));

        var box = new LInfinity(Epsilon).Box(inputs);
        var points = Adversary.Points(network, inputs, box, labels, null, steps: 3, scale, seed: 7);
        var logits = network.forward(points);
        var attacked = Over(logits, labels);
        Tensor Entropy(Tensor margins) => (margins * -scale).exp().sum(1).log1p().mean();
        Tensor Of(BoundMethod method)
        {
            if (loss == RobustLoss.SmallBox)
            {
                var centre = inputs + (points - inputs).clamp(-Epsilon * (1 - share), Epsilon * (1 - share));
                var small = new BoxInput(new((centre - Epsilon * share).clamp_min(0), (centre + Epsilon * share).clamp_max(1)), hasTime: false);
                return Entropy(network.BoundMargins(small, labels, method));
            }

            var least = network.BoundMargins(new LInfinity(Epsilon).Apply(network, inputs), labels, method);
            return loss switch
            {
                RobustLoss.MixedLosses => Entropy(attacked) * (1 - share) + Entropy(least) * share,
                RobustLoss.MixedMargins => Entropy(attacked * (1 - share) + least * share),
                _ => Entropy(attacked),
            };
        }

        var whole = Of(BoundMethod.SIbp) * 0.75 + Of(BoundMethod.SCrown) * 0.25;
        Assert.Equal(whole.item<double>(), own.item<double>(), 1e-9);
        foreach (var (mine, theirs) in expected.Zip(autograd.grad([whole], Parameters(network))))
        {
            Assert.True((mine - theirs).abs().max().item<double>() <= 1e-9 * (1 + theirs.abs().max().item<double>()));
        }

        Assert.Contains(expected, gradient => gradient.abs().max().item<double>() > 0);
        // Of the small box nothing is said about the whole one.
        Assert.Equal(loss is RobustLoss.MixedLosses or RobustLoss.MixedMargins, bounds is not null);
    }

    /// <summary>Attacked samples lie in their box and are worse than random ones; the network is as it was before.</summary>
    [Theory, InlineData(Encoding.Direct), InlineData(Encoding.Poisson)]
    public void AttackedSamplesAreWorseThanRandomOnes(Encoding encoding)
    {
        using var scope = NewDisposeScope();
        var data = TinyData.Images(60, noise: 0.4);
        using var network = Network(encoding);
        new Trainer(network, data, With(RobustLoss.Bounds, 1, 4) with { Robust = null }).Run();
        network.train();
        var (inputs, labels) = (data.Inputs([.. Enumerable.Range(0, 60)]).to(float64), data.Labels);
        var box = new LInfinity(Epsilon).Box(inputs);
        double Loss(Tensor points) => Losses.Robust(Over(network.forward(points), labels), 5).item<double>();
        string before = Weights.Hash(network);
        var points = Adversary.Points(network, inputs, box, labels, null, steps: 8, scale: 5, seed: 1);
        Assert.True(points.ge(box.Lower).logical_and(points.le(box.Upper)).all().item<bool>());
        Assert.False(points.requires_grad);
        var random = new AttackNoise(9).Point(box, [.. Enumerable.Range(0, 60).Select(i => (long)i)], 0);
        Assert.True(Loss(points) > Loss(random) + 0.05, $"{Loss(points)} attacked, {Loss(random)} at random");
        Assert.True(network.training && network.parameters().All(parameter => parameter.requires_grad));
        Assert.Equal(before, Weights.Hash(network));
        Assert.Equal(0, (points - Adversary.Points(network, inputs, box, labels, null, steps: 8, scale: 5, seed: 1)).abs().max().item<double>());
    }

    /// <summary>A small box holds the attacked point or what is nearest to it, lies within the whole box, and has the size that it should.</summary>
    [Fact]
    public void SmallBoxesLieWithinTheWholeOne()
    {
        using var scope = NewDisposeScope();
        using var drawn = new Generator(5);
        foreach (double share in new[] { 0, 0.1, 0.5, 1 })
        {
            var inputs = rand([200, 5], generator: drawn);
            var box = new LInfinity(Epsilon).Box(inputs);
            var points = box.Lower + (box.Upper - box.Lower) * rand([200, 5], generator: drawn);
            var small = RobustObjective.SmallBox(inputs, points, box, Epsilon, share);
            Assert.True(small.Lower.ge(box.Lower).logical_and(small.Upper.le(box.Upper)).logical_and(small.Lower.le(small.Upper)).all().item<bool>());
            Assert.True((small.Upper - small.Lower).max().item<float>() <= 2 * share * Epsilon + 1e-6);
            // What the small box cannot reach lies nearer than its size to the whole one's end.
            Assert.True((points - points.maximum(small.Lower).minimum(small.Upper)).abs().max().item<float>() <= 1e-6);
        }
    }

    /// <summary>With all of them fewer samples fall to an attack than after natural training, and with bounds in the loss bounds hold for more.</summary>
    [Theory]
    [InlineData(RobustLoss.SmallBox, 0.4)]
    [InlineData(RobustLoss.MixedLosses, 0.3)]
    [InlineData(RobustLoss.MixedMargins, 0.3)]
    [InlineData(RobustLoss.Adversarial, 0)]
    public void TheyTrain(RobustLoss loss, double share)
    {
        var (train, test) = (TinyData.Images(240, seed: 1, noise: 0.5), TinyData.Images(120, seed: 2, noise: 0.5));
        using var natural = Network();
        using var robust = Network();
        new Trainer(natural, train, With(loss, share, 12) with { Robust = null }).Run();
        var history = new Trainer(robust, train, With(loss, share, 12)).Run();
        Assert.Equal(loss is RobustLoss.MixedLosses or RobustLoss.MixedMargins, history[^1].Bounded is not null);
        double Broken(TinyNetwork network)
        {
            using var report = new Attacker(network, new Pgd(new LInfinity(Epsilon))).Run(test);
            return report.Summary.AttackError;
        }

        double Proved(TinyNetwork network) => new Certifier(network, new LInfinity(Epsilon), CertificationMethod.SCrown) { Precision = Precision.Float64 }.Run(test).Summary.BoundedAccuracy;
        Assert.True(Broken(robust) < Broken(natural) - 0.03, $"attack error {Broken(natural)} -> {Broken(robust)}");
        Assert.True(loss == RobustLoss.Adversarial || Proved(robust) > Proved(natural) + 0.05, $"bounded {Proved(natural)} -> {Proved(robust)}");
    }

    /// <summary>A run that was stopped ends with the very weights of a whole one, and what is kept aside is compared by the attack.</summary>
    [Fact]
    public void AResumedRunEndsWithTheVeryWeightsOfAWholeOne()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Images(60, noise: 0.5);
        var options = With(RobustLoss.MixedMargins, 0.4, 6) with { ValidationShare = 0.3 };
        using var whole = Network();
        var history = new Trainer(whole, data, options).Run();
        Assert.All(history, epoch => Assert.True(epoch.Validation is { Bounded: null, Attacked: >= 0 and <= 1 }));
        Assert.Contains(" attacked", history[^1].ToString(), StringComparison.Ordinal);
        Assert.Equal(history[^1].Validation!.Attacked, history[^1].Validation!.Score);

        using var killed = Network();
        StoppedRun.Of(new Trainer(killed, data, options) { CheckpointPath = folder["run"] }, now => now is { Epoch: 3, EndOfEpoch: true });
        using var resumed = Network(seed: 99);
        Assert.Throws<TrainingException>(() =>
            new Trainer(resumed, data, options with { Robust = options.Robust! with { Loss = RobustLoss.MixedLosses } }) { CheckpointPath = folder["run"] }.Run(resume: true));
        new Trainer(resumed, data, options) { CheckpointPath = folder["run"] }.Run(resume: true);
        Assert.Equal(Weights.Hash(whole), Weights.Hash(resumed));
    }

    private static Tensor[] Parameters(TinyNetwork network) => [.. network.parameters()];

    private static Tensor Over(Tensor logits, Tensor labels)
    {
        var own = logits.gather(1, labels.unsqueeze(1));
        var rivals = arange(logits.size(1)).unsqueeze(0).ne(labels.unsqueeze(1));
        return (own - logits).masked_select(rivals).view([labels.size(0), logits.size(1) - 1]);
    }

    private static TinyNetwork Network(Encoding encoding = Encoding.Direct, long seed = 1) => new(encoding, steps: 4, [1, 6, 6], hidden: 24, classes: 3, seed);
}
