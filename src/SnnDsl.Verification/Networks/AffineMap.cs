using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>
/// y = W x + b of flattened values. Output (channel, place) weighs the inputs that its place sees: a fully connected layer has one
/// place that sees all, a convolution one for each position of its window.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class AffineMap<T>
    where T : struct, IReal<T>
{
    // By place: the inputs it sees, and where in a channel's weights the weight of each stands.
    private readonly int[][] seen;
    private readonly int[][] at;
    private readonly T[] weights;
    private readonly T[] bias;
    private readonly int size;

    // By channel, the last binary digit of its weights; sums of few enough digits are exact.
    private readonly int[] digits;

    private AffineMap(int inputs, int[][] seen, int[][] at, T[] weights, T[] bias)
    {
        (Inputs, this.seen, this.at, this.weights, this.bias) = (inputs, seen, at, weights, bias);
        size = weights.Length / bias.Length;
        Outputs = bias.Length * seen.Length;
        digits = [.. Enumerable.Range(0, bias.Length).Select(channel => LastDigit(weights.AsSpan(channel * size, size)))];
    }

    /// <summary>How many values x has.</summary>
    public int Inputs { get; }

    /// <summary>How many values y has.</summary>
    public int Outputs { get; }

    /// <summary>How many products y takes.</summary>
    public long Products => (long)bias.Length * seen.Sum(inputs => (long)inputs.Length);

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
    /// <param name="kernel">The window's side.</param>
    /// <param name="stride">The window's step.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="weights">[output channels, input channels, kernel, kernel].</param>
    /// <param name="bias">[output channels].</param>
    public static AffineMap<T> Convolution(int[] input, int[] output, int kernel, int stride, int padding, T[] weights, T[] bias)
    {
        List<int[]> seen = [], at = [];
        foreach (var (row, column) in Places(output))
        {
            List<int> inputs = [], offsets = [];
            for (int channel = 0; channel < input[0]; channel++)
            {
                foreach (var (y, x, offset) in Window(input, row, column, kernel, stride, padding))
                {
                    inputs.Add((((channel * input[1]) + y) * input[2]) + x);
                    offsets.Add((channel * kernel * kernel) + offset);
                }
            }

            seen.Add([.. inputs]);
            at.Add([.. offsets]);
        }

        return new(input.Aggregate((a, b) => a * b), [.. seen], [.. at], weights, bias);
    }

    /// <summary>The mean of each window, channel by channel.</summary>
    /// <param name="input">Channels, rows, columns.</param>
    /// <param name="output">Channels, rows, columns.</param>
    /// <param name="kernel">The window's side.</param>
    /// <param name="stride">The window's step.</param>
    public static AffineMap<T> Pool(int[] input, int[] output, int kernel, int stride)
    {
        // The channels are places too: none sees another's values.
        List<int[]> seen = [], at = [];
        for (int channel = 0; channel < input[0]; channel++)
        {
            foreach (var (row, column) in Places(output))
            {
                var window = Window(input, row, column, kernel, stride, padding: 0).ToList();
                seen.Add([.. window.Select(tap => (((channel * input[1]) + tap.Y) * input[2]) + tap.X)]);
                at.Add([.. window.Select(tap => tap.Offset)]);
            }
        }

        var share = T.One / T.From(kernel * kernel);
        return new(input.Aggregate((a, b) => a * b), [.. seen], [.. at], [.. Enumerable.Repeat(share, kernel * kernel)], [default]);
    }

    /// <summary>The values themselves, for neurons that see the input directly.</summary>
    /// <param name="values">How many.</param>
    public static AffineMap<T> Identity(int values) =>
        new(values, [.. Enumerable.Range(0, values).Select(i => new[] { i })], [.. Enumerable.Repeat(new[] { 0 }, values)], [T.One], [default]);

    /// <summary>Bounds of y for x in a box, and of the sums of absolute products that were added up for them.</summary>
    /// <param name="x">Bounds of x.</param>
    /// <param name="float32">Whether y is what float32 arithmetic makes of it, added up in any order, with or without fused steps.</param>
    public Box<T> Bound(Box<T> x, bool float32 = false)
    {
        var (lower, upper, sums, terms) = (new T[Outputs], new T[Outputs], new T[Outputs], new int[Outputs]);
        int last = Math.Min(LastDigit(x.Lower), LastDigit(x.Upper));
        for (int channel = 0; channel < bias.Length; channel++)
        {
            var w = weights.AsSpan(channel * size, size);
            for (int place = 0; place < seen.Length; place++)
            {
                var (inputs, offsets) = (seen[place], at[place]);
                T low = bias[channel], high = bias[channel], sum = T.Abs(bias[channel]);
                int used = 0;
                for (int i = 0; i < inputs.Length; i++)
                {
                    T weight = w[offsets[i]], l = x.Lower[inputs[i]], u = x.Upper[inputs[i]];
                    bool positive = weight >= default(T);
                    low += weight * (positive ? l : u);
                    high += weight * (positive ? u : l);
                    sum += T.Abs(weight) * T.Max(T.Abs(l), T.Abs(u));
                    used += l.IsZero && u.IsZero ? 0 : 1;
                }

                int output = (channel * seen.Length) + place;
                // Where all digits fit, as of weights on a grid, a membrane that is exactly on its threshold is seen to be there.
                bool isExact = T.HoldsSums(sum, Math.Min(Product(digits[channel], last), T.LastDigit(bias[channel])));
                T own = isExact ? default : T.Lost(inputs.Length + 3), single = float32 ? SinglePrecision.Lost<T>(used + 3) : default;
                T lost = isExact && !float32 ? default : Lost(own, single, sum, float32);
                (lower[output], upper[output], sums[output]) = (T.Sum(low, -lost).Lower, T.Sum(high, lost).Upper, T.Sum(sum, lost).Upper);
                terms[output] = used;
            }
        }

        return new(lower, upper, sums) { Terms = terms };
    }

    /// <summary>A linear form on y as one on x: coefficients W' a, to which the caller owes <see cref="Owed"/>.</summary>
    /// <param name="coefficients">a.</param>
    public T[] PullBack(T[] coefficients)
    {
        var result = new T[Inputs];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            var w = weights.AsSpan(channel * size, size);
            for (int place = 0; place < seen.Length; place++)
            {
                T a = coefficients[(channel * seen.Length) + place];
                if (a.IsZero)
                {
                    continue;
                }

                var (inputs, offsets) = (seen[place], at[place]);
                for (int i = 0; i < inputs.Length; i++)
                {
                    result[inputs[i]] += w[offsets[i]] * a;
                }
            }
        }

        return result;
    }

    /// <summary>
    /// At most a . b, less all that rounding in <see cref="PullBack"/> can take from the form: its sums lose a share of the sum over
    /// i, j of |a_j W_ji x_i|, which is the sum over j of |a_j| times y_j's sum of absolute products.
    /// </summary>
    /// <param name="coefficients">a.</param>
    /// <param name="outputs">What <see cref="Bound"/> gave for the x in question.</param>
    /// <param name="float32">Whether y itself is rounded, as for <see cref="Bound"/>.</param>
    public T Owed(T[] coefficients, Box<T> outputs, bool float32)
    {
        T constant = default, absolute = default, rounded = default;
        for (int j = 0; j < Outputs; j++)
        {
            T a = coefficients[j];
            if (a.IsZero)
            {
                continue;
            }

            constant = T.Below(constant + T.Below(a * bias[j / seen.Length]));
            T share = T.Above(T.Abs(a) * outputs.Sums[j]);
            absolute = T.Above(absolute + share);
            if (float32)
            {
                T own = T.Above(SinglePrecision.Lost<T>(outputs.Terms[j] + 3) * share);
                rounded = T.Above(rounded + T.Above(own + T.Above(T.Abs(a) * SinglePrecision.Underflow<T>())));
            }
        }

        return T.Below(constant - T.Above(rounded + Lost(T.Lost(Outputs + 3), default, absolute, float32)));
    }

    private static int LastDigit(ReadOnlySpan<T> values)
    {
        int last = int.MaxValue;
        foreach (T value in values)
        {
            last = Math.Min(last, T.LastDigit(value));
        }

        return last;
    }

    // The last digit of products, whose own digits count from there.
    private static int Product(int a, int b) => (int)Math.Clamp((long)a + b, int.MinValue, int.MaxValue);

    private static T Lost(T own, T single, T sum, bool float32) => T.Above(
        T.Above(T.Above(own + single) * sum) + T.Above(T.Tiny + (float32 ? SinglePrecision.Underflow<T>() : default)));

    /// <summary>The weights of one output: which input, and how much.</summary>
    /// <param name="output">The output.</param>
    public IEnumerable<(int Input, T Weight)> Row(int output)
    {
        var (channel, place) = (output / seen.Length, output % seen.Length);
        for (int i = 0; i < seen[place].Length; i++)
        {
            yield return (seen[place][i], weights[(channel * size) + at[place][i]]);
        }
    }

    private static IEnumerable<(int Row, int Column)> Places(int[] output) =>
        from row in Enumerable.Range(0, output[1])
        from column in Enumerable.Range(0, output[2])
        select (row, column);

    // The cells of the image under a window, and their places in it.
    private static IEnumerable<(int Y, int X, int Offset)> Window(int[] input, int row, int column, int kernel, int stride, int padding) =>
        from dy in Enumerable.Range(0, kernel)
        from dx in Enumerable.Range(0, kernel)
        let y = (row * stride) - padding + dy
        let x = (column * stride) - padding + dx
        where y >= 0 && y < input[1] && x >= 0 && x < input[2]
        select (y, x, (dy * kernel) + dx);
}
