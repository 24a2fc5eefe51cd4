using SnnDsl.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Gradient ascent on slopes in [0, 1], by Adam (Kingma and Ba 2015), each step cut to the range. Rows do not influence each other, so
/// any of them can leave at any time.
/// </summary>
internal sealed class Ascent
{
    private const double Momentum = 0.9, Memory = 0.99, Tiny = 1e-8, LastShare = 0.1;

    private readonly double size;
    private readonly double shrink;
    private Tensor[] slopes;
    private Tensor[] means;
    private Tensor[] squares;
    private int taken;

    /// <param name="start">By layer, [T, B, K, N...].</param>
    /// <param name="size">How far the first step moves a slope.</param>
    /// <param name="steps">How many steps there will be.</param>
    public Ascent(Tensor[] start, double size, int steps)
    {
        slopes = [.. start.Select(slope => slope.detach().clone().requires_grad_())];
        means = [.. start.Select(slope => zeros_like(slope))];
        squares = [.. start.Select(slope => zeros_like(slope))];
        this.size = size;
        shrink = Math.Pow(LastShare, 1.0 / steps);
    }

    /// <summary>By layer, [T, B, K, N...], requiring gradients.</summary>
    public IReadOnlyList<Tensor> Slopes => slopes;

    /// <summary>Moves the slopes so that a value grows.</summary>
    /// <param name="value">What was computed from the slopes, with its graph; a number.</param>
    public void Step(Tensor value)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var gradients = autograd.grad([value], slopes);
        double now = size * Math.Pow(shrink, taken++);
        double unbias = 1 / (1 - Math.Pow(Momentum, taken)), unbiasSquare = 1 / (1 - Math.Pow(Memory, taken));
        using Scalar zero = 0.0, one = 1.0;
        for (int layer = 0; layer < slopes.Length; layer++)
        {
            // An infinite line somewhere must not end the whole climb.
            var gradient = gradients[layer].nan_to_num(0, 0, 0);
            means[layer].TimesInPlace(Momentum).add_(gradient.Times(1 - Momentum), one);
            squares[layer].TimesInPlace(Memory).add_((gradient * gradient).Times(1 - Memory), one);
            var scale = squares[layer].Times(unbiasSquare).sqrt_().Plus(Tiny);
            slopes[layer].add_(means[layer].Times(now * unbias).div_(scale), one).clamp_(zero, one);
        }
    }

    /// <summary>Drops all samples but some.</summary>
    /// <param name="samples">Those that stay, int64 [B'].</param>
    public void Keep(Tensor samples)
    {
        slopes = [.. slopes.Select(slope => slope.detach().index_select(1, samples).requires_grad_())];
        means = [.. means.Select(mean => mean.index_select(1, samples))];
        squares = [.. squares.Select(square => square.index_select(1, samples))];
    }
}
