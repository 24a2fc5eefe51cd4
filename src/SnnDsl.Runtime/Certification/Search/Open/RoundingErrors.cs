using SnnDsl.Bounds;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search;

/// <summary>
/// What float32 may lose in one sample's forward passes, as numbers that a search takes off its bounds: an exact network whose currents may
/// be off by so much at every step has every float32 run among its own ("The float32 network as it runs" in the mathematics).
/// </summary>
/// <param name="network">The network's rounding-safe view.</param>
/// <param name="set">The whole set of a batch of one; its parts lose no more.</param>
internal sealed class RoundingErrors(RoundingSafeNetwork network, IPerturbedInput set)
{
    // A checker counts a few operations more, and rounds its units up: a proof that left nothing to spare would not be one for it.
    private const int Spare = 4;
    private const double Share = 1.3;

    private readonly IReadOnlyList<Interval> membranes = network.BoundMembranes(set).Membranes;

    /// <summary>How far the currents of every neuron of a layer may be off, at whatever step; those of trains at the first, where they are made.</summary>
    /// <param name="layer">The spiking layer.</param>
    /// <returns>[neurons].</returns>
    public double[] OfMembranes(int layer)
    {
        using var scope = NewDisposeScope();
        var neuron = network.Stages.Spiking[layer].Neurons.Parameters;
        var error = network.ErrorOf(set, membranes, layer, network.Steps, Spare);
        bool hasTrains = layer == 0 && network.Description.Encoding == Encoding.Direct
            && OpenLayer.TrainsOf(neuron, network.Steps, isRounded: true) is not null;
        return Shared(hasTrains ? error.At(0, null, 0) : RoundedNeuron.CurrentErrors(error, membranes[layer], neuron).amax([0L]));
    }

    /// <summary>How far logits that are not firing rates may be off, [classes].</summary>
    public double[] OfLogits()
    {
        using var scope = NewDisposeScope();
        int classes = network.Description.Classes;
        return Shared(network.ReadOutError(membranes, network.Steps, [classes], Spare + network.Steps));
    }

    private static double[] Shared(Tensor tensor) => tensor.Times(Share).Doubles();
}
