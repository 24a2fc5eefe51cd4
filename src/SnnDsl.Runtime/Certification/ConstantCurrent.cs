using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Membranes of neurons that get the same current I at every step, with a hard reset to 0: over each train that can occur
/// (<see cref="ConstantTrains"/>) the membrane is c_m I, m steps after a reset, c_m = 1 + d + ... + d^(m-1).
/// </summary>
internal static class ConstantCurrent
{
    /// <summary>Whether the neurons are such ones.</summary>
    public static bool Fits(NeuronParameters neuron) => ConstantTrains.Fits(neuron);

    /// <summary>The exact hull of every step's membrane, [T, B, ...].</summary>
    /// <param name="current">I, [B, ...].</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    public static Interval Membranes(Interval current, NeuronParameters neuron, int steps) =>
        Membranes(current, new ConstantTrains(neuron, steps), neuron);

    /// <summary>
    /// A hull of every step's float32 membrane, [T, B, ...]. The float32 recursion u_m = decay u_(m-1) + I is monotone in I, whichever way
    /// it rounds, so that its trains are the same ones with other break points; u_m lies within gamma_(2m) |c_m I| of c_m I, which moves a
    /// break point by no more than that share of it, twice over.
    /// </summary>
    /// <param name="current">The float32 currents, one number for all steps, [B, ...].</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    public static Interval RoundedMembranes(Interval current, NeuronParameters neuron, int steps)
    {
        double share = 4 * Rounding.Gamma(2 * steps + 4, Rounding.Single), least = steps * 16 * Rounding.Underflow;
        var (lower, upper) = Membranes(current, new ConstantTrains(neuron, steps, share), neuron);
        return new(lower - lower.abs().Times(share).Plus(least), upper.Plus(upper.abs().Times(share).Plus(least)));
    }

    private static Interval Membranes(Interval current, ConstantTrains trains, NeuronParameters neuron)
    {
        int steps = trains.Steps;
        var (lower, upper) = (new Tensor?[steps], new Tensor?[steps]);
        foreach (var train in trains.All)
        {
            var (from, to) = (current.Lower.AtLeast(train.From), current.Upper.AtMost(train.To));
            var occurs = from <= to;
            for (int t = 0; t < steps; t++)
            {
                double gain = ConstantTrains.Gain(neuron.Decay, t % train.Period + 1);
                lower[t] = Join(lower[t], from.Times(gain), occurs, double.PositiveInfinity, minimum);
                upper[t] = Join(upper[t], to.Times(gain), occurs, double.NegativeInfinity, maximum);
            }
        }

        return new(stack(lower.Select(step => step!)), stack(upper.Select(step => step!)));
    }

    /// <summary>theta_p: a current above it fires at least every p steps.</summary>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="period">p, at least 1.</param>
    public static double Threshold(NeuronParameters neuron, int period) => ConstantTrains.Break(neuron, period);

    private static Tensor Join(Tensor? known, Tensor more, Tensor occurs, double absent, Func<Tensor, Tensor, Tensor> join)
    {
        var value = where(occurs, more, more.Filled(absent));
        return known is null ? value : join(known, value);
    }
}
