using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>Both sides of a neuron's guard: where each is possible, and which part of a box of its states lies there.</summary>
internal static class GuardSides
{
    /// <summary>Where a neuron cannot fire, and where it must; elsewhere it is open.</summary>
    /// <param name="guard">Bounds of w . y.</param>
    /// <param name="rule">When it fires.</param>
    public static (Tensor Silent, Tensor Fires) Settled(Interval guard, SpikeRule rule)
    {
        var threshold = tensor(rule.Threshold, guard.Lower.dtype, guard.Lower.device);
        return rule.FiresAtThreshold
            ? (guard.Upper < threshold, guard.Lower >= threshold)
            : (guard.Upper <= threshold, guard.Lower > threshold);
    }

    /// <summary>Bounds of the spikes: 1 where it must fire, 0 where it cannot, both where it is open.</summary>
    /// <param name="guard">Bounds of w . y.</param>
    /// <param name="rule">When it fires.</param>
    public static Interval Spikes(Interval guard, SpikeRule rule)
    {
        var (silent, fires) = Settled(guard, rule);
        return new(fires.to(guard.Lower.dtype), silent.logical_not().to(guard.Lower.dtype));
    }

    /// <summary>
    /// The part of a box on one side of the guard, state by state: silent, w_i y_i &lt;= th - (the least of the others); fired,
    /// w_i y_i &gt;= th - (the greatest of the others). It means nothing where that side is impossible.
    /// </summary>
    /// <param name="box">Bounds of the states.</param>
    /// <param name="neuron">The equations.</param>
    /// <param name="fired">Which side.</param>
    /// <param name="off">How far w . y lies from what is compared with the threshold, at most; null for nowhere.</param>
    public static Interval[] Cut(IReadOnlyList<Interval> box, NeuronEquations neuron, bool fired, Tensor? off = null)
    {
        Interval[] cut = [.. box];
        int[] weighed = [.. Enumerable.Range(0, neuron.Size).Where(i => neuron.Guard[i] != 0)];
        foreach (int i in weighed)
        {
            double weight = neuron.Guard[i];
            bool capsUpper = weight > 0 != fired;
            var (lower, upper) = box[i];
            if (weighed.Length == 1 && off is null)
            {
                double end = neuron.Spike.Threshold / weight, room = Math.Abs(weight) == 1 ? 0 : Room(lower) * Math.Abs(end);
                cut[i] = capsUpper ? new(lower, upper.AtMost(end + room)) : new(lower.AtLeast(end - room), upper);
                continue;
            }

            Tensor? others = null, size = null;
            foreach (int j in weighed.Where(j => j != i))
            {
                var term = box[j].Scaled(neuron.Guard[j]);
                others = others.And(fired ? term.Upper : term.Lower);
                size = size.And(maximum(term.Lower.abs(), term.Upper.abs()));
            }

            // The end is itself a rounded number: outward by more than it lost.
            var edge = (others ?? zeros_like(lower)).TakenFrom(neuron.Spike.Threshold).Times(1 / weight);
            var slack = (size ?? zeros_like(lower)).Plus(Math.Abs(neuron.Spike.Threshold)).Times(Room(lower) / Math.Abs(weight)).detach();
            slack = off is null ? slack : slack.Plus(off.Times((1 + Room(lower)) / Math.Abs(weight)));
            cut[i] = capsUpper ? new(lower, minimum(upper, edge.Plus(slack))) : new(maximum(lower, edge - slack), upper);
        }

        return cut;
    }

    /// <summary>What a few operations lose, as a share of the magnitudes in them.</summary>
    /// <param name="like">In which precision.</param>
    public static double Room(Tensor like) => 16 * (like.dtype == ScalarType.Float64 ? Rounding.Double : Rounding.Single);
}
