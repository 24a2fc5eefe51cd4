using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Neurons that get the same current I at every step (the first spiking layer under direct encoding), with a hard reset to 0. The whole
/// train is then a function of the one number I: the neuron fires with period p, the least p with
/// I &gt; theta_p = th (1 - d) / (1 - d^p), or never within T steps. So at most T + 1 trains occur, and over each the membrane is
/// c_m I, m steps after a reset, c_m = 1 + d + ... + d^(m-1).
/// </summary>
internal static class ConstantCurrent
{
    // Near a break point both trains count: in floating point it is not known exactly where the train changes.
    private const double Slack = 1e-6;

    /// <summary>Whether the neurons are such ones.</summary>
    public static bool Fits(NeuronParameters neuron) => neuron is { Reset: Reset.Hard, ResetValue: 0, Threshold: > 0 };

    /// <summary>The exact hull of every step's membrane, [T, B, ...].</summary>
    /// <param name="current">I, [B, ...].</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    public static Interval Membranes(Interval current, NeuronParameters neuron, int steps) =>
        Membranes(current, neuron, steps, _ => Slack);

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
        double share = 2 * Rounding.Gamma(2 * steps + 4, Rounding.Single), least = steps * 16 * Rounding.Underflow;
        var (lower, upper) = Membranes(current, neuron, steps, threshold => share * threshold + least);
        return new(lower - lower.abs().Times(share).Plus(least), upper + upper.abs().Times(share).Plus(least));
    }

    private static Interval Membranes(Interval current, NeuronParameters neuron, int steps, Func<double, double> slack)
    {
        var (low, high) = current;
        var (lower, upper) = (new Tensor?[steps], new Tensor?[steps]);
        for (int period = 1; period <= steps + 1; period++)
        {
            // The currents of this train: above theta_p (the last train is silence: any), up to theta_(p-1).
            var from = period > steps ? low : maximum(low, Number(Below(period), low));
            var to = period == 1 ? high : minimum(high, Number(Above(period - 1), high));
            var occurs = from <= to;
            for (int t = 0; t < steps; t++)
            {
                double weight = Weight(neuron.Decay, t % period + 1);
                var (l, u) = (from.Times(weight), to.Times(weight));
                lower[t] = Join(lower[t], l, occurs, double.PositiveInfinity, minimum);
                upper[t] = Join(upper[t], u, occurs, double.NegativeInfinity, maximum);
            }
        }

        return new(stack(lower.Select(step => step!)), stack(upper.Select(step => step!)));

        double Below(int period) => Threshold(neuron, period) - slack(Threshold(neuron, period));
        double Above(int period) => Threshold(neuron, period) + slack(Threshold(neuron, period));
    }

    /// <summary>theta_p: a current above it fires at least every p steps.</summary>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="period">p, at least 1.</param>
    public static double Threshold(NeuronParameters neuron, int period) => neuron.Threshold / Weight(neuron.Decay, period);

    // 1 + d + ... + d^(m-1).
    private static double Weight(double decay, int steps) => Enumerable.Range(0, steps).Sum(i => Math.Pow(decay, i));

    private static Tensor Join(Tensor? known, Tensor more, Tensor occurs, double absent, Func<Tensor, Tensor, Tensor> join)
    {
        var value = where(occurs, more, full_like(more, absent));
        return known is null ? value : join(known, value);
    }

    private static Tensor Number(double value, Tensor like) => tensor(value, like.dtype, like.device);
}
