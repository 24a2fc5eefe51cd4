namespace SnnDsl.Affine;

/// <summary>Average pooling over channels x height x width, without padding: a fixed map with weights 1 / kernel^2.</summary>
public sealed class AvgPool2dMap : Pool2dMap
{
    /// <summary>Creates the map.</summary>
    /// <param name="kernel">The side of the square.</param>
    /// <param name="stride">The step of the square; beyond the image it is that of the image's longer side, for the square has one place in either case.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">The square does not fit into the input, or a number is below 1.</exception>
    public AvgPool2dMap(int kernel, int stride, params long[] inputShape)
        : base(Window.Over(kernel, stride, padding: 0, inputShape), (long)kernel * kernel, inputShape)
    {
    }
}
