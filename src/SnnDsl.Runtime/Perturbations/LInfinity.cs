using SnnDsl.Bounds;
using SnnDsl.Evaluation.Records;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Every pixel moves by at most epsilon: the box [x - eps, x + eps], cut to the data's range [0, 1] unless told otherwise.</summary>
public sealed record LInfinity : BoxPerturbation
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

    /// <inheritdoc/>
    public override bool Clamp { get; }

    /// <inheritdoc/>
    public override string Norm => "linf";

    /// <inheritdoc/>
    public override RecordedPerturbation Record(string? box = null) => new() { Norm = Norm, Epsilon = Epsilon, Clamp = Clamp, Box = box };

    /// <inheritdoc/>
    internal override PerturbationScale Scale => new(Epsilon, false, size => new LInfinity(size, Clamp), IsDistance: true);

    /// <inheritdoc/>
    public override Interval Box(Tensor pixels, ReadOnlyMemory<long>? indices = null) => Checked(pixels, new(pixels.Plus(-Epsilon), pixels.Plus(Epsilon)));
}
