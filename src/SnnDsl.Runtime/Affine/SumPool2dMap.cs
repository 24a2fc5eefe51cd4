namespace SnnDsl.Affine;

/// <summary>Sums over squares of channels x height x width: a fixed map with weights 1.</summary>
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
}
