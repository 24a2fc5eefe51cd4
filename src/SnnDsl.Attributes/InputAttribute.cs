namespace SnnDsl;

/// <summary>Declares the shape of one input sample, without batch and time.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class InputAttribute : Attribute
{
    /// <summary>A vector of <paramref name="features"/> values.</summary>
    /// <param name="features">How many values, at least 1.</param>
    public InputAttribute(int features) => Shape = [features];

    /// <summary>A sequence of values side by side, channels x length: to the network an image of one row, so that its inputs are [B, channels, 1, length].</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="length">How long it is, at least 1.</param>
    public InputAttribute(int channels, int length) => Shape = [channels, 1, length];

    /// <summary>An image or a frame of events, channels x height x width.</summary>
    /// <param name="channels">Channels (or polarities of events), at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    public InputAttribute(int channels, int height, int width) => Shape = [channels, height, width];

    /// <summary>The sizes, outermost first.</summary>
    public int[] Shape { get; }
}
