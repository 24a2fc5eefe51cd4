using SnnDsl.Affine;
using SnnDsl.Events;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>What lies on a linear form's way from the last spiking layer backwards, collected so that it can be walked in one go.</summary>
/// <param name="rule">Which lines.</param>
/// <param name="trains">Whether neurons with a constant current get one line for their whole train.</param>
/// <param name="links">Spiking layers and the maps behind them, from the last on.</param>
internal sealed class LinearChain(RelaxationRule rule, bool trains, IReadOnlyList<LinearChain.Link> links)
{
    /// <summary>The chain, longer by a spiking layer.</summary>
    /// <param name="neurons">The layer.</param>
    public LinearChain Relax(NeuronIntervals neurons) => new(rule, trains, [.. links, new(neurons, null, null)]);

    /// <summary>The chain, longer by a map that has an event-driven form, or by the flattening before one; null for others.</summary>
    /// <param name="map">The map.</param>
    public LinearChain? PullBack(AffineMap map) => links[^1] switch
    {
        { Map: null } last when map.OnEvents(null) is not null => new(rule, trains, [.. links.SkipLast(1), last with { Map = map }]),
        { Map: not null } last when map is FlattenMap flatten => new(rule, trains, [.. links.SkipLast(1), last with { Flatten = flatten }]),
        _ => null,
    };

    /// <summary>Walks it.</summary>
    /// <param name="form">The form on the last spiking layer's spikes.</param>
    public LinearForm Run(LinearForm form)
    {
        // A map at the end, without neurons before it, is not part of the walk.
        var tail = links[^1];
        List<RelaxationStage> stages = [];
        List<Tensor> currents = [];
        foreach (var link in links)
        {
            var neurons = link.Neurons;
            var lower = EventLayout.Inward(neurons.Current.Lower, !neurons.IsConstant);
            currents.Add(lower);
            currents.Add(EventLayout.Inward(neurons.Current.Upper, !neurons.IsConstant));
            int size = (int)(lower.numel() / lower.size(0) / (neurons.IsConstant ? 1 : neurons.Steps));
            var events = ReferenceEquals(link, tail) ? null : link.Map!.OnEvents(link.Flatten);
            stages.Add(new(
                neurons.Layer.Kernel, size, (int)lower.size(-1), neurons.IsConstant, events?.Map, events?.Weight, events?.Bias));
        }

        var top = Inward(form.Spikes!);
        var (samples, rows) = (top.size(0), top.size(2));
        var first = currents[^1];
        long[] places = first.Sizes()[(tail.Neurons.IsConstant ? 1 : 2)..];
        long[] shape = tail.Neurons.IsConstant ? [samples, rows, .. places] : [samples, form.Steps, rows, .. places];
        var plan = new RelaxationPlan(stages, rule, form.Steps, samples, (int)rows, shape, Trains(tail.Neurons));
        Tensor?[] weights = [.. stages.Where(stage => stage.Map is not null).SelectMany(stage => new[] { stage.Weight, stage.Bias })];
        bool learns = is_grad_enabled() && currents.Concat(weights).Append(top).Any(value => value?.requires_grad == true);
        var outputs = learns
            ? new RelaxChain(plan).Apply([top, .. currents, .. weights])
            : RelaxChain.Run(plan, top, [.. currents]);
        var result = form.OnCurrents(Outward(outputs[0], places.Length, !tail.Neurons.IsConstant), outputs[1]);
        if (tail.Map is not null)
        {
            result = result.PullBack(tail.Map);
        }

        return tail.Flatten is null ? result : result.PullBack(tail.Flatten);
    }

    private TrainKernel? Trains(NeuronIntervals first) =>
        trains && first.IsConstant && first.Layer.Equations.HasPeriods ? new(new(first.Layer.Parameters, first.Steps)) : null;

    // [T, B, K, (C, H, W) or N] to [B, T, K, (H, W, C) or N].
    private static Tensor Inward(Tensor a) => (a.dim() == 6 ? a.movedim([-3], [-1]) : a).transpose(0, 1).contiguous();

    private static Tensor Outward(Tensor a, int dimensions, bool hasTime)
    {
        var channels = dimensions == 3 ? a.movedim([-1], [-3]) : a;
        return hasTime ? channels.transpose(0, 1) : channels;
    }

    /// <summary>A spiking layer, and the map behind the layer before it.</summary>
    internal sealed record Link(NeuronIntervals Neurons, AffineMap? Map, FlattenMap? Flatten);
}
