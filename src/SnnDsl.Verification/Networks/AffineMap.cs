using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>
/// y = (W x + b) / divisor of flattened values. Output (channel, place) weighs the inputs that its place sees: a fully connected layer has
/// one place that sees all, a convolution one for each position of its window, and as many again for each group of channels. A mean has weights of 1 and a divisor, so that its shares,
/// of which 1/9 is no binary number, are exact.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed partial class AffineMap<T> : IAffineRows<T>
    where T : struct, IReal<T>
{
    // By group and place: the inputs it sees, and where in a channel's weights the weight of each stands.
    private readonly int[][] seen;
    private readonly int[][] at;
    private readonly T[] weights;
    private readonly T[] bias;
    private readonly int size;
    private readonly int places;
    private readonly int channelsOfGroup;

    // By channel, the last binary digit of its weights; sums of few enough digits are exact.
    private readonly int[] digits;
    private readonly T largest;

    private AffineMap(int inputs, int[][] seen, int[][] at, T[] weights, T[] bias, int divisor = 1, int groups = 1)
    {
        (Inputs, this.seen, this.at, this.weights, this.bias, Divisor) = (inputs, seen, at, weights, bias, divisor);
        size = weights.Length / bias.Length;
        (places, channelsOfGroup) = (seen.Length / groups, bias.Length / groups);
        Outputs = bias.Length * places;
        digits = [.. Enumerable.Range(0, bias.Length).Select(channel => Digits.Last<T>(weights.AsSpan(channel * size, size)))];
        largest = T.Max(Digits.Largest<T>(weights), Digits.Largest<T>(bias));
    }

    /// <summary>How many values x has.</summary>
    public int Inputs { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <summary>What sums are divided by; 1 but for means.</summary>
    public int Divisor { get; }

    /// <summary>How many products y takes.</summary>
    public long Products => (long)channelsOfGroup * seen.Sum(inputs => (long)inputs.Length);

    /// <summary>At most how many inputs an output sees.</summary>
    public int MostTerms => seen.Max(inputs => inputs.Length);

    /// <inheritdoc/>
    public Box<T> Bound(Box<T> x, bool float32 = false)
    {
        if (float32)
        {
            CheckFloat32();
            SinglePrecision.Check(T.Max(Digits.Largest<T>(x.Lower), Digits.Largest<T>(x.Upper)), "values");
        }

        var (lower, upper, sums, terms) = (new T[Outputs], new T[Outputs], new T[Outputs], new int[Outputs]);
        int last = Math.Min(Digits.Last<T>(x.Lower), Digits.Last<T>(x.Upper));
        for (int channel = 0; channel < bias.Length; channel++)
        {
            var w = weights.AsSpan(channel * size, size);
            for (int place = 0; place < places; place++)
            {
                var (inputs, offsets) = Seen(channel, place);
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

                int output = (channel * places) + place;
                // Where all digits fit, as of weights on a grid, a membrane that is exactly on its threshold is seen to be there.
                bool isExact = T.HoldsSums(sum, Math.Min(Digits.OfProduct(digits[channel], last), T.LastDigit(bias[channel])));
                T lost = isExact ? default : T.Above(T.Above(T.Lost(inputs.Length + 3) * sum) + T.Tiny);
                var value = Divided(new(T.Sum(low, -lost).Lower, T.Sum(high, lost).Upper));
                sums[output] = Divided(T.Sum(sum, lost)).Upper;
                terms[output] = used;
                value = float32 ? value.Widen(Float32Loss(output, used, sums[output])) : value;
                (lower[output], upper[output]) = (value.Lower, value.Upper);
            }
        }

        return new(lower, upper, sums) { Terms = terms };
    }

    /// <summary>Checks that float32 sums over the weights can be bounded.</summary>
    /// <exception cref="FormatException">They are too large.</exception>
    public void CheckFloat32() => SinglePrecision.Check(largest, "weights");

    /// <summary>A linear form on y as one on x: coefficients W' a, to which the caller owes <see cref="Owed"/>.</summary>
    /// <param name="coefficients">a.</param>
    public T[] PullBack(T[] coefficients)
    {
        var result = new T[Inputs];
        for (int channel = 0; channel < bias.Length; channel++)
        {
            var w = weights.AsSpan(channel * size, size);
            for (int place = 0; place < places; place++)
            {
                T a = coefficients[(channel * places) + place];
                if (a.IsZero)
                {
                    continue;
                }

                a = Divisor == 1 ? a : a / T.From(Divisor);
                var (inputs, offsets) = Seen(channel, place);
                for (int i = 0; i < inputs.Length; i++)
                {
                    result[inputs[i]] += w[offsets[i]] * a;
                }
            }
        }

        return result;
    }

    /// <summary>
    /// At most a . b, less all that rounding in <see cref="PullBack"/> can take from the form: its quotients and sums lose a share of the
    /// sum over i, j of |a_j W_ji x_i|, which is the sum over j of |a_j| times y_j's sum of absolute products.
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

            constant = T.Below(constant + Divided(T.Product(a, bias[j / places])).Lower);
            absolute = T.Above(absolute + T.Above(T.Abs(a) * outputs.Sums[j]));
            if (float32)
            {
                rounded = T.Above(rounded + T.Above(T.Abs(a) * Float32Loss(j, outputs.Terms[j], outputs.Sums[j])));
            }
        }

        T lost = T.Above(T.Above(T.Lost(Outputs + 4) * absolute) + T.Tiny);
        return T.Below(constant - T.Above(rounded + lost));
    }

    /// <inheritdoc/>
    public IEnumerable<(int Input, Interval<T> Weight, T Magnitude)> Row(int output)
    {
        foreach (var (input, weight) in Numerators(output))
        {
            var share = Divided(weight);
            yield return (input, share, share.Magnitude);
        }
    }

    /// <summary>The weights of one output times the divisor, exactly: which input, and how much.</summary>
    /// <param name="output">The output.</param>
    public IEnumerable<(int Input, T Weight)> Numerators(int output)
    {
        int channel = output / places;
        var (inputs, offsets) = Seen(channel, output % places);
        for (int i = 0; i < inputs.Length; i++)
        {
            yield return (inputs[i], weights[(channel * size) + offsets[i]]);
        }
    }

    /// <summary>The bias of one output, times the divisor.</summary>
    /// <param name="output">The output.</param>
    public T Bias(int output) => bias[output / places];

    /// <summary>The last binary digit of any weight.</summary>
    public int LastDigit => digits.Min();

    /// <inheritdoc/>
    /// <remarks>A product and a sum for each term, the bias one of them; a mean has no products, and a quotient or a product with a rounded
    /// reciprocal.</remarks>
    public long Roundings(int output, int terms) => terms + (Bias(output).IsZero ? 0 : 1) + (Divisor == 1 ? 0 : 1);

    /// <inheritdoc/>
    public T Float32Loss(int output, int terms, T sum)
    {
        // A bias alone is rounded by nothing.
        long roundings = Roundings(output, terms);
        return T.Above(T.Above(SinglePrecision.Gamma<T>(terms == 0 ? 0 : roundings) * sum) + SinglePrecision.Underflow<T>(roundings));
    }

    private Interval<T> Divided(Interval<T> sum) => Divisor == 1 ? sum : sum / (Interval<T>)T.From(Divisor);

    private (int[] Inputs, int[] Offsets) Seen(int channel, int place)
    {
        int i = (channel / channelsOfGroup * places) + place;
        return (seen[i], at[i]);
    }
}
