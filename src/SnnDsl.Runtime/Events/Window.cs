namespace SnnDsl.Affine;

/// <summary>A kernel that slides over an image with zeros around it: the geometry of convolutions and pools.</summary>
/// <param name="Down">How it slides down the rows; its step is at most the longer side of the padded image.</param>
/// <param name="Across">How it slides across the columns, likewise.</param>
/// <param name="Height">The rows of the image.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Rows">How many places it has in a column.</param>
/// <param name="Columns">How many places it has in a row.</param>
internal readonly record struct Window(Slide Down, Slide Across, long Height, long Width, long Rows, long Columns)
{
    /// <summary>How many values it sees at a place.</summary>
    public long Taps => Down.Kernel * Across.Kernel;

    /// <summary>The steps, as torch takes them.</summary>
    public long[] Strides => [Down.Stride, Across.Stride];

    /// <summary>From tap to tap, as torch takes it.</summary>
    public long[] Dilations => [Down.Dilation, Across.Dilation];

    /// <summary>Zeros on every side as torch takes them; null where two ends have not as many.</summary>
    public long[]? Paddings => Down.Padding is { } rows && Across.Padding is { } columns ? [rows, columns] : null;

    /// <summary>Rows and columns that no place reaches: what the transpose must be told. Both are less than the step.</summary>
    public long[] Unreached => [Down.Unreached(Height), Across.Unreached(Width)];

    /// <summary>A square, checked.</summary>
    /// <inheritdoc cref="Over(Slide, Slide, long[])"/>
    public static Window Over(long side, long stride, long padding, long[] image)
    {
        var slide = new Slide(side, stride, padding);
        return Over(slide, slide, image);
    }

    /// <summary>Checks a geometry, and makes a step beyond the image the step to its edge: the kernel has one place in either case.</summary>
    /// <param name="down">How it slides down the rows.</param>
    /// <param name="across">How it slides across the columns.</param>
    /// <param name="image">Channels, height, width.</param>
    /// <exception cref="ArgumentException">The kernel does not fit, a number is out of its range, or the padded image is too large to be addressed.</exception>
    public static Window Over(Slide down, Slide across, long[] image)
    {
        static bool IsNone(Slide slide) => slide.Kernel < 1 || slide.Stride < 1 || slide.Dilation < 1
            || slide.Before is < 0 or > int.MaxValue || slide.After is < 0 or > int.MaxValue;
        string text = down == across ? $"{down}" : $"{down} by {across}";
        if (image.Length != 3 || IsNone(down) || IsNone(across))
        {
            throw new ArgumentException(
                $"A window of {text} over {string.Join('x', image)} is none: give an image of three sizes, a kernel, a step of at least 1 and a padding of at least 0.");
        }

        long height = down.Padded(image[1]), width = across.Padded(image[2]);
        // A kernel of one tap has no step to the next.
        static Slide Within(Slide slide) => slide.Kernel == 1 ? slide with { Dilation = 1 } : slide;
        static bool Fits(Slide slide, long size) => (Int128)slide.Dilation * (slide.Kernel - 1) < size;
        if (!Fits(down, height) || !Fits(across, width))
        {
            throw new ArgumentException($"A window of {text} does not fit into {string.Join('x', image)} with its zeros.");
        }

        if ((Int128)image[0] * height * width > int.MaxValue)
        {
            throw new ArgumentException(
                $"An image of {string.Join('x', image)} under a window of {text} has more than the {int.MaxValue} values that can be addressed.");
        }

        long longer = Math.Max(height, width);
        (down, across) = (Within(down) with { Stride = Math.Min(down.Stride, longer) }, Within(across) with { Stride = Math.Min(across.Stride, longer) });
        return new(down, across, image[1], image[2], down.Places(image[1]), across.Places(image[2]));
    }

    /// <summary>The place of the image, row by row, that each place of the window reads through each tap, [place, tap]; -1 in the zeros.</summary>
    public int[] Sources()
    {
        int[] sources = new int[Rows * Columns * Taps];
        for (int i = 0; i < sources.Length; i++)
        {
            var (place, tap) = Math.DivRem(i, Taps);
            long y = Down.Source(place / Columns, tap / Across.Kernel), x = Across.Source(place % Columns, tap % Across.Kernel);
            sources[i] = y < 0 || y >= Height || x < 0 || x >= Width ? -1 : (int)((y * Width) + x);
        }

        return sources;
    }
}
