using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>Values of several layers together, or of one later. Those that are the same at all steps come without time, [B, ...], beside others [T, B, ...].</summary>
public static class Joined
{
    /// <summary>Their sum.</summary>
    /// <param name="values">At least two, of one shape but for time.</param>
    public static Tensor Add(params Tensor[] values) => values.Aggregate((sum, value) => sum.Plus(value));

    /// <summary>A value some steps later, zeros before.</summary>
    /// <param name="value">[T, B, ...].</param>
    /// <param name="delay">How many steps, at least 1.</param>
    public static Tensor Delay(Tensor value, int delay)
    {
        long steps = value.size(0), late = Math.Min(delay, steps);
        return cat([zeros_like(value.narrow(0, 0, late)), value.narrow(0, 0, steps - late)]);
    }

    /// <summary>A value that is the same at all steps, some steps later; zeros before.</summary>
    /// <param name="value">[B, ...].</param>
    /// <param name="delay">How many steps, at least 1.</param>
    /// <param name="steps">T.</param>
    /// <returns>[T, B, ...].</returns>
    public static Tensor DelayConstant(Tensor value, int delay, int steps) => Delay(value.unsqueeze(0).expand([steps, .. value.shape]), delay);

    /// <summary>Values side by side, along their channels or features.</summary>
    /// <param name="values">At least two, of one shape but for time and for the first dimension of a sample.</param>
    public static Tensor Concat(params Tensor[] values)
    {
        var longest = values.MaxBy(value => value.dim())!;
        long dimensions = longest.dim();
        Tensor[] all = [.. values.Select(value => value.dim() == dimensions ? value : value.unsqueeze(0).expand([longest.size(0), .. value.shape]))];
        // [B, N], [T, B, N], [B, C, H, W], [T, B, C, H, W]: a sample has one or three dimensions.
        return cat(all, dimensions is 4 or 5 ? dimensions - 3 : dimensions - 1);
    }
}
