using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>The networks under test are alive: silence would make every comparison hold.</summary>
public class FixtureTests
{
    public static TheoryData<string> Networks => Cases.Networks;

    [Theory, MemberData(nameof(Networks))]
    public void EveryLayerFiresSometimes(string network)
    {
        using var scope = NewDisposeScope();
        List<double[]> rates = [];
        double spread = 0;
        foreach (int seed in new[] { 1, 2, 3, 4 })
        {
            using var subject = new Subject(network, Platform.Double, seed);
            var points = new PerturbedPoints(subject, subject.Perturbations.Last(), subject.Inputs(16), drawn: 3, attacked: 2);
            rates.Add([.. points.Spikes.Select(spikes => spikes.mean().item<double>())]);
            spread = Math.Max(spread, points.Logits.flatten(0, 1).std(0).max().item<double>());
        }

        for (int layer = 0; layer < rates[0].Length; layer++)
        {
            Assert.InRange(rates.Average(rate => rate[layer]), 0.05, 0.95);
        }

        Assert.True(spread > 0);
    }

    /// <summary>Bounds leave enough open: spikes that are neither certain nor impossible.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void SomeNeuronsAreUnstable(string network)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Double, seed: 1);
        var inputs = subject.Inputs(4);
        var set = subject.ReferenceSets(subject.Perturbations.ElementAt(1), inputs);
        var scalar = subject.Scalar;
        var intervals = set.Select(one => scalar.Intervals(one, subject.Steps)).ToList();
        Assert.Contains(intervals, one => one.SpikeLower[0].Zip(one.SpikeUpper[0]).Any(step => !step.First.SequenceEqual(step.Second)));
    }
}
