using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>Flips of entries of recordings, by what they promise: recordings as [B, T * elements].</summary>
internal static class FlipGains
{
    /// <summary>By how much a flip of each entry promises to lower the margin; nothing where no flip is allowed, or one was made.</summary>
    /// <param name="search">The batch under attack.</param>
    /// <param name="samples">Some of its samples.</param>
    /// <param name="points">A point of each.</param>
    /// <param name="inputs">The recordings as they are.</param>
    /// <param name="mode">Which flips are allowed.</param>
    /// <param name="gradients">What stands for a spike's gradient.</param>
    public static Tensor Of(AttackSearch search, long[] samples, Tensor points, Tensor inputs, FlipMode mode, GradientEstimator gradients)
    {
        var gains = Slopes(search, samples, points, gradients) * points.Times(2).Plus(-1);
        var allowed = mode switch
        {
            FlipMode.Insert => inputs.Is(0),
            FlipMode.Delete => inputs.Is(1),
            _ => ones_like(inputs, ScalarType.Bool),
        };
        return where(allowed & points.eq(inputs), gains, zeros_like(gains));
    }

    /// <summary>The gradient of the margin.</summary>
    public static Tensor Slopes(AttackSearch search, long[] samples, Tensor points, GradientEstimator gradients) =>
        Flat(search.Gradient(samples, Shaped(points, search.Inputs(samples)), gradients));

    /// <summary>The entries that promise most.</summary>
    public static (Tensor Gains, Tensor Order) Ranked(Tensor gains, int count)
    {
        var (values, order) = gains.topk((int)Math.Min(count, gains.shape[1]), 1, largest: true, sorted: true);
        return (values, order);
    }

    /// <summary>Flips given entries of every sample, those that promise something.</summary>
    public static Tensor Flip(Tensor points, Tensor gains, Tensor order) => FlipWhere(points, order, gains.IsAbove(0));

    /// <summary>Flips given entries of every sample, where that is wanted.</summary>
    /// <param name="points">The points.</param>
    /// <param name="order">Entries, [B, n].</param>
    /// <param name="wanted">Which of them, bool [B, n].</param>
    public static Tensor FlipWhere(Tensor points, Tensor order, Tensor wanted)
    {
        var old = points.gather(1, order);
        return points.scatter(1, order, where(wanted, old.TakenFrom(1), old));
    }

    /// <summary>[T, B, ...] as [B, T * elements].</summary>
    public static Tensor Flat(Tensor frames) => frames.transpose(0, 1).flatten(1);

    /// <summary>[B, T * elements] as [T, B, ...].</summary>
    public static Tensor Shaped(Tensor flat, Tensor frames)
    {
        long[] shape = frames.shape;
        return flat.view([shape[1], shape[0], .. shape[2..]]).transpose(0, 1).contiguous();
    }
}
