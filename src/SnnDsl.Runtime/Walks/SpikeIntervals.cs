using SnnDsl.Affine;
using SnnDsl.Events;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>
/// Bounds of a layer's spikes, not yet computed: what reads them decides in which form they come. A spike is certain, open or impossible;
/// a fully connected layer or a convolution takes that as two bits, everything else as two tensors of zeros and ones.
/// </summary>
public sealed class SpikeIntervals : LayerSpikes<SpikeIntervals, Interval>
{
    private readonly NeuronIntervals neurons;
    private readonly FlattenMap? flatten;

    internal SpikeIntervals(NeuronIntervals neurons, FlattenMap? flatten = null) => (this.neurons, this.flatten) = (neurons, flatten);

    /// <summary>Lower is 1 where a neuron must fire, upper is 1 where it may, [T, B, ...].</summary>
    public Interval ToInterval()
    {
        var spikes = neurons.Computed.Spikes;
        return flatten is null ? spikes : flatten.Apply(spikes);
    }

    /// <inheritdoc/>
    private protected override Interval Computed() => ToInterval();

    /// <inheritdoc/>
    internal override Interval Maximum(OrPool2dMap map, Window window) => map.Apply(ToInterval());

    /// <inheritdoc/>
    internal override SpikeIntervals Through(FlattenMap map) => new(neurons, flatten ?? map);

    /// <inheritdoc/>
    internal override Interval Through(AffineMap map)
    {
        var (layer, current, steps, constant) = (neurons.Layer, neurons.Current, neurons.Steps, neurons.IsConstant);
        if (!layer.RunsFused(current.Lower) || map.OnEvents(flatten) is not var (events, weight, bias))
        {
            return map.Apply(ToInterval());
        }

        var pair = new EventPair(layer.Kernel, events, weight, bias, steps, constant);
        var lower = EventLayout.Inward(current.Lower, hasTime: !constant);
        var upper = EventLayout.Inward(current.Upper, hasTime: !constant);
        long[] shape = pair.OutputShape(lower.size(0), map.OutputShape);
        bool learns = is_grad_enabled() && (lower.requires_grad || upper.requires_grad || weight.requires_grad || bias?.requires_grad == true);
        var outputs = learns
            ? new IntervalsThrough(pair, shape).Apply(lower, upper, weight, bias)
            : IntervalsThrough.Run(lower, upper, pair, shape);
        return new(EventLayout.Outward(outputs[0], hasTime: true), EventLayout.Outward(outputs[1], hasTime: true));
    }
}
