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
