using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// Event-driven code keeps a sample's steps together and channels last: [B, T, places..., channels]. Outside, tensors have their usual
/// shapes, [T, B, channels, height, width]; between two event-driven layers the two changes of view cancel and nothing is copied.
/// </summary>
internal static class EventLayout
{
    /// <summary>From [T, B, C, H, W], [T, B, N], or without T, to the order of event-driven code; contiguous.</summary>
    /// <param name="x">The values.</param>
    /// <param name="hasTime">Whether the first dimension is time.</param>
    public static Tensor Inward(Tensor x, bool hasTime)
    {
        var samples = hasTime ? x.transpose(0, 1) : x;
        return (x.dim() == (hasTime ? 5 : 4) ? samples.movedim([-3], [-1]) : samples).contiguous();
    }

    /// <summary>The way back: a view.</summary>
    /// <param name="x">[B, T, ..., C] or [B, ..., C].</param>
    /// <param name="hasTime">Whether the second dimension is time.</param>
    public static Tensor Outward(Tensor x, bool hasTime)
    {
        var channels = x.dim() == (hasTime ? 5 : 4) ? x.movedim([-1], [-3]) : x;
        return hasTime ? channels.transpose(0, 1) : channels;
    }
}
