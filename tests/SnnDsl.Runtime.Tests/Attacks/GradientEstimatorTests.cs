using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Model;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Attacks;

[Collection("One thread")]
public class GradientEstimatorTests
{
    public GradientEstimatorTests() => set_num_threads(1);

    public static TheoryData<string> Names => [.. GradientEstimator.All.Select(estimator => estimator.Name)];

    /// <summary>Spikes are what they are; only the way back is another.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void SpikesStayWhatTheyAre(string name)
    {
        using var scope = NewDisposeScope();
        var estimator = Named(name);
        foreach (bool constant in new[] { true, false })
        {
            var layer = Layer(width: 1);
            var current = (Normal(constant ? [5, 7] : [4, 5, 7]) * 0.4).requires_grad_();
            var expected = Fire(layer, current, constant);
            var spikes = SpikeGradient.With(estimator.Gradient, () => Fire(layer, current, constant));
            Assert.True(spikes.equal(expected).all().item<bool>());
            Assert.Null(SpikeGradient.Current);
            var arriving = Normal([4, 5, 7]);
            Tensor own = autograd.grad([(expected * arriving).sum()], [current])[0], other = autograd.grad([(spikes * arriving).sum()], [current])[0];
            Assert.Equal(current.shape, other.shape);
            Assert.Equal(name == "surrogate", own.allclose(other));
        }
    }

    [Fact]
    public void RatesShareWhatArrivesOverTheSteps()
    {
        using var scope = NewDisposeScope();
        var current = (Normal([4, 5, 7]) * 0.4).requires_grad_();
        var spikes = SpikeGradient.With(GradientEstimator.Rates.Gradient, () => Fire(Layer(width: 1), current, constant: false));
        var arriving = Normal([4, 5, 7]);
        var gradient = autograd.grad([(spikes * arriving).sum()], [current])[0];
        for (int t = 0; t < 4; t++)
        {
            Assert.True(gradient[t].allclose(arriving.mean([0L]) * spikes.detach().sum(0L).gt(0)));
        }
    }

    /// <summary>The slopes of the published curve, of currents on both sides of its corners; where nothing leaks, the current that is just enough is a T-th of the threshold.</summary>
    [Theory]
    [InlineData(0.25, 40)]
    [InlineData(0.9, 60)]
    [InlineData(1, 4)]
    public void TheCurveHasThePublishedSlopes(double decay, int steps)
    {
        using var scope = NewDisposeScope();
        const double Threshold = 0.25;
        // What is left out by T steps counts: 1 - decay of endlessly many.
        double tau = 1 - (decay == 1 ? 1.0 / steps : (1 - decay) / (1 - Math.Pow(decay, steps))), rising = (0.8 + (0.2 * tau)) / (1 + tau);
        double[] thresholds = [-1, 0.5 * (1 - tau), 0.98 * (1 - tau), 1.02 * (1 - tau), 1.5, 1.99, 2.01, 5];
        double[] slopes = [0.2, 0.2, 0.2, rising, rising, rising, 0, 0];
        var layer = new SpikingLayer("lif1", NeuronEquations.Lif(new((float)Threshold), (float)decay, 0));
        // Around their means currents differ from step to step.
        var mean = tensor(thresholds) * Threshold;
        var current = (mean + (tensor(Enumerable.Range(0, steps).Select(t => t % 2 == 0 ? 0.3 : -0.3).ToArray()).view(steps, 1, 1) * ones(1, 1, thresholds.Length))).requires_grad_();
        var spikes = SpikeGradient.With(GradientEstimator.Curve.Gradient, () => layer.Fire(current).ToTensor());
        var arriving = Normal([steps, 1, thresholds.Length]);
        var gradient = autograd.grad([(spikes * arriving).sum()], [current])[0];
        double[] shared = [.. arriving.mean([0L]).flatten().data<double>()];
        for (int t = 0; t < steps; t++)
        {
            Assert.All(gradient[t].flatten().data<double>().ToArray().Select((found, i) => (found, shared[i] * slopes[i] / Threshold)), pair => Assert.Equal(pair.Item2, pair.found, 1e-6));
        }
    }

    /// <summary>Every step has the mean over all of what its spikes get by a triangle; nothing comes from later steps' membranes.</summary>
    [Fact]
    public void AveragesForgetTheMembranesPast()
    {
        using var scope = NewDisposeScope();
        const double Threshold = 0.25, Decay = 0.5;
        const int Steps = 4;
        var current = (Normal([Steps, 3, 6]) * 0.4).requires_grad_();
        var layer = new SpikingLayer("lif1", NeuronEquations.Lif(new((float)Threshold), (float)Decay, 0));
        var spikes = SpikeGradient.With(GradientEstimator.Averaged.Gradient, () => layer.Fire(current).ToTensor());
        var arriving = Normal([Steps, 3, 6]);
        var gradient = autograd.grad([(spikes * arriving).sum()], [current])[0];
        for (int sample = 0; sample < 3; sample++)
        {
            var expected = new double[6];
            var left = new double[6];
            for (int t = 0; t < Steps; t++)
            {
                double[] membranes = [.. current.detach()[t, sample].data<double>().ToArray().Zip(left, (input, rest) => (Decay * rest) + input)];
                double[] above = [.. membranes.Select(membrane => membrane - Threshold)], distances = [.. above.Select(Math.Abs)];
                double width = distances.Average() + (1.5 * Math.Sqrt(distances.Average(distance => Math.Pow(distance - distances.Average(), 2))));
                double[] arrives = [.. arriving[t, sample].data<double>()];
                for (int i = 0; i < 6; i++)
                {
                    expected[i] += arrives[i] * Math.Max(width - distances[i], 0) / (width * width) / Steps;
                    left[i] = above[i] > 0 ? 0 : membranes[i];
                }
            }

            for (int t = 0; t < Steps; t++)
            {
                Assert.All(gradient[t, sample].data<double>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
            }
        }
    }

    /// <summary>Neurons that forget at every step have the same derivative as the formula's, sample by sample and step by step.</summary>
    [Theory]
    [InlineData("spread")]
    [InlineData("sharpness")]
    public void WidthsFollowTheMembranes(string name)
    {
        using var scope = NewDisposeScope();
        var layer = new SpikingLayer("lif1", NeuronEquations.Lif(new(0.25f), 0, 0));
        var current = (Normal([3, 4, 6]) * tensor(new[] { 0.1, 1, 3 }).view(3, 1, 1)).requires_grad_();
        var spikes = SpikeGradient.With(Named(name).Gradient, () => layer.Fire(current).ToTensor());
        var gradient = autograd.grad([spikes.sum()], [current])[0];
        for (int t = 0; t < 3; t++)
        {
            for (int sample = 0; sample < 4; sample++)
            {
                double[] above = [.. current.detach()[t, sample].data<double>().ToArray().Select(value => value - 0.25)];
                double Deviation(double[] values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));
                double Expected(double x)
                {
                    if (name == "spread")
                    {
                        double deviation = Deviation(above);
                        return Math.Exp(-0.5 * Math.Pow(x / deviation, 2)) / (deviation * Math.Sqrt(2 * Math.PI));
                    }

                    double[] distances = [.. above.Select(Math.Abs)];
                    double width = distances.Average() + (1.5 * Deviation(distances));
                    return 1 / (width * (1 + Math.Pow(Math.PI * x / width, 2)));
                }

                double[] found = gradient[t, sample].data<double>().ToArray();
                Assert.All(above.Zip(found), pair => Assert.Equal(Expected(pair.First), pair.Second, 1e-9 * Math.Max(1, Expected(pair.First))));
            }
        }
    }

    /// <summary>A surrogate that is silent wherever membranes are says nothing; these do.</summary>
    [Theory]
    [InlineData("rates")]
    [InlineData("spread")]
    [InlineData("sharpness")]
    [InlineData("curve")]
    [InlineData("averaged")]
    public void TheyFindWhatASilentSurrogateDoesNot(string name)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Direct, 4, [1, 4, 4], 16, 3, seed: 2, Layer(width: 1e-6f));
        using var random = new Generator(1, device: CPU);
        var inputs = rand([80, 1, 4, 4], ScalarType.Float64, generator: random);
        var labels = Margins.Predict(network.forward(inputs));
        var box = new LInfinity(0.1);
        long Broken(GradientEstimator estimator) =>
            new Pgd(box) { Steps = 10, Restarts = 1, Gradients = estimator }.Run(network, inputs, labels).Broken.sum().item<long>();
        long silent = Broken(GradientEstimator.Surrogate), found = Broken(Named(name));
        Assert.True(found > silent, $"{found} by {name}, {silent} by a silent surrogate");
        Assert.Equal($"pgd-{name}", new Pgd(box) { Gradients = Named(name) }.Name);
    }

    private static GradientEstimator Named(string name) => GradientEstimator.All.Single(estimator => estimator.Name == name);

    private static SpikingLayer Layer(float width) => new("lif1", NeuronEquations.Lif(new(0.25f, Width: width), 0.25f, 0));

    private static Tensor Fire(SpikingLayer layer, Tensor current, bool constant) =>
        (constant ? layer.FireConstant(current, 4) : layer.Fire(current)).ToTensor();

    private static Tensor Normal(long[] shape)
    {
        using var random = new Generator(7, device: CPU);
        return randn(shape, ScalarType.Float64, generator: random);
    }
}
