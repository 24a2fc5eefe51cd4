namespace SnnDsl.Affine;

/// <summary>A square that slides over an image with zeros around it: the geometry of convolutions and pools.</summary>
/// <param name="Side">The side of the square.</param>
/// <param name="Stride">Its step, at most the longer side of the padded image.</param>
/// <param name="Padding">Zeros on every side.</param>
/// <param name="Rows">How many places it has in a column.</param>
/// <param name="Columns">How many places it has in a row.</param>
internal readonly record struct Window(long Side, long Stride, long Padding, long Rows, long Columns)
{
    /// <summary>Checks a geometry, and makes a step beyond the image the step to its edge: the square has one place in either case.</summary>
    /// <param name="side">The side of the square.</param>
    /// <param name="stride">Its step.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="image">Channels, height, width.</param>
    /// <exception cref="ArgumentException">The square does not fit, a number is out of its range, or the padded image is too large to be addressed.</exception>
    public static Window Over(long side, long stride, long padding, long[] image)
    {
        if (image.Length != 3 || side < 1 || stride < 1 || padding is < 0 or > int.MaxValue)
        {
            throw new ArgumentException(
                $"A window of side {side}, step {stride} and padding {padding} over {string.Join('x', image)} is none: give an image of three sizes, a side and a step of at least 1 and a padding of at least 0.");
        }

        long height = image[1] + 2 * padding, width = image[2] + 2 * padding;
        if (side > Math.Min(height, width))
        {
            throw new ArgumentException($"A window of side {side} does not fit into {string.Join('x', image)} with {padding} zeros on every side.");
        }

        if ((Int128)image[0] * height * width > int.MaxValue)
        {
            throw new ArgumentException(
                $"An image of {string.Join('x', image)} with {padding} zeros on every side has more than the {int.MaxValue} values that can be addressed.");
        }

        long step = Math.Min(stride, Math.Max(height, width));
        return new(side, step, padding, (height - side) / step + 1, (width - side) / step + 1);
    }

    /// <summary>
    /// The rows and columns of an image at its far edge that no place of the square reaches: what the transpose must be told. Both are less
    /// than the step.
    /// </summary>
    /// <param name="image">Channels, height, width.</param>
    public long[] Unreached(long[] image) =>
        [image[1] + 2 * Padding - ((Rows - 1) * Stride + Side), image[2] + 2 * Padding - ((Columns - 1) * Stride + Side)];
}
