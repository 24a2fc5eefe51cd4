using SnnDsl.Kernels;
using SnnDsl.Kernels.Derived;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>Interval bounds of a spiking layer over all time steps; computed when they are read, in the form in which they are read.</summary>
public sealed class NeuronIntervals
{
    private readonly Interval? sums;
    private NeuronBoxes? computed;

    internal NeuronIntervals(SpikingLayer layer, Interval current, int steps, bool constant, Interval? sums = null) =>
        (Layer, Current, Steps, IsConstant, this.sums) = (layer, current, steps, constant, sums);

    /// <summary>Bounds of the spikes.</summary>
    public SpikeIntervals Spikes => new(this);

    /// <summary>Bounds of the membranes before the reset, [T, B, ...]; of other neurons than LIF those of what is compared with the threshold.</summary>
    public Interval Membranes => Computed.Membranes;

    /// <summary>Bounds of how often each neuron fires, [B, ...].</summary>
    public Interval Counts
    {
        get
        {
            // Computed outside of the guard: what others read later keeps its graph.
            var (spikes, membranes, _) = Computed;
            using var guard = no_grad();
            return Layer.Equations.CountsGrowWithCurrents && Layer.IsFused
                ? SpikeCounts.Bound(Current, membranes, spikes, Layer.Parameters, IsConstant)
                : new(spikes.Lower.sum(0L), spikes.Upper.sum(0L));
        }
    }

    /// <summary>Bounds of the neurons' currents, [T, B, ...], or [B, ...] where they are the same at every step.</summary>
    public Interval Current { get; }

    /// <summary>T.</summary>
    internal int Steps { get; }

    /// <summary>Whether the currents are the same at every step.</summary>
    internal bool IsConstant { get; }

    /// <summary>The neurons.</summary>
    internal SpikingLayer Layer { get; }

    /// <summary>As tensors.</summary>
    internal NeuronBoxes Computed => computed ??= Layer.Bound(Current, Steps, IsConstant, sums);
}
