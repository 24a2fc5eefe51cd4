using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>What attacks in l-infinity share.</summary>
internal static class SignSteps
{
    /// <summary>Moves every pixel by a step against the gradient's sign, and back into the box.</summary>
    public static Tensor Step(Tensor points, Tensor gradient, double size, Interval box)
    {
        using var guard = no_grad();
        return minimum(maximum(points - gradient.sign() * size, box.Lower), box.Upper);
    }

    /// <summary>The largest change of an element, [B].</summary>
    public static Tensor LargestChange(Tensor change) => change.abs().amax([1L]);
}
