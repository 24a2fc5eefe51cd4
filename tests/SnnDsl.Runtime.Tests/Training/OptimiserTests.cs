using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Training;

public class OptimiserTests
{
    [Theory]
    [InlineData(OptimiserKind.Adam)]
    [InlineData(OptimiserKind.Sgd)]
    public void StepsAreThoseOfTheLibrarysOptimisers(OptimiserKind kind)
    {
        using var scope = NewDisposeScope();
        using var ours = new TinyNetwork(Encoding.Direct, 3, [1, 3, 3], 8, 3, seed: 1);
        using var theirs = new TinyNetwork(Encoding.Direct, 3, [1, 3, 3], 8, 3, seed: 1);
        using var optimiser = new Optimiser(ours, new() { Optimiser = kind, Momentum = 0.9 });
        optim.Optimizer reference = kind == OptimiserKind.Adam
            ? optim.Adam(theirs.parameters(), 0.01)
            : optim.SGD(theirs.parameters(), 0.01, momentum: 0.9);
        using var random = new Generator(2, device: CPU);
        for (int step = 0; step < 5; step++)
        {
            foreach (var (mine, other) in ours.parameters().Zip(theirs.parameters()))
            {
                var gradient = randn(mine.shape, ScalarType.Float64, generator: random);
                mine.grad = gradient.clone();
                other.grad = gradient.clone();
            }

            // The long limit is not reached; the short one is the library's clipping.
            optimiser.Update(0.01, step % 2 == 0 ? 1e6 : 0.5);
            if (step % 2 == 1)
            {
                nn.utils.clip_grad_norm_(theirs.parameters(), 0.5);
            }

            reference.step();
        }

        foreach (var (mine, other) in ours.parameters().Zip(theirs.parameters()))
        {
            Assert.True(mine.allclose(other, rtol: 1e-5, atol: 1e-7));
        }
    }

    /// <summary>Means follow their formula, step by step; exchanged twice, all is as before.</summary>
    [Fact]
    public void MeansAreExponential()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Direct, 3, [1, 3, 3], 8, 3, seed: 1);
        using var optimiser = new Optimiser(network, new() { Averaging = 0.4 });
        var weight = network.parameters().First();
        var mean = weight.detach().clone();
        for (int step = 1; step <= 6; step++)
        {
            foreach (var parameter in network.parameters())
            {
                parameter.grad = ones_like(parameter).detach() * step;
            }

            optimiser.Update(0.01, null);
            double before = Math.Min(0.4, (1.0 + step) / (10 + step));
            mean = (mean * before) + (weight.detach() * (1 - before));
        }

        var own = weight.detach().clone();
        optimiser.ExchangeMeans();
        Assert.True(weight.allclose(mean, rtol: 1e-12, atol: 1e-14));
        Assert.False(weight.allclose(own));
        optimiser.ExchangeMeans();
        Assert.True(weight.equal(own).all().item<bool>());
    }

    /// <summary>Magnitudes of weights add their sign to the gradient; those of biases do not.</summary>
    [Fact]
    public void MagnitudesDrawWeightsToNothing()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Direct, 3, [1, 3, 3], 8, 3, seed: 1);
        using var optimiser = new Optimiser(network, new() { Optimiser = OptimiserKind.Sgd, Momentum = 0, L1 = 0.25 });
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        foreach (var parameter in network.parameters())
        {
            parameter.grad = ones_like(parameter).detach();
        }

        optimiser.Update(0.1, null);
        foreach (var (parameter, start) in network.parameters().Zip(before))
        {
            Assert.True(parameter.allclose(start - (0.1 * (1 + ((start.dim() > 1 ? 0.25 : 0) * start.sign())))));
        }
    }

    [Fact]
    public void TheRobustLossIsTheCrossEntropyOfTheWorstLogits()
    {
        using var scope = NewDisposeScope();
        var bounds = tensor(new[,] { { 0.5, -0.25 }, { 0, 1 } });
        double expected = new[] { new[] { 0.5, -0.25 }, [0.0, 1.0] }.Average(row => Math.Log(1 + row.Sum(bound => Math.Exp(-5 * bound))));
        Assert.Equal(expected, Losses.Robust(bounds, 5).item<double>(), 12);
    }
}
