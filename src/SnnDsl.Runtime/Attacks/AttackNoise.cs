using SnnDsl.Encoders;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>What an attack draws: a function of seed, start, step, sample and element, so that a sample is attacked alike in any batch.</summary>
/// <param name="seed">The attack's seed.</param>
internal readonly struct AttackNoise(long seed)
{
    /// <summary>Numbers in [0, 1), [samples, shape].</summary>
    /// <param name="shape">The shape for one sample.</param>
    /// <param name="like">A tensor of the type and device that they are to have.</param>
    /// <param name="indices">The samples' indices in their data set.</param>
    /// <param name="start">Which start of the attack.</param>
    /// <param name="step">Which of its steps; -1 before the first.</param>
    public Tensor Uniform(long[] shape, Tensor like, long[] indices, int start, int step) =>
        CounterNoise.Uniform(unchecked((seed * 1009 + start) * 10007 + step), indices, indices.Length, 1, shape).squeeze(0).to(like.dtype).to(like.device);

    /// <summary>A point of each sample's box, drawn uniformly.</summary>
    public Tensor Point(Bounds.Interval box, long[] indices, int start)
    {
        var (lower, upper) = box;
        return minimum(maximum(lower.Plus((upper - lower) * Uniform(lower.shape[1..], lower, indices, start, -1)), lower), upper);
    }

    /// <summary>Where no membrane is near its threshold the surrogate says nothing: such a sample takes a random step, not none for ever.</summary>
    public Tensor OrRandom(Tensor gradient, long[] indices, int start, int step)
    {
        var silent = gradient.flatten(1).abs().amax([1L]).Is(0);
        return silent.any().item<bool>()
            ? where(silent.view([-1, .. Enumerable.Repeat(1L, (int)gradient.dim() - 1)]), Uniform(gradient.shape[1..], gradient, indices, start, step).Plus(-(0.5)), gradient)
            : gradient;
    }
}
