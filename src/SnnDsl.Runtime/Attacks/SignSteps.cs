using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>What attacks in boxes share.</summary>
internal static class SignSteps
{
    /// <summary>Moves every pixel by a step of its own size against the gradient's sign, and back into the box.</summary>
    public static Tensor Step(Tensor points, Tensor gradient, Tensor sizes, Interval box)
    {
        using var guard = no_grad();
        return minimum(maximum(points - gradient.sign() * sizes, box.Lower), box.Upper);
    }

    /// <summary>How far the box reaches from each pixel, on the side where it reaches further: epsilon, where it is not cut on both.</summary>
    public static Tensor Reach(Tensor inputs, Interval box) => maximum(box.Upper - inputs, inputs - box.Lower);

    /// <summary>The largest change of an element, [B].</summary>
    public static Tensor LargestChange(Tensor change) => change.abs().amax([1L]);
}
