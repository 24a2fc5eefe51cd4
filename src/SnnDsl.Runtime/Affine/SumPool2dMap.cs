namespace SnnDsl.Affine;

/// <summary>Sums over windows of channels x height x width: a fixed map with weights 1.</summary>
public sealed class SumPool2dMap : Pool2dMap
{
    /// <summary>Creates the map.</summary>
    /// <param name="kernel">The side of the square.</param>
    /// <param name="stride">The step of the square; beyond the image it is that of the image's longer side, for the square has one place in either case.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">The square does not fit into the padded input, or a number is out of its range.</exception>
    public SumPool2dMap(int kernel, int stride, int padding, params long[] inputShape)
        : base(Window.Over(kernel, stride, padding, inputShape), divisor: 1, inputShape)
    {
    }

    /// <summary>Creates the map of a window that is no square.</summary>
    /// <param name="down">How the window slides down the rows.</param>
    /// <param name="across">How it slides across the columns.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">The window does not fit into the padded input, or a number is out of its range.</exception>
    public SumPool2dMap(Slide down, Slide across, params long[] inputShape)
        : base(Window.Over(down, across, inputShape), divisor: 1, inputShape)
    {
    }
}
