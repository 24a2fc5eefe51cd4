using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>A network as bounds in one precision see it, with the sets of inputs that belong to it. Whatever takes a network and asks it
/// for bounds can be given the view's.</summary>
/// <remarks>Other precisions than float32 work on copies of the weights, taken when the view is made.</remarks>
public sealed class NetworkView : IDisposable
{
    // Firing rates are whole counts divided by T in float32, which loses at most 2^-24 of each, or twice that by a reciprocal; and so does
    // their difference.
    private static readonly double RateRounding = Math.ScaleB(1, -21);

    private readonly bool owns;

    /// <summary>Takes a view.</summary>
    /// <param name="network">The network, with the steps and the encoding seed that it is deployed with.</param>
    /// <param name="precision">In which arithmetic bounds are computed, and what they hold for.</param>
    /// <exception cref="InvalidOperationException">The network is in training, where it has batch normalisation or dropout.</exception>
    /// <exception cref="NotSupportedException">The bounds are to be rounding-safe, and the network is not float32, holds values that float32
    /// sums cannot carry, or has a layer whose products are not direct float32 sums on its device.</exception>
    public NetworkView(SpikingModule network, Precision precision)
    {
        if (network.training && network.TrainsOtherwise)
        {
            throw new InvalidOperationException(
                $"{network.Description.Name} has batch normalisation or dropout and is in training: call eval() first, for bounds are about the network that is deployed.");
        }

        if (precision == Precision.RoundingSafe)
        {
            RoundingSafeNetwork.Check(network);
            SumSizes.Check(network);
            SummationProbe.Check(network);
        }

        (Precision, owns) = (precision, precision != Precision.Float32);
        Network = precision switch
        {
            Precision.Float32 => network,
            Precision.Float64 => new Float64Network(network),
            _ => new RoundingSafeNetwork(network),
        };
    }

    /// <summary>In which arithmetic bounds are computed.</summary>
    public Precision Precision { get; }

    /// <summary>The network: its membranes, rows and margins are bounded in this precision; its forward pass is its own.</summary>
    public SpikingModule Network { get; }

    /// <summary>The set of perturbed inputs in this precision.</summary>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...].</param>
    /// <param name="indices">The samples' indices in their data set; null for 0..B-1.</param>
    /// <exception cref="ArgumentException">The perturbation does not fit the network.</exception>
    /// <exception cref="NotSupportedException">The perturbation has no rounding-safe bounds, or reaches further than float32 sums can carry.</exception>
    public IPerturbedInput Set(Perturbation perturbation, Tensor inputs, ReadOnlyMemory<long>? indices = null) => Precision switch
    {
        Precision.Float32 => perturbation.Apply(Network, inputs, indices),
        Precision.Float64 => perturbation.InFloat64(Network, inputs, indices),
        _ => Enclose(perturbation, inputs, indices),
    };

    /// <summary>Bounds of margins as they are reported: float32, never above the bounds computed.</summary>
    /// <param name="bounds">Lower bounds from <see cref="Network"/>, of margins.</param>
    /// <returns>In rounding-safe mode bounds of the differences of the float32 logits, exact ones and those that float32 gives.</returns>
    public Tensor Report(Tensor bounds)
    {
        if (Precision == Precision.RoundingSafe && Network.Description.ReadsSpikes)
        {
            // Equal counts give equal rates: a bound of 0 stays one.
            bounds = where(bounds == zeros_like(bounds), bounds, bounds.Plus(-RateRounding));
        }

        // A bound that overflowed says nothing: the least number is a lower bound of everything.
        var nearest = SlopeOptimiser.Finite(bounds).to(ScalarType.Float32);
        var below = nextafter(nearest, nearest.Filled(float.NegativeInfinity));
        return SlopeOptimiser.Finite(where(nearest.to(ScalarType.Float64) > bounds.to(ScalarType.Float64), below, nearest));
    }

    private IPerturbedInput Enclose(Perturbation perturbation, Tensor inputs, ReadOnlyMemory<long>? indices)
    {
        var set = perturbation.Enclose(Network, inputs, indices);
        if (set is BoxInput box)
        {
            InputCheck.Size(box);
        }

        return set;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (owns)
        {
            Network.Dispose();
        }
    }
}
