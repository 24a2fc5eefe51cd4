using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>
/// Deterministic codes that make recordings of spikes from numbers, for <see cref="Dataset.FromSpikes"/> and networks with Encoding.Spikes. Certificates of
/// such networks are about spikes that are flipped or moved, not about the numbers that they were made from.
/// </summary>
public static class SpikeCodes
{
    /// <summary>
    /// Latency: a value x in (0, 1] spikes once, the sooner the larger it is, at t = min(T - 1, floor((1 - x) T)); 0 never spikes.
    /// </summary>
    /// <param name="values">[N, ...], float32 or float64, in [0, 1].</param>
    /// <param name="steps">T, at least 1.</param>
    /// <returns>Spikes, bool [N, T, ...].</returns>
    /// <exception cref="ArgumentException">There is no dimension, a value lies outside [0, 1], or T is below 1.</exception>
    public static Tensor Latency(Tensor values, int steps)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Check(values, 1, "[N, ...]");
        using var scope = NewDisposeScope();
        // Held while native code reads them: temporary ones may be finalised before.
        using Scalar none = 0, one = 1, count = steps, last = steps - 1;
        if (!values.ge(none).logical_and(values.le(one)).all().item<bool>())
        {
            throw new ArgumentException("A latency code is of values in [0, 1], but some lie outside: scale them first.", nameof(values));
        }

        // In float64 both operations on a float32 are exact enough that each step has the values that the formula says.
        var wide = values.to(ScalarType.Float64);
        var times = wide.neg().add(one, one).mul(count).floor().clamp(max: last).unsqueeze(1);
        var at = arange(none, count, one, ScalarType.Float64, values.device).view([1, steps, .. Enumerable.Repeat(1L, (int)values.dim() - 1)]);
        return (times == at).logical_and(wide.unsqueeze(1).gt(none)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Delta: an "on" spike at each step at which a series rose by more than a threshold since the step before, and an "off" spike, in channels of their own,
    /// where it fell by more. Nothing spikes at the first step.
    /// </summary>
    /// <param name="series">[N, T, features] or [N, T, C, H, W], float32 or float64.</param>
    /// <param name="threshold">Above 0.</param>
    /// <returns>Spikes, bool [N, T, 2 features] or [N, T, 2 C, H, W]: first all that rose, then all that fell.</returns>
    /// <exception cref="ArgumentException">Shape, type or threshold do not fit, or a value is not finite.</exception>
    public static Tensor Delta(Tensor series, double threshold)
    {
        ArgumentNullException.ThrowIfNull(series);
        Check(series, 3, "[N, T, features] or [N, T, C, H, W]");
        if (!(threshold > 0 && double.IsFinite(threshold)))
        {
            throw new ArgumentException(FormattableString.Invariant($"The threshold of a delta code is {threshold}, but it must be a number above 0."), nameof(threshold));
        }

        using var scope = NewDisposeScope();
        if (!series.isfinite().all().item<bool>())
        {
            throw new ArgumentException("A delta code is of finite values, but some are not.", nameof(series));
        }

        var wide = series.to(ScalarType.Float64);
        var first = zeros_like(wide.narrow(1, 0, 1));
        var rise = series.size(1) < 2 ? zeros_like(wide) : cat([first, wide.narrow(1, 1, series.size(1) - 1) - wide.narrow(1, 0, series.size(1) - 1)], 1);
        using Scalar up = threshold, down = -threshold;
        return cat([rise.gt(up), rise.lt(down)], 2).MoveToOuterDisposeScope();
    }

    private static void Check(Tensor values, int dimensions, string shape)
    {
        if (values.dim() < dimensions || values.numel() == 0)
        {
            throw new ArgumentException($"Values have shape [{string.Join(", ", values.shape)}]; give {shape}, none of them 0.", nameof(values));
        }

        if (values.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException($"Values are {values.dtype}; convert them to float32.", nameof(values));
        }
    }
}
