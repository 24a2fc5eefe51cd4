using System.Diagnostics;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Bounds of all membranes by linear relaxation (S-CROWN), layer by layer and step by step: rows only for neurons that are unstable at
/// that step, every bound intersected with the interval one, and what follows computed from the tighter bounds. Neurons with a constant
/// current get the exact hull of their trains instead.
/// </summary>
/// <param name="network">The network.</param>
public sealed class MembraneRefiner(SpikingModule network)
{
    private TimeSpan rowTime;

    /// <summary>Bounds of all membranes, and of the last spikes; never wider than <see cref="SpikingModule.BoundMembranes"/>.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    public NetworkIntervals Refine(IPerturbedInput input) => Refine(input, Deadline.None)!;

    /// <summary>The same, if there is time for all of them.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="deadline">Until when.</param>
    /// <returns>Null if there is not: what is half refined no checker would find again.</returns>
    internal NetworkIntervals? Refine(IPerturbedInput input, Deadline deadline)
    {
        LifOnly.Require(network, "bounds of membranes by relaxation", "take intermediate bounds from s-ibp");
        // What one row of a walk took, at the last block.
        rowTime = TimeSpan.Zero;
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var membranes = network.BoundMembranes(input).Membranes.Select(known => new Interval(known.Lower.clone(), known.Upper.clone())).ToArray();
        var stages = network.Stages.Spiking;
        Interval spikes = default, counts = default;
        for (int layer = 0; layer < stages.Count; layer++)
        {
            using var inner = NewDisposeScope();
            var stage = stages[layer];
            bool constant = layer == 0 && network.Description.Encoding == Encoding.Direct;
            var current = layer == 0 ? input.Currents(stage.Map) : stage.Map.Apply(spikes);
            if (Refine(input, current, constant, stage.Neurons.Parameters, layer, membranes, deadline) is not { } refined)
            {
                return null;
            }

            spikes = refined;
            counts = network.ErrorOf(input, membranes, layer, network.Steps) is { } error
                ? RoundedNeuron.Counts(current, error, membranes[layer], spikes, stage.Neurons.Parameters, constant)
                : SpikeCounts.Bound(current, membranes[layer], spikes, stage.Neurons.Parameters, constant);
            inner.MoveToOuter(spikes.Lower, spikes.Upper, counts.Lower, counts.Upper);
        }

        foreach (var interval in membranes.Append(spikes).Append(counts))
        {
            scope.MoveToOuter(interval.Lower, interval.Upper);
        }

        return new(membranes, spikes, counts);
    }

    // Writes tighter bounds into membranes[layer]; gives those of its spikes, or null if there is no time for all of them.
    private Interval? Refine(
        IPerturbedInput input, Interval current, bool constant, NeuronParameters neuron, int layer, Interval[] membranes, Deadline deadline)
    {
        var known = membranes[layer];
        var error = network.ErrorOf(input, membranes, layer, network.Steps);
        if (constant && ConstantCurrent.Fits(neuron))
        {
            Tighten(known, error is null
                ? ConstantCurrent.Membranes(current, neuron, network.Steps)
                : ConstantCurrent.RoundedMembranes(RoundedNeuron.Membrane(current, null, error.At(0, null, 0), neuron), neuron, network.Steps));
            return Spikes(known, neuron);
        }

        Interval rest = default;
        for (int t = 0; t < network.Steps; t++)
        {
            using var scope = NewDisposeScope();
            var (l, u) = constant ? current : new(current.Lower[t], current.Upper[t]);
            if (error is not null)
            {
                Interval? last = t > 0 ? rest : null;
                (l, u) = RoundedNeuron.Membrane(new(l, u), last, error.At(t, last, neuron.Decay), neuron);
            }
            else if (t > 0)
            {
                (l, u) = (rest.Lower.Times(neuron.Decay).Plus(l), rest.Upper.Times(neuron.Decay).Plus(u));
            }

            var now = new Interval(known.Lower[t], known.Upper[t]);
            Tighten(now, new(l, u));
            // The first layer's first membrane is one affine map of the input: its interval is exact.
            if (layer + t > 0 && !Relax(input, layer, t, now, membranes, neuron, deadline))
            {
                return null;
            }

            rest = error is null ? PlainNeuron.Rest(now, neuron) : RoundedNeuron.Rest(now, neuron);
            scope.MoveToOuter(rest.Lower, rest.Upper);
        }

        return Spikes(known, neuron);
    }

    // Bounds the membranes of step t that may lie on both sides of the threshold, [B, N...]; false if there is no time for all of them.
    private bool Relax(IPerturbedInput input, int layer, int t, Interval now, Interval[] membranes, NeuronParameters neuron, Deadline deadline)
    {
        var (lower, upper) = (now.Lower.flatten(1), now.Upper.flatten(1));
        var threshold = tensor(neuron.Threshold, lower.dtype, lower.device);
        var unstable = lower.gt(threshold).logical_or(upper.le(threshold)).logical_not();
        long most = unstable.sum(1L).max().item<long>();
        if (most == 0)
        {
            return true;
        }

        // Samples differ in how many neurons are unstable; those with fewer have some stable ones bounded as well.
        var order = unstable.to(ScalarType.Int32).argsort(1, descending: true).narrow(1, 0, most);
        long block = Math.Max(1, CertificationMemory.Rows(network) / (2 * lower.shape[0]));
        foreach (var neurons in order.split(block, 1))
        {
            if (!deadline.Fits(neurons.shape[1] * rowTime))
            {
                return false;
            }

            var watch = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            var rows = zeros([.. neurons.shape, lower.shape[1]], lower.dtype, lower.device);
            rows.scatter_(2, neurons.unsqueeze(2), ones_like(neurons, lower.dtype).unsqueeze(2));
            var bounds = network.BoundRows(input, new()
            {
                Layer = layer,
                Rows = cat([rows, rows.neg()], 1).view([lower.shape[0], -1, .. now.Lower.shape[1..]]),
                Steps = t + 1,
                Membranes = membranes,
                Trains = true,
            }).Lower.nan_to_num(float.MinValue, float.MinValue, float.MinValue);
            var (below, above) = (bounds.narrow(1, 0, neurons.shape[1]), bounds.narrow(1, neurons.shape[1], neurons.shape[1]).neg());
            // Stable ones keep what they had: a sample's bounds must not depend on which others are in its batch.
            var open = unstable.gather(1, neurons);
            below = where(open, below, below.Filled(float.MinValue));
            above = where(open, above, above.Filled(float.MaxValue));
            Tighten(now, new(
                lower.scatter(1, neurons, Outward(below, -1)).view_as(now.Lower),
                upper.scatter(1, neurons, Outward(above, 1)).view_as(now.Upper)));
            rowTime = watch.Elapsed / neurons.shape[1];
        }

        return true;
    }

    // The sums behind a linear bound round: what they may have lost is given back.
    private static Tensor Outward(Tensor bound, double sign) =>
        bound.Plus(bound.abs().Plus(1).Times(sign * (bound.dtype == ScalarType.Float64 ? 1e-12 : 1e-5)));

    private static void Tighten(Interval known, Interval other)
    {
        known.Lower.copy_(maximum(known.Lower, other.Lower));
        // Rounding must not turn an interval over.
        known.Upper.copy_(maximum(minimum(known.Upper, other.Upper), known.Lower));
    }

    private static Interval Spikes(Interval membranes, NeuronParameters neuron)
    {
        var threshold = tensor(neuron.Threshold, membranes.Lower.dtype, membranes.Lower.device);
        // Positive tests: what is not a number is neither silent nor sure to fire.
        return new(membranes.Lower.gt(threshold).to(membranes.Lower.dtype), membranes.Upper.le(threshold).logical_not().to(membranes.Lower.dtype));
    }
}
