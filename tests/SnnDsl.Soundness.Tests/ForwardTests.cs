using SnnDsl.Events;
using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>The same weights give the same logits and the same gradients as torch's operations step by step, left to autograd.</summary>
public class ForwardTests
{
    public static TheoryData<string, string> NetworksByPlatform => Cases.NetworksByPlatform;

    public static TheoryData<string> Networks => Cases.Networks;

    public static TheoryData<string, string> NetworksOnCuda => Cases.NetworksOnCuda;

    public static TheoryData<string, string> ShortNetworksByPlatform => Cases.OnPlatforms(Subject.Networks.Where(HasShortConstants));

    public static TheoryData<string, string> ShortNetworksOnCuda => Cases.OnCuda(Subject.Networks.Where(HasShortConstants));

    [Theory, MemberData(nameof(NetworksByPlatform))]
    public void EqualsAutograd(string network, string platform) => CheckRandom(network, Platform.Named(platform));

    [CudaTheory, MemberData(nameof(NetworksOnCuda))]
    public void EqualsAutogradOnCuda(string network, string platform) => CheckRandom(network, Platform.Named(platform));

    [Theory, MemberData(nameof(ShortNetworksByPlatform))]
    public void IsExactOnAGrid(string network, string platform) => CheckGrid(network, Platform.Named(platform));

    [CudaTheory, MemberData(nameof(ShortNetworksOnCuda))]
    public void IsExactOnAGridOnCuda(string network, string platform) => CheckGrid(network, Platform.Named(platform));

    private static void CheckRandom(string network, Platform platform)
    {
        using var scope = NewDisposeScope();
        foreach (int steps in new[] { 1, 3, 10 })
        {
            using var subject = new Subject(network, platform, seed: 11 + steps);
            subject.Module.Steps = steps;
            var inputs = subject.Inputs(samples: 24);
            Compare(subject, inputs, steps, exactLogits: platform.IsExact && subject.Blueprint.Tail.Count == 0);
        }
    }

    // Weights in 1/64, pixels in 1/16: where decays are short binary fractions too, no sum is rounded, and its order cannot matter.
    private static void CheckGrid(string network, Platform platform)
    {
        using var scope = NewDisposeScope();
        int steps = 3;
        using var subject = new Subject(network, platform, seed: 5, grid: true);
        subject.Module.Steps = steps;
        var inputs = subject.Inputs(samples: 40, grid: true);
        var logits = subject.Module.forward(subject.On(inputs));
        var eager = new EagerNetwork(subject.Blueprint, name => subject.Weight(name)?.to(platform.Type));
        var expected = eager.Run(Encode(subject, inputs).to(platform.Type), steps).Logits;
        Assert.Equal(Values.Of(expected), Values.Of(logits));
    }

    /// <summary>
    /// Rounded gradients stay near the exact ones, and the network itself is not touched. Layers narrower than the shortest sum are not
    /// rounded at all.
    /// </summary>
    [Theory]
    [InlineData(nameof(HardRectangular)), InlineData(nameof(DeepTriangular)), InlineData(nameof(ConvConv)), InlineData(nameof(SoftArctan))]
    public void GradientsMayBeRounded(string network)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Fused, seed: 8);
        var inputs = subject.On(subject.Inputs(samples: 24));
        double[][] Gradients(GradientPrecision precision, int shortest, out double[] logits)
        {
            using var step = NewDisposeScope();
            int before = RoundedPullBack.ShortestSum;
            (SpikingLayer.GradientPrecision, RoundedPullBack.ShortestSum) = (precision, shortest);
            try
            {
                subject.Module.zero_grad();
                var outputs = subject.Module.forward(inputs);
                logits = Values.Of(outputs);
                outputs.pow(2).sum().backward();
                return [.. subject.Module.parameters().Select(parameter => Values.Of(parameter.grad!))];
            }
            finally
            {
                (SpikingLayer.GradientPrecision, RoundedPullBack.ShortestSum) = (GradientPrecision.Float32, before);
            }
        }

        // Maps behind a spiking layer; the width of a convolution is its channels.
        int widest = (int)subject.Blueprint.Stages.Skip(1).SelectMany(stage => stage.Maps).Where(map => map is not FlattenOperation)
            .Max(map => map.Output[0]);
        var exact = Gradients(GradientPrecision.Float32, 1, out var exactLogits);
        double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
        double all = Norm(exact.SelectMany(one => one));
        foreach (int shortest in new[] { 1, widest, widest + 1, RoundedPullBack.ShortestSum })
        {
            var rounded = Gradients(GradientPrecision.BFloat16, shortest, out var roundedLogits);
            Assert.Equal(exactLogits, roundedLogits);
            double difference = Norm(exact.SelectMany(one => one).Zip(rounded.SelectMany(one => one), (a, b) => a - b));
            bool rounds = shortest <= widest;
            Assert.True(
                rounds ? difference > 0 && difference <= 0.02 * all : difference == 0,
                $"From {shortest} outputs up, of {widest}: the gradients, of norm {all}, differ by {difference}.");
        }
    }

    private static bool HasShortConstants(Type network) =>
        IsShort(Blueprint.Of(network).MembraneDecay ?? 1)
        && Blueprint.Of(network).Norms.Count == 0
        && Blueprint.Of(network).Operations.OfType<NormalizeOperation>().All(pixels => pixels.Scale.Concat(pixels.Shift).All(IsShort))
        && Blueprint.Of(network).Stages.All(stage => IsShort(stage.Neuron.Decay) && IsShort(stage.Neuron.Threshold));

    private static bool IsShort(double value) => Math.Round(value * 8) == value * 8;

    private static void Compare(Subject subject, Tensor inputs, int steps, bool exactLogits)
    {
        var given = subject.On(inputs).detach().clone().requires_grad_(true);
        var reference = inputs.detach().clone().requires_grad_(true);
        subject.RequireGradients();

        var logits = subject.Module.forward(given);
        var encoded = Encode(subject, reference);
        var trace = subject.Eager.Run(encoded, steps);
        Assert.False(logits.requires_grad && trace.Membranes.All(u => u.numel() == 0));
        if (exactLogits)
        {
            Assert.Equal(Values.Of(trace.Logits), Values.Of(logits));
        }

        Assert.InRange(Values.RelativeError(logits, trace.Logits), 0, subject.Platform.IsExact ? 1e-12 : 1e-6);
        // Gradients of all logits, of one, and of none: what is mostly zeros goes back another way.
        var some = arange(trace.Logits.size(0)).remainder(3);
        var asked = some.eq(0).unsqueeze(1) | (some.eq(1).unsqueeze(1) & arange(trace.Logits.size(1)).eq(1));
        var weights = (subject.Uniform(trace.Logits.shape) - 0.5) * asked;
        (logits * subject.On(weights)).sum().backward();
        (trace.Logits * weights).sum().backward();
        foreach (var (name, weight, expected) in subject.Parameters)
        {
            Assert.True(
                Values.RelativeError(weight.grad!, expected.grad!) < subject.Platform.Tolerance,
                $"The gradient of {name} differs by {Values.RelativeError(weight.grad!, expected.grad!)}.");
        }

        Assert.InRange(Values.RelativeError(given.grad!, reference.grad!), 0, subject.Platform.Tolerance);
    }

    // What the first layer sees; under Poisson encoding a pixel's gradient passes straight to its spikes.
    private static Tensor Encode(Subject subject, Tensor inputs)
    {
        if (subject.Blueprint.Encoding != Encoding.Poisson)
        {
            return inputs;
        }

        var spikes = (inputs.detach() > subject.Module.Noise(inputs, null)).to(float64);
        return inputs.requires_grad ? spikes + (inputs - inputs.detach()) : spikes;
    }
}
