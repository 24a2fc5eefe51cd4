using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Trains of constant float32 currents: break points move by rounding, and the hull must know it.</summary>
public class RoundedTrainTests
{
    private const int Steps = 10;

    /// <summary>Currents within some units in the last place of a break point, by both recursions that float32 knows.</summary>
    [Theory]
    [InlineData(0.25, 0.25), InlineData(0.25, 0.9), InlineData(0.5, 1), InlineData(0.25, 0), InlineData(1, 0.5), InlineData(100, 0.99)]
    public void TheHullHoldsFloatMembranes(double threshold, double decay)
    {
        using var scope = NewDisposeScope();
        var neuron = new NeuronParameters((float)threshold, (float)decay, Reset.Hard, 0, Surrogate.Rectangular, 1);
        int moved = 0;
        for (int period = 1; period <= Steps; period++)
        {
            double exact = ConstantCurrent.Threshold(neuron, period);
            int bits = BitConverter.SingleToInt32Bits((float)exact);
            float[] currents = [.. Enumerable.Range(bits - 12, 24).Select(BitConverter.Int32BitsToSingle)];
            var points = tensor(currents).to(float64);
            var hull = ConstantCurrent.RoundedMembranes(new(points, points), neuron, Steps);
            double[][] least = [.. Enumerable.Range(0, Steps).Select(t => Values.Of(hull.Lower[t]))];
            double[][] most = [.. Enumerable.Range(0, Steps).Select(t => Values.Of(hull.Upper[t]))];
            for (int i = 0; i < currents.Length; i++)
            {
                foreach (bool fused in new[] { false, true })
                {
                    float[] membranes = Run(currents[i], neuron, fused);
                    for (int t = 0; t < Steps; t++)
                    {
                        Assert.InRange(membranes[t], least[t][i], most[t][i]);
                    }

                    moved += (membranes[period - 1] > neuron.Threshold) != (currents[i] > exact) ? 1 : 0;
                }
            }
        }

        // What makes the test worth its time: without rounding no break point would have moved.
        Assert.True(decay == 0 || moved > 0, $"No break point moved at decay {decay}.");
    }

    private static float[] Run(float current, NeuronParameters neuron, bool fused)
    {
        float rest = 0;
        return [.. Enumerable.Range(0, Steps).Select(_ =>
        {
            float u = fused ? MathF.FusedMultiplyAdd(neuron.Decay, rest, current) : neuron.Decay * rest + current;
            rest = u > neuron.Threshold ? 0 : u;
            return u;
        })];
    }
}
