using SnnDsl.Bounds;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Training;

namespace SnnDsl.Runtime.Tests.Training;

public class OptionsTests
{
    private static readonly NetworkDescription Images = Network(Encoding.Direct);
    private static readonly NetworkDescription Events = Network(Encoding.Spikes);

    public static TheoryData<TrainingOptions, string> Wrong => new()
    {
        { new() { Epochs = 0 }, "The number of epochs is 0, but it must be at least 1." },
        { new() { BatchSize = -1 }, "The batch size is -1, but it must be at least 1." },
        { new() { LearningRate = double.NaN }, "The learning rate is NaN, but it must be a number greater than 0." },
        { new() { LateShare = 1.5 }, "The late share of the run is 1.5, but it is a share and must lie in [0, 1]." },
        { new() { Momentum = 1 }, "The momentum is 1, but it must lie in [0, 1)." },
        { new() { ClipNorm = 0 }, "The limit of the gradient's norm is 0, but it must be a number greater than 0." },
        { new() { Steps = 11 }, "Training would run for 11 time steps, but Net is declared with 10: take at most those." },
        { new() { Augmentation = new() { Shift = -1 } }, "The shift of training samples is -1, but it must be at least 0." },
        { new() { Augmentation = new() { Shift = 2 } }, "A shift by 2 pixels can leave nothing of an image of 2x2: take a smaller one." },
        { new() { WarmUp = new(0, 1) }, "The number of warm-up epochs is 0, but it must be at least 1." },
        { Robust(new()), "Certified training needs exactly one of an epsilon, a number of flips, a retiming and a free fraction." },
        { Robust(new() { Epsilon = 0.1, Flips = 3 }), "Certified training needs exactly one of an epsilon, a number of flips, a retiming and a free fraction." },
        { Robust(new() { Epsilon = -0.1 }), "Epsilon is -0.1, but it must be a number of at least 0." },
        { Robust(new() { Flips = 3 }), "Net takes images, so flips, retimings and free fractions do not fit it: state an epsilon instead." },
        { Robust(new() { Epsilon = 0.1, RampStart = 0.7 }), "The ramp ends at 0.6 of the run, before its start at 0.7: exchange the two." },
        { Robust(new() { Epsilon = 0.1, CrownShare = new(1, 2) }), "S-CROWN's share is 2, but it is a share and must lie in [0, 1]." },
        { Robust(new() { Epsilon = 0.1, Crown = BoundMethod.SIbp }), "S-IBP is no S-CROWN: for S-IBP alone, set S-CROWN's share to 0." },
        { Robust(new() { Epsilon = 0.1, BoundShare = -0.5 }), "The bounds' share is -0.5, but it is a share and must lie in [0, 1]." },
        { Robust(new() { Epsilon = 0.1, AttackSteps = 0 }), "The number of attack steps is 0, but it must be at least 1." },
        {
            Robust(new() { Epsilon = 0.1, NaturalWeight = Ramp.Constant(0) }),
            "Natural and robust loss both weigh 0 at an end of the ramp, so nothing would be learnt there: give one a weight."
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WrongOptionsAreRefusedInOneSentence(TrainingOptions options, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => options.Validate(Images)).Message);

    [Fact]
    public void FeaturesHaveNoSidesToMoveAlong() => Assert.Equal(
        "Shifting and mirroring move images [C, H, W], but Net takes 16: train without them.",
        Assert.Throws<ArgumentException>(() => new TrainingOptions { Augmentation = new() }.Validate(Images with { InputShape = [16] })).Message);

    [Fact]
    public void EpsilonDoesNotFitEvents() => Assert.Equal(
        "Net takes recorded spikes, so an epsilon does not fit it: state flips, a retiming or a free fraction instead.",
        Assert.Throws<ArgumentException>(() => Robust(new() { Epsilon = 0.1 }).Validate(Events)).Message);

    [Fact]
    public void AttackedSamplesNeedAnEpsilon() => Assert.Equal(
        "Losses with attacked samples are for an epsilon: take the loss of bounds alone for flips, retimings and free fractions.",
        Assert.Throws<ArgumentException>(() => Robust(new() { Flips = 2, Loss = RobustLoss.MixedLosses }).Validate(Events)).Message);

    [Fact]
    public void RecipesAreValid()
    {
        Recipes.Natural().Validate(Images);
        foreach (var target in new RobustOptions[] { new() { Flips = 5 }, new() { FreeFraction = 0.01 } })
        {
            Recipes.Best(target).Validate(Events);
            Recipes.Paper(target).Validate(Events);
        }

        Recipes.Best(new() { Epsilon = 0.1 }).Validate(Images);
        Recipes.Paper(new() { Epsilon = 0.1 }, warmUpEpochs: 0).Validate(Images);
    }

    [Theory]
    [InlineData(RampShape.Linear)]
    [InlineData(RampShape.Smoothed)]
    public void TheRampRisesFromNothingToAll(RampShape shape)
    {
        var robust = new RobustOptions { Epsilon = 0.3, RampStart = 0.2, RampEnd = 0.6, Shape = shape };
        Assert.Equal(0, robust.Strength(robust.Progress(0.2)));
        Assert.Equal(1, robust.Strength(robust.Progress(0.6)), 12);
        Assert.Equal(1, robust.Strength(robust.Progress(1)), 12);
        var strengths = Enumerable.Range(0, 101).Select(i => robust.Strength(i / 100.0)).ToList();
        Assert.All(strengths.Zip(strengths.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        // No jump: not even the smoothed ramp's straight part is steeper than 1.4.
        Assert.All(strengths.Zip(strengths.Skip(1)), pair => Assert.True(pair.Second - pair.First < 0.014));
    }

    [Fact]
    public void ThePerturbationIsTheOneThatWasStated()
    {
        Assert.Equal(new LInfinity(0.05, clamp: false), new RobustOptions { Epsilon = 0.1, Clamp = false }.At(0.5, 0));
        Assert.Equal(new SpikeFlips(3, FlipMode.Insert), new RobustOptions { Flips = 6, FlipMode = FlipMode.Insert }.At(0.5, 0));
        Assert.Equal(new FreeFraction(0.01, 7), new RobustOptions { FreeFraction = 0.02 }.At(0.5, 7));
    }

    private static TrainingOptions Robust(RobustOptions robust) => new() { Robust = robust };

    private static NetworkDescription Network(Encoding encoding) => new()
    {
        Name = "Net", TimeSteps = 10, Encoding = encoding, InputShape = [1, 2, 2], Classes = 2, ReadsSpikes = true, Readout = "", Layers = [], Architecture = "",
    };
}
