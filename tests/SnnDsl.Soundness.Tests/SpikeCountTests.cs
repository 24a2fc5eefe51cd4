using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Bounds of how often a neuron fires, against sequences of currents that are run.</summary>
public class SpikeCountTests
{
    private const int Drawn = 300;

    private static readonly Random random = new(12);

    public static TheoryData<double, double, bool, double> Kinds => new()
    {
        { 0.25, 0.25, false, 0 }, { 0.25, 1, false, 0 }, { 0.5, 0, false, 0 }, { 0.25, 0.9, false, -0.5 }, { 0.3, 0.9, false, 0.25 },
        { 0.5, 1, false, 0.5 }, { 0.3, 1, false, 0.5 }, { 0.25, 0.25, true, 0 }, { 0.5, 1, true, 0 }, { 0.5, 0.9, true, 0 }, { 8, 0.99, false, 0 },
    };

    /// <summary>Any currents within their bounds, corners among them, in both precisions; and the bounds are reached.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void HoldAndAreReached(double threshold, double decay, bool soft, double resetValue)
    {
        var neuron = new Neuron((float)threshold, (float)decay, soft, (float)resetValue, Surrogate.Rectangular, 1);
        int tighter = 0;
        for (int repeat = 0; repeat < 60; repeat++)
        {
            using var scope = NewDisposeScope();
            int steps = 1 + random.Next(10);
            var (lower, upper) = Currents(neuron, steps);
            var (least, most, intervals) = Bounds(lower, upper, null, neuron);
            Assert.True(least >= intervals.Least && most <= intervals.Most);
            tighter += least > intervals.Least || most < intervals.Most ? 1 : 0;
            var (fewest, greatest) = (int.MaxValue, 0);
            // All corners where they are few, random corners and points elsewhere.
            for (int i = 0; i < (steps <= 8 ? 1 << steps : Drawn); i++)
            {
                double[] currents = [.. Enumerable.Range(0, steps).Select(t => (steps <= 8 ? i >> t & 1 : random.Next(2)) == 0 ? lower[t] : upper[t])];
                Check(currents);
            }

            for (int i = 0; i < Drawn; i++)
            {
                Check([.. Enumerable.Range(0, steps).Select(t => lower[t] + (upper[t] - lower[t]) * random.NextSingle())]);
            }

            if (soft || resetValue <= threshold)
            {
                Assert.Equal((fewest, greatest), (least, most));
            }

            void Check(double[] currents)
            {
                foreach (bool single in new[] { false, true })
                {
                    int count = Run(currents, neuron, single).Count(u => u > neuron.Threshold);
                    Assert.InRange(count, least, most);
                    (fewest, greatest) = (Math.Min(fewest, count), Math.Max(greatest, count));
                }
            }
        }

        Assert.True((!soft && resetValue >= threshold) || decay == 0 || tighter > 2, $"Tighter than the sum of steps only {tighter} times.");
    }

    /// <summary>Membranes that are known better, as those of any few runs are: their counts still hold.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void HoldWithinKnownMembranes(double threshold, double decay, bool soft, double resetValue)
    {
        var neuron = new Neuron((float)threshold, (float)decay, soft, (float)resetValue, Surrogate.Rectangular, 1);
        int tighter = 0;
        for (int repeat = 0; repeat < 300; repeat++)
        {
            using var scope = NewDisposeScope();
            int steps = 2 + random.Next(9);
            var (lower, upper) = Currents(neuron, steps);
            List<double[]> runs = [.. Enumerable.Range(0, 2 + random.Next(4)).Select(_ =>
                Run([.. Enumerable.Range(0, steps).Select(t => lower[t] + (upper[t] - lower[t]) * random.NextSingle())], neuron, single: false))];
            var hull = Enumerable.Range(0, steps).Select(t => (runs.Min(run => run[t]), runs.Max(run => run[t]))).ToArray();
            var (least, most, _) = Bounds(lower, upper, hull, neuron);
            Assert.All(runs, run => Assert.InRange(run.Count(u => u > neuron.Threshold), least, most));
            var (wideLeast, wideMost, _) = Bounds(lower, upper, null, neuron);
            Assert.True(least >= wideLeast && most <= wideMost);
            tighter += least > wideLeast || most < wideMost ? 1 : 0;
        }

        Assert.True(tighter > 10);
    }

    private static (int Least, int Most, (int Least, int Most) Intervals) Bounds(
        float[] lower, float[] upper, (double Lower, double Upper)[]? known, Neuron neuron)
    {
        int steps = lower.Length;
        var parameters = new NeuronParameters(
            (float)neuron.Threshold, (float)neuron.Decay, neuron.Soft ? Reset.Soft : Reset.Hard, (float)neuron.ResetValue, neuron.Surrogate, 1);
        var current = new Interval(tensor(lower).to(float64).view(steps, 1), tensor(upper).to(float64).view(steps, 1));
        var (spikes, membranes) = PlainNeuron.Intervals(current, parameters, steps, constant: false);
        var intervals = ((int)spikes.Lower.sum().item<double>(), (int)spikes.Upper.sum().item<double>());
        if (known is not null)
        {
            membranes = new(tensor(known.Select(step => step.Lower).ToArray()).view(steps, 1), tensor(known.Select(step => step.Upper).ToArray()).view(steps, 1));
            spikes = new(membranes.Lower.gt(neuron.Threshold).to(float64), membranes.Upper.gt(neuron.Threshold).to(float64));
        }

        var counts = SpikeCounts.Bound(current, membranes, spikes, parameters, constant: false);
        return ((int)counts.Lower.item<double>(), (int)counts.Upper.item<double>(), intervals);
    }

    // Of either sign, so that membranes fall as well; narrow and wide.
    private static (float[] Lower, float[] Upper) Currents(Neuron neuron, int steps)
    {
        double width = random.NextDouble() * neuron.Threshold;
        float[] lower = [.. Enumerable.Range(0, steps).Select(_ => (float)(neuron.Threshold * (random.NextDouble() * 2.4 - 0.9)))];
        return (lower, [.. lower.Select(from => from + (float)(random.NextDouble() * width))]);
    }

    // Membranes of every step, before the reset.
    private static double[] Run(double[] currents, Neuron neuron, bool single)
    {
        var membranes = new double[currents.Length];
        double r = 0;
        for (int t = 0; t < currents.Length; t++)
        {
            double u = single ? (float)((float)((float)neuron.Decay * (float)r) + (float)currents[t]) : neuron.Decay * r + currents[t];
            membranes[t] = u;
            r = u <= neuron.Threshold ? u : neuron.Soft ? single ? (float)(u - neuron.Threshold) : u - neuron.Threshold : neuron.ResetValue;
        }

        return membranes;
    }
}
