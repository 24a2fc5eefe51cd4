using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>
/// Neurons that get the same current I at every step and are reset to 0. m steps after a reset the membrane is c_m I,
/// c_m = 1 + d + ... + d^(m-1), so a neuron fires with period p, the least p with c_p I above the threshold, or never within T steps.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class PeriodicTrains<T>
    where T : struct, IReal<T>
{
    // c_1 .. c_T, and the currents above which it fires within 1 .. T steps.
    private readonly Interval<T>[] grown;
    private readonly Interval<T>[] breaks;

    /// <summary>Prepares.</summary>
    /// <param name="neurons">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    public PeriodicTrains(Neurons neurons, int steps)
    {
        grown = new Interval<T>[steps];
        grown[0] = T.One;
        for (int m = 1; m < steps; m++)
        {
            grown[m] = (grown[m - 1] * T.From(neurons.Decay)) + T.One;
        }

        breaks = [.. grown.Select(weight => (Interval<T>)T.From(neurons.Threshold) / weight)];
    }

    /// <summary>The membrane at a step, and whether it fires, over all trains that currents in an interval can cause.</summary>
    /// <param name="current">The interval of I.</param>
    /// <param name="t">The step.</param>
    /// <param name="periods">The periods that count, T + 1 for silence.</param>
    /// <param name="blur">How far the currents at which trains change are blurred.</param>
    /// <returns>Null if no current in the interval has such a period.</returns>
    public (Interval<T> Membrane, Phase Phase)? At(Interval<T> current, int t, (int First, int Last) periods, double blur = 0)
    {
        (Interval<T> Membrane, Phase Phase)? hull = null;
        for (int period = periods.First; period <= periods.Last; period++)
        {
            var train = Currents(current, period, breaks.Length, T.From(blur));
            if (!(train.Lower <= train.Upper))
            {
                continue;
            }

            var membrane = grown[t % period] * train;
            var phase = (t + 1) % period == 0 ? Phase.Fires : Phase.Silent;
            hull = hull is var (others, known) ? (others.Join(membrane), known == phase ? phase : Phase.Open) : (membrane, phase);
        }

        return hull;
    }

    /// <summary>
    /// At most the least value of sum_t a[t] s[t] + w u[S-1] - k I over the currents I of an interval: linear in I over each train's
    /// currents, so that their ends decide.
    /// </summary>
    /// <param name="current">The interval of I.</param>
    /// <param name="periods">The periods that count, T + 1 for silence.</param>
    /// <param name="onSpikes">a, for S steps.</param>
    /// <param name="onLast">w.</param>
    /// <param name="slope">k.</param>
    /// <param name="blur">How far the currents at which trains change are blurred.</param>
    public T Least(Interval<T> current, (int First, int Last) periods, T[] onSpikes, T onLast, T slope, double blur = 0)
    {
        T? least = null;
        // Within S steps all longer periods are silence too.
        int silence = onSpikes.Length + 1;
        for (int period = Math.Min(periods.First, silence); period <= Math.Min(periods.Last, silence); period++)
        {
            var train = Currents(current, period, onSpikes.Length, T.From(blur));
            if (!(train.Lower <= train.Upper))
            {
                continue;
            }

            Interval<T> spikes = default(T);
            for (int t = period - 1; t < onSpikes.Length; t += period)
            {
                spikes += onSpikes[t];
            }

            var weight = (grown[(onSpikes.Length - 1) % period] * onLast) - slope;
            T lower = T.Min((spikes + (weight * train.Lower)).Lower, (spikes + (weight * train.Upper)).Lower);
            least = least is { } other ? T.Min(other, lower) : lower;
        }

        return least!.Value;
    }

    // Period p: I above break p, at most break p - 1. The last train is silence.
    private Interval<T> Currents(Interval<T> current, int period, int steps, T blur) => new(
        period > steps ? current.Lower : T.Max(current.Lower, T.Below(breaks[period - 1].Lower - blur)),
        period == 1 ? current.Upper : T.Min(current.Upper, T.Above(breaks[period - 2].Upper + blur)));
}
