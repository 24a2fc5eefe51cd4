using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Attacks;

[Collection("One thread")]
public class SpikeFlipTests
{
    public SpikeFlipTests() => set_num_threads(1);

    [Theory]
    [InlineData(FlipMode.Both)]
    [InlineData(FlipMode.Insert)]
    [InlineData(FlipMode.Delete)]
    public void FlipsAreAllowedAndCounted(FlipMode mode)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Spikes, 4, [2, 4, 4], 16, 3, seed: 3);
        var inputs = TinyData.Events(steps: 5, count: 40, size: 4, share: 0.2, seed: 1);
        var logits = network.forward(inputs).detach();
        var labels = Margins.Predict(logits);
        var result = new SpikeFlipAttack(new(6, mode)).Run(network, inputs, labels);

        var change = result.Inputs - inputs;
        Assert.True(((result.Inputs == 0) | (result.Inputs == 1)).all().item<bool>());
        var flips = change.abs().transpose(0, 1).flatten(1).sum(1L);
        Assert.True(flips.equal(result.Distances).all().item<bool>());
        Assert.True((flips <= 6).all().item<bool>());
        Assert.True(mode == FlipMode.Both || (mode == FlipMode.Insert ? change >= 0 : change <= 0).all().item<bool>());
        // The network runs for 4 steps: flips of the fifth frame would be idle.
        Assert.Equal(0, change[4].abs().sum().item<double>());
        Assert.True(network.forward(result.Inputs).equal(result.Logits).all().item<bool>());
        Assert.True((result.Margins <= Margins.FromLogits(logits, labels).amin([1L])).all().item<bool>());
        Assert.True(result.Broken.sum().item<long>() > 5, $"{result.Broken.sum().item<long>()} of 40 broken");
    }

    [Fact]
    public void OneFlipIsFoundWhereEnumerationFindsItMostly()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Spikes, 3, [2, 3, 3], 12, 3, seed: 6);
        var inputs = TinyData.Events(steps: 3, count: 60, size: 3, share: 0.3, seed: 2);
        var labels = Margins.Predict(network.forward(inputs));
        var exact = zeros(60, ScalarType.Bool);
        foreach (var (t, p, y, x) in from t in Enumerable.Range(0, 3) from p in Enumerable.Range(0, 2)
                                     from y in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 3) select (t, p, y, x))
        {
            var flipped = inputs.clone();
            flipped[t, TensorIndex.Colon, p, y, x] = 1 - inputs[t, TensorIndex.Colon, p, y, x];
            exact |= Margins.Predict(network.forward(flipped)).ne(labels);
        }

        var found = new SpikeFlipAttack(new(1)) { Candidates = 16 }.Run(network, inputs, labels).Broken;
        Assert.False((found & ~exact).any().item<bool>());
        var (all, some) = (exact.sum().item<long>(), found.sum().item<long>());
        Assert.True(all > 5 && some > 0.7 * all, $"{some} of {all}");
    }

    [Fact]
    public void NoFlipsFindTheInputItself()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Spikes, 3, [2, 3, 3], 12, 3, seed: 6);
        var inputs = TinyData.Events(steps: 3, count: 5, size: 3, share: 0.3, seed: 2);
        var labels = Margins.Predict(network.forward(inputs));
        var result = new SpikeFlipAttack(new(0)).Run(network, inputs, labels);
        Assert.Equal(0, result.Broken.sum().item<long>());
        Assert.Equal(0, result.Distances.sum().item<double>());
    }
}
