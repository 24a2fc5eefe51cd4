using SnnDsl.Affine;
using SnnDsl.Events;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// The spikes of a layer over all time steps, not yet computed: what reads them decides in which form they come. A fully connected layer
/// or a convolution takes them as bits and adds the weights of those that are set; everything else gets a tensor of zeros and ones.
/// </summary>
public sealed class SpikeTrain : LayerSpikes<SpikeTrain, Tensor>
{
    private readonly SpikingLayer layer;
    private readonly int steps;
    private readonly bool constant;
    private readonly FlattenMap? flatten;
    private readonly Tensor? replaced;
    private Tensor? values;

    internal SpikeTrain(SpikingLayer layer, Tensor current, int steps, bool constant, FlattenMap? flatten = null, Tensor? replaced = null) =>
        (this.layer, Current, this.steps, this.constant, this.flatten, this.replaced) = (layer, current, steps, constant, flatten, replaced);

    /// <summary>The neurons' currents, [T, B, ...], or [B, ...] where they are the same at every step.</summary>
    public Tensor Current { get; }

    /// <summary>Zeros and ones, [T, B, ...].</summary>
    public Tensor ToTensor()
    {
        if (replaced is not null)
        {
            return replaced;
        }

        values ??= layer.Simulate(Current, steps, constant);
        return flatten is null ? values : flatten.Apply(values);
    }

    /// <inheritdoc/>
    private protected override Tensor Computed() => ToTensor();

    /// <inheritdoc/>
    internal override SpikeTrain Through(FlattenMap map) => new(layer, Current, steps, constant, flatten ?? map, replaced is null ? null : map.Apply(replaced));

    /// <summary>Other values in the spikes' place, which are no bits: spikes of which training leaves some out.</summary>
    /// <param name="numbers">[T, B, ...].</param>
    internal SpikeTrain Replaced(Tensor numbers) => new(layer, Current, steps, constant, flatten, numbers);

    /// <inheritdoc/>
    internal override Tensor Maximum(OrPool2dMap map, Window window)
    {
        // Spikes that something else has asked for already are there.
        if (replaced is not null || values is not null || flatten is not null || !layer.RunsFused(Current))
        {
            return map.Maximum(ToTensor());
        }

        var current = EventLayout.Inward(Current, hasTime: !constant);
        return EventLayout.Outward(new FirePoolFunction(layer.Kernel, window, map.InputShape, steps, constant).Apply(current)[0], hasTime: true);
    }

    /// <inheritdoc/>
    internal override Tensor Through(AffineMap map)
    {
        if (replaced is not null || !layer.RunsFused(Current) || map.OnEvents(flatten) is not var (events, weight, bias))
        {
            return map.Apply(ToTensor());
        }

        var pair = new EventPair(layer.Kernel, events, weight, bias, steps, constant);
        var current = EventLayout.Inward(Current, hasTime: !constant);
        long[] shape = pair.OutputShape(current.size(0), map.OutputShape);
        bool learns = is_grad_enabled() && (current.requires_grad || weight.requires_grad || bias?.requires_grad == true);
        var outputs = learns ? new FireThrough(pair, shape).Apply(current, weight, bias)[0] : FireThrough.Run(current, pair, shape);
        return EventLayout.Outward(outputs, hasTime: true);
    }
}
