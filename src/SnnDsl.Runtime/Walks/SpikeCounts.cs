using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// How often neurons fire. Counts grow with currents, though single spikes do not: of two neurons with currents I &lt;= I', the second has
/// fired at least as often at every step. So two runs, on the least and on the greatest currents, bound the count of all others.
/// </summary>
internal static class SpikeCounts
{
    // In units of threshold and reset value: membranes that close to the threshold count as on its harmless side.
    private const double Slack = 1.0 / (1 << 18);

    /// <summary>Bounds of the number of spikes, [B, ...].</summary>
    /// <param name="current">Bounds of the currents, [T, B, ...], or [B, ...] where they are the same at every step.</param>
    /// <param name="membranes">Bounds of the membranes, [T, B, ...].</param>
    /// <param name="spikes">Bounds of the spikes, [T, B, ...].</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="constant">Whether the currents are the same at every step.</param>
    public static Interval Bound(Interval current, Interval membranes, Interval spikes, NeuronParameters neuron, bool constant)
    {
        var (least, most) = (spikes.Lower.sum(0L), spikes.Upper.sum(0L));
        // The order of runs is lost where a spike lifts the membrane above the threshold.
        if (!neuron.Equations.CountsGrowWithCurrents)
        {
            return new(least, most);
        }

        double slack = Slack * (neuron.Threshold + Math.Abs(neuron.ResetValue));
        var low = Run(current.Lower, membranes.Lower, neuron, neuron.Threshold + slack, constant, maximum);
        var high = Run(current.Upper, membranes.Upper, neuron, neuron.Threshold - slack, constant, minimum);
        least = maximum(least, low);
        return new(least, maximum(minimum(most, high), least));
    }

    private static Tensor Run(
        Tensor current, Tensor bound, NeuronParameters neuron, double threshold, bool constant, Func<Tensor, Tensor, Tensor> within)
    {
        // In float64: a float32 membrane could not tell the slack from nothing where the threshold is large.
        var count = zeros(bound.shape[1..], float64, bound.device);
        var (rest, th) = (zeros_like(count), tensor(threshold, float64, bound.device));
        for (int t = 0; t < bound.shape[0]; t++)
        {
            WalkLimit.ThrowIfOver();
            var u = within(rest.Times(neuron.Decay).Plus((constant ? current : current[t]).to(float64)), bound[t].to(float64));
            var fires = u > th;
            count = count.Plus(fires.to(float64));
            rest = where(fires, neuron.Reset == Reset.Hard ? u.Filled(neuron.ResetValue) : u - th, u);
        }

        return count.to(bound.dtype);
    }
}
