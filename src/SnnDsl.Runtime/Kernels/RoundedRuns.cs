namespace SnnDsl.Kernels;

/// <summary>
/// How often a neuron fires at least and at most: <see cref="SpikeCounts"/> of currents that are off by what float32 loses, one neuron at a
/// time.
/// </summary>
/// <param name="neuron">The neurons' constants.</param>
/// <param name="steps">T.</param>
internal sealed unsafe class RoundedRuns(NeuronParameters neuron, int steps)
{
    // As in SpikeCounts.
    private readonly double slack = (neuron.Threshold + Math.Abs(neuron.ResetValue)) / (1 << 18);

    // The order of runs is lost where a spike lifts the membrane above the threshold.
    private readonly bool hasRuns = neuron.Equations.CountsGrowWithCurrents;

    /// <summary>The least and the greatest count.</summary>
    /// <param name="lower">Lower currents; step t at t * <paramref name="stride"/>.</param>
    /// <param name="upper">Upper currents.</param>
    /// <param name="stride">From step to step of these.</param>
    /// <param name="magnitude">What the errors are shares of.</param>
    /// <param name="magnitudeStride">From step to step of these.</param>
    /// <param name="costs">The errors, [T].</param>
    /// <param name="l">Lower membranes; step t at t * <paramref name="membraneStride"/>.</param>
    /// <param name="u">Upper membranes.</param>
    /// <param name="membraneStride">From step to step of these.</param>
    public (double Least, double Most) Count(
        float* lower, float* upper, nint stride, float* magnitude, nint magnitudeStride, RoundingCost[] costs, float* l, float* u, nint membraneStride)
    {
        int certain = 0, possible = 0, least = 0, most = 0;
        double low = 0, high = 0, kept = 0, lost = 0;
        for (int t = 0; t < steps; t++)
        {
            double below = l[t * membraneStride], above = u[t * membraneStride];
            (certain, possible) = (certain + (below > neuron.Threshold ? 1 : 0), possible + (above > neuron.Threshold ? 1 : 0));
            double off = (costs[t].Share * (magnitude[t * magnitudeStride] + kept)) + costs[t].Least + lost;
            double v = Math.Max((low * neuron.Decay) + lower[t * stride] - off, below);
            double w = Math.Min((high * neuron.Decay) + upper[t * stride] + off, above);
            (least, low) = v > neuron.Threshold + slack ? (least + 1, After(v)) : (least, v);
            (most, high) = w > neuron.Threshold - slack ? (most + 1, After(w)) : (most, w);
            // Of the float32 membrane: what the next step inherits at most, and what a soft reset loses.
            double reset = neuron.Reset == Reset.Soft ? Math.Max(above - neuron.Threshold, 0) : Math.Abs(neuron.ResetValue);
            double left = Math.Max(Math.Max(Math.Abs(below), Math.Abs(above)), reset);
            kept = neuron.Decay * left;
            lost = neuron.Reset == Reset.Soft ? neuron.Decay * ((reset * Rounding.Single) + Rounding.Underflow) * Rounding.Up : 0;
        }

        if (!hasRuns)
        {
            return (certain, possible);
        }

        least = Math.Max(least, certain);
        return (least, Math.Max(Math.Min(possible, most), least));
    }

    private double After(double membrane) => neuron.Reset == Reset.Hard ? neuron.ResetValue : membrane - neuron.Threshold;
}
