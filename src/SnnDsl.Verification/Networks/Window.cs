namespace SnnDsl.Verification.Networks;

/// <summary>How a kernel slides over an image, read from the text of an architecture.</summary>
/// <param name="Down">How it slides down the rows.</param>
/// <param name="Across">How it slides across the columns.</param>
internal sealed record Window(Window.Side Down, Window.Side Across)
{
    /// <summary>How it slides along one side.</summary>
    /// <param name="Kernel">How many taps it has.</param>
    /// <param name="Stride">Its step from place to place.</param>
    /// <param name="Before">Zeros before the image; how many stand behind it follows from its output.</param>
    /// <param name="Dilation">Its step from tap to tap.</param>
    internal readonly record struct Side(int Kernel, int Stride, int Before, int Dilation);

    /// <summary>How many taps it has.</summary>
    public int Taps => checked(Down.Kernel * Across.Kernel);

    /// <summary>
    /// Reads kernel, stride, padding and dilation: one number for both sides, or ROWSxCOLUMNS; a padding BEFORE:AFTER where the ends differ. Without a
    /// padding there are no zeros, without a dilation no gaps.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <exception cref="FormatException">A number is missing or out of its range.</exception>
    public static Window Read(LayerSpec layer)
    {
        (int Down, int Across) Both(string name, int least, int? otherwise = null)
        {
            if (!layer.Constants.TryGetValue(name, out string? text))
            {
                return otherwise is { } value ? (value, value) : throw new FormatException($"{layer.Name} states no {name}.");
            }

            int[] sizes = [.. text.Split('x').Select(size => Architecture.Whole(size.Split(':')[0]))];
            return sizes.Length is 1 or 2 && Array.TrueForAll(sizes, size => size >= least)
                ? (sizes[0], sizes[^1])
                : throw new FormatException($"{layer.Name} has a {name} of {text}.");
        }

        var (kernel, stride, padding, dilation) = (Both("kernel", 1), Both("stride", 1), Both("padding", 0, 0), Both("dilation", 1, 1));
        return new(
            new(kernel.Down, stride.Down, padding.Down, dilation.Down), new(kernel.Across, stride.Across, padding.Across, dilation.Across));
    }

    /// <summary>The cells of the image under the window at a place, and which tap sees each.</summary>
    /// <param name="image">Channels, rows, columns.</param>
    /// <param name="row">The place's row.</param>
    /// <param name="column">Its column.</param>
    public IEnumerable<(int Y, int X, int Offset)> At(int[] image, int row, int column) =>
        from dy in Enumerable.Range(0, Down.Kernel)
        from dx in Enumerable.Range(0, Across.Kernel)
        let y = ((long)row * Down.Stride) - Down.Before + ((long)dy * Down.Dilation)
        let x = ((long)column * Across.Stride) - Across.Before + ((long)dx * Across.Dilation)
        where y >= 0 && y < image[1] && x >= 0 && x < image[2]
        select ((int)y, (int)x, (dy * Across.Kernel) + dx);
}
