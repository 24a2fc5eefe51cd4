using SnnDsl.Bounds;
using SnnDsl.Encoders;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// A random share of the entries of the event tensor is free, the rest is fixed: the paper's training perturbation for event inputs.
/// Not a certificate: which entries are free is drawn, not chosen by an adversary.
/// </summary>
public sealed record FreeFraction : Perturbation
{
    /// <summary>Creates the perturbation.</summary>
    /// <param name="fraction">The share of free entries, in [0, 1].</param>
    /// <param name="seed">What the draw depends on, with the sample's index, the step and the entry.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not in [0, 1].</exception>
    public FreeFraction(double fraction, long seed)
    {
        if (!(fraction is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, FormattableString.Invariant($"The free fraction is {fraction}, but it must lie in [0, 1]."));
        }

        (Fraction, Seed) = (fraction, seed);
    }

    /// <summary>The share of free entries.</summary>
    public double Fraction { get; }

    /// <summary>What the draw depends on.</summary>
    public long Seed { get; }

    /// <inheritdoc/>
    public override string Norm => "l0";

    /// <inheritdoc/>
    public override bool Certifies => false;

    /// <inheritdoc/>
    public override Tensor Distance(Tensor change) => change.IsNot(0).sum().to(ScalarType.Float64);

    /// <inheritdoc/>
    public override IPerturbedInput Apply(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        if (network.Encoding != Encoding.Spikes)
        {
            throw new ArgumentException(
                $"{network.Name} takes images, so a free fraction of spikes does not fit it: state an epsilon instead.");
        }

        InputCheck.Spikes(inputs, "a free share is not defined for them");
        var spikes = network.Encode(inputs, indices);
        var free = CounterNoise.Uniform(Seed, indices, spikes.size(1), (int)spikes.size(0), spikes.shape[2..]).IsBelow(Fraction)
            .to(spikes.dtype).to(spikes.device);
        return new BoxInput(new Interval(spikes * free.Times(-1).Plus(1), maximum(spikes, free)), hasTime: true);
    }
}
