using SnnDsl.Attacks;
using SnnDsl.Certification;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Inputs that are no inputs, boxes that hold nothing, sums that overflow: one sentence each, and never a bound.</summary>
public class InputTests
{
    [Theory]
    [InlineData(nameof(HardRectangular), 255, "divide them by 255")]
    [InlineData(nameof(PoissonConv), 255, "divide them by 255")]
    [InlineData(nameof(HardRectangular), -0.25, "lie in [0, 1]")]
    [InlineData(nameof(HardRectangular), 1.0000001, "lie in [0, 1]")]
    [InlineData(nameof(ConvConv), double.NaN, "no finite numbers")]
    [InlineData(nameof(PoissonConv), double.PositiveInfinity, "no finite numbers")]
    [InlineData(nameof(EventsConv), 2, "other than 0 and 1")]
    [InlineData(nameof(EventsFc), double.NaN, "other than 0 and 1")]
    public void ValuesThatAreNoInputsAreRefused(string network, double value, string why)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Fused, seed: 3);
        var inputs = subject.On(subject.Inputs(2));
        inputs.view(-1)[5] = tensor((float)value);
        Perturbation perturbation = subject.Blueprint.Encoding == Encoding.Spikes ? new SpikeFlips(1) : new LInfinity(0.1);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            using var view = new NetworkView(subject.Module, precision);
            Assert.Contains(why, Assert.Throws<ArgumentException>(() => view.Set(perturbation, inputs)).Message);
        }

        Assert.Contains(why, Assert.Throws<ArgumentException>(() => Attack.On(perturbation)!.Run(subject.Module, inputs, subject.Labels(2))).Message);
    }

    /// <summary>A box that is not cut takes whatever is finite: the range is the user's own.</summary>
    [Fact]
    public void ABoxThatIsNotCutHoldsItsPixels()
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(HardRectangular), Platform.Fused, seed: 3);
        var inputs = subject.On(subject.Inputs(2)) * 4 - 2;
        var (lower, upper) = new LInfinity(0.1, clamp: false).Box(inputs);
        Assert.True(lower.le(inputs).logical_and(upper.ge(inputs)).all().item<bool>());
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => new LInfinity(0.1, clamp: false).Box(inputs / 0)).Message);
    }

    [Theory]
    [InlineData(nameof(HardRectangular), ScalarType.Byte), InlineData(nameof(HardRectangular), ScalarType.Float64)]
    [InlineData(nameof(PoissonConv), ScalarType.Byte), InlineData(nameof(PoissonConv), ScalarType.Float64)]
    [InlineData(nameof(EventsFc), ScalarType.Byte), InlineData(nameof(EventsFc), ScalarType.Bool)]
    public void OtherTypesThanTheWeightsAreRefused(string network, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, Platform.Fused, seed: 3);
        var inputs = subject.On(subject.Inputs(2));
        subject.Module.forward(inputs);
        string message = Assert.Throws<ArgumentException>(() => subject.Module.forward(inputs.to(type))).Message;
        Assert.Contains($"runs in Float32, but its input is {type}", message);
        Assert.Contains("255", message);
        if (type == ScalarType.Byte)
        {
            Perturbation perturbation = subject.Blueprint.Encoding == Encoding.Spikes ? new SpikeFlips(1) : new LInfinity(0.1);
            Assert.Contains("floating point", Assert.Throws<ArgumentException>(() => perturbation.Apply(subject.Module, inputs.to(type))).Message);
        }
    }

    /// <summary>A box of 3e38 through a pool: infinity times 0 is no number, and no number is above a threshold.</summary>
    [Fact]
    public void RoundingSafeBoundsTakeNoBoxThatOverflows()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new Pooled();
        using var view = new NetworkView(network, Precision.RoundingSafe);
        var inputs = full([1, 1, 4, 4], 0.5f);
        var box = PixelBox.Between(full([1, 4, 4], -(1 << 23), float32), full([1, 4, 4], 1 << 23, float32), clamp: false);
        Assert.NotNull(view.Set(box, inputs));
        foreach (var wide in new Perturbation[] { new LInfinity(3e38, clamp: false), new LInfinity(1 << 24, clamp: false), PixelBox.Around(full([1, 4, 4], 1e9), clamp: false) })
        {
            Assert.Contains("can overflow", Assert.Throws<NotSupportedException>(() => view.Set(wide, inputs)).Message);
        }

        // What is cut ends at 0 and 1, whatever its epsilon.
        Assert.NotNull(view.Set(new LInfinity(3e38), inputs));
    }

    /// <summary>Weights within the limit whose product, on the way through maps without neurons between them, is not.</summary>
    [Fact]
    public void RoundingSafeBoundsTakeNoNetworkWhoseSumsOverflow()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new LongChain();
        new NetworkView(network, Precision.RoundingSafe).Dispose();
        foreach (var (name, weight) in network.named_parameters())
        {
            // The last map makes it small again: only what lies between overflows.
            weight.fill_(name.EndsWith(".bias") ? 0 : name == "f.weight" ? 1e-30f : 1 << 24);
        }

        Assert.Contains("LongChain (2 to 2) can reach", Assert.Throws<NotSupportedException>(() => new NetworkView(network, Precision.RoundingSafe)).Message);
        using var far = new FarReset();
        Assert.Contains("The membranes of FarReset", Assert.Throws<NotSupportedException>(() => new NetworkView(far, Precision.RoundingSafe)).Message);
    }

    [Fact]
    public void PerturbationsCheckTheirNumbers()
    {
        using var scope = NewDisposeScope();
        foreach (double epsilon in new[] { -1e-9, double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new LInfinity(epsilon));
            Assert.Throws<ArgumentException>(() => PixelBox.Around(tensor(new[] { 0.1, epsilon })));
        }

        Assert.Throws<ArgumentException>(() => PixelBox.Between(tensor(new[] { double.NaN }), tensor(new[] { 1.0 })));
        Assert.Contains("above their upper ones", Assert.Throws<ArgumentException>(() => PixelBox.Between(tensor(new[] { 0.5f }), tensor(new[] { MathF.BitDecrement(0.5f) }))).Message);
        // Whole numbers state a box too.
        Assert.Equal(1.0, PixelBox.Around(tensor(new[] { true })).Box(zeros(1, 1)).Upper.item<float>());
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpikeFlips(-1));
        Assert.Contains("flip mode", Assert.Throws<ArgumentOutOfRangeException>(() => new SpikeFlips(1, (FlipMode)7)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpikeRetiming(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpikeRetiming(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FreeFraction(double.NaN, 0));
    }
}

/// <summary>A pool in front of the first neurons.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 4, 4)]
[AvgPool2d(2)]
[Flatten]
[Linear(2, Name = "fc")]
[Lif]
internal sealed partial class Pooled;

/// <summary>Six maps in a row.</summary>
[SpikingNetwork(TimeSteps = 2)]
[Input(1, 1, 2)]
[Flatten]
[Linear(2, Name = "a")]
[Linear(2, Name = "b")]
[Linear(2, Name = "c")]
[Linear(2, Name = "d")]
[Linear(2, Name = "e")]
[Linear(2, Name = "f")]
[Lif]
internal sealed partial class LongChain;

/// <summary>A reset next to the end of float32.</summary>
[SpikingNetwork(TimeSteps = 2)]
[Input(1, 1, 2)]
[Flatten]
[Linear(2, Name = "fc")]
[Lif(Decay = 1, ResetValue = 3e38)]
internal sealed partial class FarReset;
