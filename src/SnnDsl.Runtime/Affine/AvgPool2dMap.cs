namespace SnnDsl.Affine;

/// <summary>Average pooling over channels x height x width, without padding: a fixed map with weights 1 / the number of values under its window.</summary>
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

    /// <summary>Creates the map of a window that is no square.</summary>
    /// <param name="down">How the window slides down the rows.</param>
    /// <param name="across">How it slides across the columns.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">The window does not fit into the input, or a number is out of its range.</exception>
    public AvgPool2dMap(Slide down, Slide across, params long[] inputShape)
        : base(Window.Over(down, across, inputShape), down.Kernel * across.Kernel, inputShape)
    {
    }
}
