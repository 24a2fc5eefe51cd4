using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>Values of several layers together. Those that are the same at all steps come without time, [B, ...], beside others [T, B, ...].</summary>
public static class Joined
{
    /// <summary>Their sum.</summary>
    /// <param name="values">At least two, of one shape but for time.</param>
    public static Tensor Add(params Tensor[] values) => values.Aggregate((sum, value) => sum + value);

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
