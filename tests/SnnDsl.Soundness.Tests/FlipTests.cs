using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Event inputs so small that every set of flips is tried.</summary>
public class FlipTests
{
    public static TheoryData<string, FlipMode> Runs
    {
        get
        {
            TheoryData<string, FlipMode> data = [];
            foreach (string network in new[] { nameof(EventsTiny), nameof(EventsTinyConv) })
            {
                foreach (var mode in Enum.GetValues<FlipMode>())
                {
                    data.Add(network, mode);
                }
            }

            return data;
        }
    }

    /// <summary>No membrane and no margin of any flipped recording passes its bounds.</summary>
    [Theory, MemberData(nameof(Runs))]
    public void BoundsHoldForAllFlips(string network, FlipMode mode)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (int seed in new[] { 1, 2, 3 })
        {
            using var subject = new Subject(network, Platform.Double, seed);
            var recordings = subject.Inputs(4);
            var labels = subject.Labels(4);
            foreach (int flips in new[] { 0, 1, 2, 3 })
            {
                var perturbed = subject.Perturbed(new SpikeFlips(flips, mode), recordings);
                var bounds = subject.Module.BoundMembranes(perturbed);
                var margins = Enum.GetValues<BoundMethod>().Select(method => subject.Module.BoundMargins(perturbed, labels, method)).ToList();
                for (int b = 0; b < 4; b++)
                {
                    var trace = subject.Eager.Run(AllFlips(recordings.select(1, b), flips, mode), subject.Steps);
                    for (int layer = 0; layer < bounds.Membranes.Count; layer++)
                    {
                        var u = trace.Membranes[layer];
                        Assert.True((u >= bounds.Membranes[layer].Lower[.., b].unsqueeze(1) - 1e-12).all().item<bool>());
                        Assert.True((u <= bounds.Membranes[layer].Upper[.., b].unsqueeze(1) + 1e-12).all().item<bool>());
                    }

                    int label = (int)labels[b].item<long>();
                    var least = (trace.Logits.narrow(1, label, 1) - trace.Logits).amin([0L]);
                    double[] rivals = [.. Values.Of(least).Where((_, j) => j != label)];
                    Assert.All(margins, bound => Assert.All(
                        Values.Of(bound[b]).Zip(rivals), pair => Assert.True(pair.First <= pair.Second + 1e-9)));
                }
            }
        }
    }

    /// <summary>The least of a linear form, and the first layer's currents at each step, are the brute-force ones, exactly.</summary>
    [Theory, MemberData(nameof(Runs))]
    public void ConcretisationIsExact(string network, FlipMode mode)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Double, seed: 4, grid: true);
        var recordings = subject.Inputs(3);
        AffineMap first = network == nameof(EventsTiny)
            ? new LinearMap(subject.Weight("fc1.weight")!, subject.Weight("fc1.bias"))
            : new Conv2dMap(subject.Weight("conv1.weight")!, subject.Weight("conv1.bias"), 1, 0, 1, 2, 3);
        foreach (int flips in new[] { 0, 1, 2, 3 })
        {
            var input = new FlippedInput(recordings, flips, mode);
            var currents = input.Currents(first);
            for (int steps = 1; steps <= subject.Steps; steps++)
            {
                var coefficients = ((subject.Uniform([steps, 3, 2, .. subject.Blueprint.Input]) - 0.5) * 64).round() / 64;
                var least = input.Concretise(coefficients);
                for (int b = 0; b < 3; b++)
                {
                    var all = AllFlips(recordings.select(1, b), flips, mode);
                    var values = (all.narrow(0, 0, steps).unsqueeze(2) * coefficients.select(1, b).unsqueeze(1)).flatten(3).sum(3).sum(0L);
                    Assert.Equal(Values.Of(values.amin([0L])), Values.Of(least[b]));
                    var outputs = first.Apply(all);
                    Assert.Equal(Values.Of(outputs.amin([1L])), Values.Of(currents.Lower.select(1, b)));
                    Assert.Equal(Values.Of(outputs.amax([1L])), Values.Of(currents.Upper.select(1, b)));
                }
            }
        }
    }

    /// <summary>Layers wider than the part of a row that is looked at first, on sparse and on dense recordings.</summary>
    [Theory]
    [InlineData(FlipMode.Both), InlineData(FlipMode.Insert), InlineData(FlipMode.Delete)]
    public void CurrentsOfWideLayersAreExact(FlipMode mode)
    {
        const int inputs = 150, outputs = 4;
        using var scope = NewDisposeScope();
        var operation = new LinearOperation("fc", inputs, outputs, HasBias: false);
        foreach (double density in new[] { 0, 0.05, 0.9 })
        {
            var recordings = (rand([2, 3, inputs], float64) < density).to(float64);
            var weight = ((rand([outputs, inputs], float64) - 0.5) * 64).round() / 64;
            var dense = DenseMap.Of(operation, name => name == "fc.weight" ? Values.Of(weight) : null);
            foreach (int flips in new[] { 0, 1, 3, 7, 200 })
            {
                var currents = new FlippedInput(recordings, flips, mode).Currents(new LinearMap(weight, null));
                for (int b = 0; b < 3; b++)
                {
                    var (lower, upper) = new FlipSet(Values.Sample(recordings, b), flips, mode != FlipMode.Delete, mode != FlipMode.Insert)
                        .Currents([dense], 2);
                    Assert.Equal(lower, Values.Sample(currents.Lower, b));
                    Assert.Equal(upper, Values.Sample(currents.Upper, b));
                }
            }
        }
    }

    /// <summary>A freed share of entries: the box holds both values where an entry is free, and the recording's elsewhere.</summary>
    [Fact]
    public void FreedEntriesAreTheDraws()
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(EventsConv), Platform.Double, seed: 4);
        var recordings = subject.Inputs(20);
        var (lower, upper) = ((BoxInput)subject.Perturbed(new FreeFraction(0.3, seed: 8), recordings)).Box;
        var free = (lower == 0).logical_and(upper == 1);
        var isFixed = (lower == recordings).logical_and(upper == recordings);
        Assert.True(free.logical_xor(isFixed).all().item<bool>());
        Assert.InRange(free.to(float64).mean().item<double>(), 0.25, 0.35);
        var none = ((BoxInput)subject.Perturbed(new FreeFraction(0, seed: 8), recordings)).Box;
        Assert.True((none.Lower == none.Upper).all().item<bool>());
        var all = ((BoxInput)subject.Perturbed(new FreeFraction(1, seed: 8), recordings)).Box;
        Assert.True((all.Upper - all.Lower == 1).all().item<bool>());
    }

    // Every recording that up to k flips make of one, [T, ...] -> [T, P, ...].
    private static Tensor AllFlips(Tensor recording, int flips, FlipMode mode)
    {
        double[] original = Values.Of(recording);
        int[] allowed = [.. Enumerable.Range(0, original.Length)
            .Where(i => mode == FlipMode.Both || (mode == FlipMode.Insert) == (original[i] == 0))];
        List<double[]> all = [];
        for (int set = 0; set < 1 << allowed.Length; set++)
        {
            if (int.PopCount(set) <= flips)
            {
                double[] flipped = [.. original];
                foreach (int i in allowed.Where((_, position) => (set >> position & 1) == 1))
                {
                    flipped[i] = 1 - flipped[i];
                }

                all.Add(flipped);
            }
        }

        return stack(all.Select(values => tensor(values, float64).view(recording.shape)), 1);
    }
}
