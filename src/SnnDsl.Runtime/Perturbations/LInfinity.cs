using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Every pixel moves by at most epsilon: the box [x - eps, x + eps], cut to the data's range [0, 1] unless told otherwise.</summary>
public sealed record LInfinity : Perturbation
{
    /// <summary>Creates the perturbation.</summary>
    /// <param name="epsilon">How far a pixel moves, in units of the data's range; at least 0.</param>
    /// <param name="clamp">Whether the box is cut to [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative or not a number.</exception>
    public LInfinity(double epsilon, bool clamp = true)
    {
        if (!(epsilon >= 0) || double.IsInfinity(epsilon))
        {
            throw new ArgumentOutOfRangeException(
                nameof(epsilon), epsilon, FormattableString.Invariant($"Epsilon is {epsilon}, but it must be a number of at least 0: pixels lie in [0, 1]."));
        }

        (Epsilon, Clamp) = (epsilon, clamp);
    }

    /// <summary>How far a pixel moves.</summary>
    public double Epsilon { get; }

    /// <summary>Whether the box is cut to [0, 1].</summary>
    public bool Clamp { get; }

    /// <inheritdoc/>
    public override string Norm => "linf";

    /// <summary>The box around pixels [B, ...].</summary>
    /// <param name="pixels">The pixels.</param>
    public Interval Box(Tensor pixels)
    {
        var (lower, upper) = (pixels.Plus(-Epsilon), pixels.Plus(Epsilon));
        return Clamp ? new(lower.AtLeast(0), upper.AtMost(1)) : new(lower, upper);
    }

    /// <inheritdoc/>
    public override IPerturbedInput Apply(SpikingModule network, Tensor inputs, ReadOnlyMemory<long>? indices = null) =>
        Within(network, Box(inputs), inputs, indices);

    /// <inheritdoc/>
    /// <remarks>The ends of <see cref="Box"/> as float32 arithmetic gives them, or those of the exact box rounded outward, whichever
    /// reach further.</remarks>
    public override IPerturbedInput Enclose(SpikingModule network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        var own = Box(inputs.to(ScalarType.Float32));
        var pixels = inputs.to(ScalarType.Float32).to(ScalarType.Float64);
        // x - eps rounds by at most 2^-53 (|x| + eps); the rest of 2^-50 pays for a decimal epsilon's own conversion.
        var slack = pixels.abs().Plus(Epsilon).Times(8 * Rounding.Double);
        var lower = minimum(own.Lower.to(ScalarType.Float64), pixels.Plus(-Epsilon) - slack);
        var upper = maximum(own.Upper.to(ScalarType.Float64), pixels.Plus(Epsilon).Plus(slack));
        return Within(network, Clamp ? new(lower.AtLeast(0), upper.AtMost(1)) : new(lower, upper), pixels, indices);
    }

    private static IPerturbedInput Within(SpikingModule network, Interval box, Tensor pixels, ReadOnlyMemory<long>? indices) =>
        network.Description.Encoding switch
        {
            Encoding.Direct => new BoxInput(box, hasTime: false),
            Encoding.Poisson => new PoissonInput(box, network.Noise(pixels, indices)),
            _ => throw new ArgumentException(
                $"{network.Description.Name} takes recorded spikes, so an epsilon does not fit it: state a number of flips instead."),
        };
}
