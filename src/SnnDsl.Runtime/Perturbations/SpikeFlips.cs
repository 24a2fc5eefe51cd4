using SnnDsl.Encoders;
using SnnDsl.Evaluation.Records;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>At most k entries of the event tensor are flipped, anywhere (l0).</summary>
public sealed record SpikeFlips : Perturbation
{
    /// <summary>Creates the perturbation.</summary>
    /// <param name="count">k, at least 0.</param>
    /// <param name="mode">Which entries may be flipped.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or there is no such mode.</exception>
    public SpikeFlips(int count, FlipMode mode = FlipMode.Both)
    {
        if (count < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The number of flips is {count}, but it must be at least 0.");
        }

        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, $"There is no flip mode {mode}: choose one of {string.Join(", ", Enum.GetNames<FlipMode>())}.");
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
    internal override PerturbationScale Scale => new(Count, true, size => new SpikeFlips((int)size, Mode), IsDistance: true);

    /// <inheritdoc/>
    public override RecordedPerturbation Record(string? box = null) => new() { Norm = Norm, Flips = Count, FlipMode = Mode.ToString().ToLowerInvariant() };

    /// <inheritdoc/>
    public override IPerturbedInput Apply(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        if (network.Encoding != Encoding.Spikes)
        {
            throw new ArgumentException(
                $"{network.Name} takes images, so flips of spikes do not fit it: state an epsilon instead.");
        }

        InputCheck.Spikes(inputs, "flips are not defined for them");
        return new FlippedInput(network.Encode(inputs, indices), Count, Mode);
    }

    /// <inheritdoc/>
    public override Tensor Distance(Tensor change) => change.IsNot(0).sum().to(ScalarType.Float64);

    /// <inheritdoc/>
    internal override bool Holds(NetworkInput network, Tensor input, Tensor point, ReadOnlyMemory<long>? indices)
    {
        var change = point - input;
        bool isSpikes = (point * point).eq(point).all().item<bool>();
        bool isAllowed = Mode switch
        {
            FlipMode.Insert => change.IsAtLeast(0).all().item<bool>(),
            FlipMode.Delete => change.IsAtMost(0).all().item<bool>(),
            _ => true,
        };
        return isSpikes && isAllowed && change.IsNot(0).sum().Whole() <= Count;
    }

    /// <inheritdoc/>
    /// <remarks>Zeros and ones are exact in any precision; other values are refused.</remarks>
    public override IPerturbedInput Enclose(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null) =>
        Apply(network, inputs.to(ScalarType.Float64), indices);
}
