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

    public static TheoryData<string, FlipMode> All
    {
        get
        {
            TheoryData<string, FlipMode> all = [];
            foreach (var mode in Enum.GetValues<FlipMode>())
            {
                all.Add("spike-flip", mode);
                all.Add("spike-flip-rates", mode);
                all.Add("spike-search", mode);
                all.Add("spike-search-sharpness", mode);
                all.Add("ensemble", mode);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void FlipsAreAllowedAndCounted(string attack, FlipMode mode)
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Spikes, 4, [2, 4, 4], 16, 3, seed: 3);
        var inputs = TinyData.Events(steps: 5, count: 40, size: 4, share: 0.2, seed: 1);
        var logits = network.forward(inputs).detach();
        var labels = Margins.Predict(logits);
        var result = Create(attack, new(6, mode)).Run(network, inputs, labels);

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

    [Theory]
    [InlineData("spike-flip")]
    [InlineData("spike-search")]
    [InlineData("ensemble")]
    public void OneFlipIsFoundWhereEnumerationFindsItMostly(string attack)
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

        Attack search = attack == "spike-flip" ? new SpikeFlipAttack(new(1)) { Candidates = 16 } : Create(attack, new(1));
        var found = search.Run(network, inputs, labels).Broken;
        Assert.False((found & ~exact).any().item<bool>());
        var (all, some) = (exact.sum().item<long>(), found.sum().item<long>());
        Assert.True(all > 5 && some > 0.7 * all, $"{some} of {all}");
    }

    /// <summary>What is tried one by one is found wherever one flip is enough and the candidates are all entries.</summary>
    [Fact]
    public void TrialsFindEveryPromisingFlip()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Spikes, 3, [2, 3, 3], 12, 3, seed: 6);
        var inputs = TinyData.Events(steps: 3, count: 60, size: 3, share: 0.3, seed: 2);
        var labels = Margins.Predict(network.forward(inputs));
        // In six rounds 60 entries of 54 are tried: whatever promises anything by the gradient.
        var attack = new SpikeSearchAttack(new(1));
        var found = attack.Run(network, inputs, labels).Broken;
        var greedy = new SpikeFlipAttack(new(1)) { Candidates = 54 }.Run(network, inputs, labels).Broken;
        Assert.False((greedy & ~found).any().item<bool>());
    }

    /// <summary>Used up flips are taken back where others are worth more: of two members the ensemble has the better, sample by sample.</summary>
    [Fact]
    public void TheEnsembleIsAsStrongAsEachMember()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Spikes, 4, [2, 4, 4], 16, 3, seed: 3);
        var inputs = TinyData.Events(steps: 4, count: 60, size: 4, share: 0.2, seed: 1);
        var labels = Margins.Predict(network.forward(inputs));
        SpikeFlips flips = new(2);
        var all = EnsembleAttack.Against(flips)!.Run(network, inputs, labels);
        foreach (var member in ((EnsembleAttack)EnsembleAttack.Against(flips)!).Members)
        {
            var alone = member.Run(network, inputs, labels);
            Assert.False((alone.Broken & ~all.Broken).any().item<bool>(), member.Name);
        }

        Assert.True(all.Broken.sum().item<long>() > 5);
    }

    [Fact]
    public void NoFlipsFindTheInputItself()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Spikes, 3, [2, 3, 3], 12, 3, seed: 6);
        var inputs = TinyData.Events(steps: 3, count: 5, size: 3, share: 0.3, seed: 2);
        var labels = Margins.Predict(network.forward(inputs));
        var result = Create("ensemble", new(0)).Run(network, inputs, labels);
        Assert.Equal(0, result.Broken.sum().item<long>());
        Assert.Equal(0, result.Distances.sum().item<double>());
    }

    private static Attack Create(string name, SpikeFlips flips) =>
        EnsembleAttack.Against(flips) is EnsembleAttack ensemble && name == "ensemble" ? ensemble
        : new Attack[]
        {
            new SpikeFlipAttack(flips), new SpikeFlipAttack(flips) { Gradients = GradientEstimator.Rates },
            new SpikeSearchAttack(flips), new SpikeSearchAttack(flips) { Gradients = GradientEstimator.Sharpness },
        }.Single(attack => attack.Name == name);
}
