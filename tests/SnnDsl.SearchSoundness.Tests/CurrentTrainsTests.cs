using SnnDsl.Certification.Search;
using SnnDsl.Kernels;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>The trains of constant currents under every reset, beside runs of the recursion itself, at random and next to every break point.</summary>
public class CurrentTrainsTests
{
    private const int Steps = 10;

    [Theory]
    [InlineData(0.25, 0.25, Reset.Hard, 0), InlineData(0.5, 1, Reset.Hard, 0), InlineData(0.25, 0, Reset.Hard, 0), InlineData(0.25, 0.9, Reset.Hard, 0.125)]
    [InlineData(0.3, 0.9, Reset.Hard, -0.5), InlineData(0.3, 1, Reset.Hard, 0.5), InlineData(0.25, 0, Reset.Soft, 0), InlineData(0.5, 1, Reset.Soft, 0)]
    [InlineData(0.5, 0.9, Reset.Soft, 0), InlineData(0.25, 0.25, Reset.Soft, 0), InlineData(100, 0.99, Reset.Soft, 0), InlineData(0.25, 0.5, Reset.Hard, -100)]
    public void TrainsOfRunsAreKnown(double threshold, double decay, Reset reset, double resetValue)
    {
        var neuron = new NeuronParameters((float)threshold, (float)decay, reset, (float)resetValue, Surrogate.Rectangular, 1);
        var trains = CurrentTrains.Of(neuron, Steps)!.All;
        Assert.InRange(trains.Length, 2, 100);
        for (int i = 1; i < trains.Length; i++)
        {
            // Words descend.
            int parting = Enumerable.Range(0, Steps).First(t => trains[i].Fires[t] != trains[i - 1].Fires[t]);
            Assert.True(trains[i - 1].Fires[parting]);
        }

        var random = new Random(3);
        double size = threshold + Math.Abs(resetValue), slack = OpenLayer.TrainSlack * size;
        List<float> currents = [.. Enumerable.Range(0, 300).Select(_ => (float)(((3 * random.NextDouble()) - 1) * size))];
        foreach (double end in trains.SelectMany(train => new[] { train.From + slack, train.To - slack }).Where(double.IsFinite))
        {
            float next = (float)end;
            currents.AddRange([next, MathF.BitIncrement(next), MathF.BitDecrement(next), (float)(end + (slack / 2)), (float)(end - (slack / 2))]);
        }

        foreach (float current in currents)
        {
            foreach (bool[] fires in new[] { RunDouble(current, neuron), RunSingle(current, neuron, fused: false), RunSingle(current, neuron, fused: true) })
            {
                var train = Assert.Single(trains, known => known.Fires.SequenceEqual(fires));
                Assert.InRange(current, train.From, train.To);
            }
        }
    }

    /// <summary>Too many to be kept: such layers are bounded step by step.</summary>
    [Fact]
    public void ManyTrainsAreLeftToSteps() =>
        Assert.Null(CurrentTrains.Of(new(0.5f, 1, Reset.Soft, 0, Surrogate.Rectangular, 1), 100));

    private static bool[] RunDouble(double current, NeuronParameters neuron)
    {
        double rest = 0;
        return [.. Enumerable.Range(0, Steps).Select(_ =>
        {
            double u = (neuron.Decay * rest) + current;
            bool fires = u > neuron.Threshold;
            rest = !fires ? u : neuron.Reset == Reset.Hard ? neuron.ResetValue : u - neuron.Threshold;
            return fires;
        })];
    }

    private static bool[] RunSingle(float current, NeuronParameters neuron, bool fused)
    {
        float rest = 0;
        return [.. Enumerable.Range(0, Steps).Select(_ =>
        {
            float u = fused ? MathF.FusedMultiplyAdd(neuron.Decay, rest, current) : (neuron.Decay * rest) + current;
            bool fires = u > neuron.Threshold;
            rest = !fires ? u : neuron.Reset == Reset.Hard ? neuron.ResetValue : u - neuron.Threshold;
            return fires;
        })];
    }
}
