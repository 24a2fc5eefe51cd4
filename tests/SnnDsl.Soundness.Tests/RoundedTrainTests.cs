using SnnDsl.Certification;
using SnnDsl.Kernels;
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
            float current = (float)exact;
            for (int i = 0; i < 12; i++)
            {
                current = MathF.BitDecrement(current);
            }

            for (int i = 0; i < 24; i++, current = MathF.BitIncrement(current))
            {
                var point = tensor((double)current);
                var hull = ConstantCurrent.RoundedMembranes(new(point, point), neuron, Steps);
                foreach (bool fused in new[] { false, true })
                {
                    float[] membranes = Run(current, neuron, fused);
                    for (int t = 0; t < Steps; t++)
                    {
                        Assert.InRange(membranes[t], hull.Lower[t].item<double>(), hull.Upper[t].item<double>());
                    }

                    moved += (membranes[period - 1] > neuron.Threshold) != (current > exact) ? 1 : 0;
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
