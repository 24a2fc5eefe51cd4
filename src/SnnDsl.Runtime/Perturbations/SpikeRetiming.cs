using SnnDsl.Encoders;
using SnnDsl.Evaluation.Records;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// Every spike of a recording moves by at most d steps in time, at the same pixel and polarity, within the T steps that the network
/// runs for; a bin still holds at most one spike, so that every pixel keeps its number of spikes. Optionally at most k bins of the whole
/// recording gain a spike, and so as many lose one: whoever moves at most k spikes does no more.
/// </summary>
public sealed record SpikeRetiming : Perturbation
{
    /// <summary>Creates the perturbation.</summary>
    /// <param name="jitter">d, how many steps a spike moves at most, at least 0.</param>
    /// <param name="moves">k, how many bins gain a spike at most, at least 0; null for any number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public SpikeRetiming(int jitter, int? moves = null)
    {
        if (jitter < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(jitter), jitter, $"The number of steps that a spike moves is {jitter}, but it must be at least 0.");
        }

        if (moves < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(moves), moves, $"The number of retimed spikes is {moves}, but it must be at least 0.");
        }

        (Jitter, Moves) = (jitter, moves);
    }

    /// <summary>d, how many steps a spike moves at most.</summary>
    public int Jitter { get; }

    /// <summary>k, how many bins gain a spike at most; null for any number.</summary>
    public int? Moves { get; }

    /// <inheritdoc/>
    public override string Norm => "retiming";

    /// <inheritdoc/>
    /// <remarks>By the number of spikes that move where that is limited, else by how far they do.</remarks>
    internal override PerturbationScale Scale => Moves is { } moves
        ? new(moves, true, size => new SpikeRetiming(Jitter, (int)size), IsDistance: false)
        : new(Jitter, true, size => new SpikeRetiming((int)size), IsDistance: false);

    /// <inheritdoc/>
    public override RecordedPerturbation Record(string? box = null) => new() { Norm = Norm, Jitter = Jitter, Moves = Moves };

    /// <inheritdoc/>
    public override IPerturbedInput Apply(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null) => Set(network, inputs, indices);

    /// <inheritdoc/>
    /// <remarks>Zeros and ones are exact in any precision; other values are refused.</remarks>
    public override IPerturbedInput Enclose(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null) =>
        Set(network, inputs.to(ScalarType.Float64), indices);

    /// <inheritdoc/>
    /// <remarks>Frames behind the T steps that the network runs for are as they were.</remarks>
    /// <remarks>A spike that moves leaves one bin and enters another.</remarks>
    public override Tensor Distance(Tensor change) => change.IsAbove(0).sum().to(ScalarType.Float64);

    /// <inheritdoc/>
    internal override bool Holds(NetworkInput network, Tensor input, Tensor point, ReadOnlyMemory<long>? indices)
    {
        bool isKept = point[network.Steps..].eq(input[network.Steps..]).all().item<bool>();
        return isKept && Set(network, input, indices).Holds(network.Encode(point, indices));
    }

    /// <summary>The set of a batch.</summary>
    internal RetimedInput Set(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices)
    {
        if (network.Encoding != Encoding.Spikes)
        {
            throw new ArgumentException(
                $"{network.Name} takes images, which hold no spikes to retime: state an epsilon instead.");
        }

        InputCheck.Spikes(inputs, "retiming is not defined for them");
        return new(network.Encode(inputs, indices), Jitter, Moves);
    }
}
