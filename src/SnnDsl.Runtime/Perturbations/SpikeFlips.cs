using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>At most k entries of the event tensor are flipped, anywhere (l0).</summary>
public sealed record SpikeFlips : Perturbation
{
    /// <summary>Creates the perturbation.</summary>
    /// <param name="count">k, at least 0.</param>
    /// <param name="mode">Which entries may be flipped.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public SpikeFlips(int count, FlipMode mode = FlipMode.Both)
    {
        if (count < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The number of flips is {count}, but it must be at least 0.");
        }

        (Count, Mode) = (count, mode);
    }

    /// <summary>k.</summary>
    public int Count { get; }

    /// <summary>Which entries may be flipped.</summary>
    public FlipMode Mode { get; }

    /// <inheritdoc/>
    public override string Norm => "l0";

    /// <inheritdoc/>
    public override IPerturbedInput Apply(SpikingModule network, Tensor inputs, ReadOnlyMemory<long>? indices = null) =>
        network.Description.Encoding == Encoding.Spikes
            ? new FlippedInput(network.Encode(inputs, indices), Count, Mode)
            : throw new ArgumentException(
                $"{network.Description.Name} takes images, so flips of spikes do not fit it: state an epsilon instead.");

    /// <inheritdoc/>
    /// <remarks>Zeros and ones are exact in any precision; other values are refused.</remarks>
    public override IPerturbedInput Enclose(SpikingModule network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        var spikes = inputs.to(ScalarType.Float64);
        return (spikes * spikes).eq(spikes).all().item<bool>()
            ? Apply(network, spikes, indices)
            : throw new ArgumentException("The recordings hold values other than 0 and 1, which flips are not defined for.", nameof(inputs));
    }
}
