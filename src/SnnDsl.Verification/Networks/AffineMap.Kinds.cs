using System.Numerics;

namespace SnnDsl.Verification.Networks;

/// <content>Which inputs the outputs of each kind of layer see, and with which weights.</content>
internal sealed partial class AffineMap<T>
{
    /// <summary>A fully connected layer.</summary>
    /// <param name="inputs">How many values it takes.</param>
    /// <param name="weights">[outputs, inputs].</param>
    /// <param name="bias">[outputs].</param>
    public static AffineMap<T> Linear(int inputs, T[] weights, T[] bias)
    {
        int[] all = [.. Enumerable.Range(0, inputs)];
        return new(inputs, [all], [all], weights, bias);
    }

    /// <summary>A convolution with zeros around the image.</summary>
    /// <param name="input">Channels, rows, columns.</param>
    /// <param name="output">Channels, rows, columns.</param>
    /// <param name="window">How the kernel slides.</param>
    /// <param name="groups">Into how many groups channels are divided.</param>
    /// <param name="weights">[output channels, input channels of a group, kernel rows, kernel columns].</param>
    /// <param name="bias">[output channels].</param>
    public static AffineMap<T> Convolution(int[] input, int[] output, Window window, int groups, T[] weights, T[] bias)
    {
        List<int[]> seen = [], at = [];
        int channels = input[0] / groups;
        for (int group = 0; group < groups; group++)
        {
            foreach (var (row, column) in Places(output))
            {
                List<int> inputs = [], offsets = [];
                for (int channel = 0; channel < channels; channel++)
                {
                    foreach (var (y, x, offset) in window.At(input, row, column))
                    {
                        inputs.Add((((((group * channels) + channel) * input[1]) + y) * input[2]) + x);
                        offsets.Add((channel * window.Taps) + offset);
                    }
                }

                seen.Add([.. inputs]);
                at.Add([.. offsets]);
            }
        }

        return new(input.Aggregate((a, b) => a * b), [.. seen], [.. at], weights, bias, groups: groups);
    }

    /// <summary>A transposed convolution: each value spreads the kernel over the output.</summary>
    /// <param name="input">Channels, rows, columns.</param>
    /// <param name="output">Channels, rows, columns.</param>
    /// <param name="kernel">The kernel's side.</param>
    /// <param name="stride">How far apart neighbouring values spread it.</param>
    /// <param name="padding">Rows and columns that are taken away on every side.</param>
    /// <param name="weights">[output channels, input channels, kernel, kernel].</param>
    /// <param name="bias">[output channels].</param>
    public static AffineMap<T> Transposed(int[] input, int[] output, int kernel, int stride, int padding, T[] weights, T[] bias)
    {
        List<int[]> seen = [], at = [];
        foreach (var (row, column) in Places(output))
        {
            List<int> inputs = [], offsets = [];
            for (int channel = 0; channel < input[0]; channel++)
            {
                foreach (var (y, dy) in Met(row, input[1]))
                {
                    foreach (var (x, dx) in Met(column, input[2]))
                    {
                        inputs.Add((((channel * input[1]) + y) * input[2]) + x);
                        offsets.Add((((channel * kernel) + dy) * kernel) + dx);
                    }
                }
            }

            seen.Add([.. inputs]);
            at.Add([.. offsets]);
        }

        return new(input.Aggregate((a, b) => a * b), [.. seen], [.. at], weights, bias);

        // The values along a side whose kernel reaches a place, and by which tap.
        IEnumerable<(int Value, int Tap)> Met(int place, int size) =>
            from value in Enumerable.Range(0, size)
            let tap = (long)place + padding - ((long)value * stride)
            where tap >= 0 && tap < kernel
            select (value, (int)tap);
    }

    /// <summary>The sum of each window, or its mean, channel by channel.</summary>
    /// <param name="input">Channels, rows, columns.</param>
    /// <param name="output">Channels, rows, columns.</param>
    /// <param name="window">How the window slides.</param>
    /// <param name="divisor">What sums are divided by: 1, or the number of a window's values.</param>
    public static AffineMap<T> Pool(int[] input, int[] output, Window window, int divisor)
    {
        // The channels are places too: none sees another's values.
        List<int[]> seen = [], at = [];
        for (int channel = 0; channel < input[0]; channel++)
        {
            foreach (var (row, column) in Places(output))
            {
                var taps = window.At(input, row, column).ToList();
                seen.Add([.. taps.Select(tap => (((channel * input[1]) + tap.Y) * input[2]) + tap.X)]);
                at.Add([.. taps.Select(tap => tap.Offset)]);
            }
        }

        return new(input.Aggregate((a, b) => a * b), [.. seen], [.. at], [.. Enumerable.Repeat(T.One, window.Taps)], [default], divisor);
    }

    /// <summary>The means of windows that divide an image, channel by channel, of different sizes where their number does not divide the image's.</summary>
    /// <param name="input">Channels, rows, columns.</param>
    /// <param name="output">Channels, rows, columns.</param>
    public static AffineMap<T> Means(int[] input, int[] output)
    {
        // Means of different sizes are exact over a common multiple of them: a window of n values weighs each by divisor / n.
        var (rows, columns) = (Sections(input[1], output[1]), Sections(input[2], output[2]));
        long[] sizes = [.. rows.SelectMany(row => columns.Select(column => (long)row.Count * column.Count)).Distinct().Order()];
        int divisor = checked((int)sizes.Aggregate(1L, (a, b) => checked(a / (long)BigInteger.GreatestCommonDivisor(a, b) * b)));
        List<int[]> seen = [], at = [];
        foreach (int channel in Enumerable.Range(0, input[0]))
        {
            foreach (var (row, column) in Places(output))
            {
                int[] inputs =
                [
                    .. from y in rows[row]
                       from x in columns[column]
                       select (((channel * input[1]) + y) * input[2]) + x,
                ];
                seen.Add(inputs);
                at.Add([.. Enumerable.Repeat(Array.IndexOf(sizes, inputs.Length), inputs.Length)]);
            }
        }

        return new(
            input.Aggregate((a, b) => a * b), [.. seen], [.. at], [.. sizes.Select(size => T.From(divisor / size))], [default], divisor);
    }

    /// <summary>The means of groups of neighbours.</summary>
    /// <param name="inputs">How many values there are.</param>
    /// <param name="size">How many are a group.</param>
    public static AffineMap<T> Groups(int inputs, int size)
    {
        int[] own = [.. Enumerable.Range(0, size)];
        int[][] seen = [.. Enumerable.Range(0, inputs / size).Select(group => own.Select(i => (group * size) + i).ToArray())];
        return new(inputs, seen, [.. Enumerable.Repeat(own, seen.Length)], [.. Enumerable.Repeat(T.One, size)], [default], size);
    }

    /// <summary>scale x + shift, by channels.</summary>
    /// <param name="shape">Channels first.</param>
    /// <param name="scale">One number for all values, or one a channel.</param>
    /// <param name="shift">As many.</param>
    public static AffineMap<T> Scale(int[] shape, T[] scale, T[] shift)
    {
        // A channel sees its own value at each place through a row that is 0 elsewhere.
        int channels = scale.Length, values = shape.Aggregate(1, (a, b) => a * b), places = values / channels;
        if (shift.Length != channels || (channels != 1 && channels != shape[0]))
        {
            throw new FormatException($"A normalisation of {string.Join('x', shape)} has {channels} scales and {shift.Length} shifts.");
        }

        var weights = new T[channels * channels];
        for (int channel = 0; channel < channels; channel++)
        {
            weights[(channel * channels) + channel] = scale[channel];
        }

        int[] own = [.. Enumerable.Range(0, channels)];
        int[][] seen = [.. Enumerable.Range(0, places).Select(place => own.Select(channel => (channel * places) + place).ToArray())];
        return new(values, seen, [.. Enumerable.Repeat(own, places)], weights, shift);
    }

    /// <summary>w x, value by value.</summary>
    /// <param name="weights">One for each.</param>
    public static AffineMap<T> Diagonal(T[] weights)
    {
        int[][] own = [.. Enumerable.Range(0, weights.Length).Select(i => new[] { i })];
        return new(weights.Length, own, own, weights, [default]);
    }

    /// <summary>The values themselves, for neurons that see the input directly.</summary>
    /// <param name="values">How many.</param>
    public static AffineMap<T> Identity(int values) =>
        new(values, [.. Enumerable.Range(0, values).Select(i => new[] { i })], [.. Enumerable.Repeat(new[] { 0 }, values)], [T.One], [default]);

    private static IEnumerable<(int Row, int Column)> Places(int[] output) =>
        from row in Enumerable.Range(0, output[1])
        from column in Enumerable.Range(0, output[2])
        select (row, column);

    // Section i of n of a side: from floor(i size / n) up to, and without, ceil((i + 1) size / n).
    private static List<int>[] Sections(int size, int sections) =>
    [
        .. Enumerable.Range(0, sections).Select(i => Enumerable.Range(0, size)
            .Where(at => (long)(at + 1) * sections > (long)i * size && (long)at * sections < (long)(i + 1) * size).ToList()),
    ];
}
