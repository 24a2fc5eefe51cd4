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
    private readonly int[][] offsets;

    // By group and place, whether it sees its channels' whole rows, in order.
    private readonly bool[] isWhole;
    private readonly T[] weights;
    private readonly T[] bias;
    private readonly int size;
    private readonly int places;
    private readonly int channelsOfGroup;

    // By channel, the last binary digit of its weights; sums of few enough digits are exact.
    private readonly int[] digits;
    private readonly T largest;

    // Bounds of the weights divided, and of their absolute values.
    private readonly Lazy<(T[] Lower, T[] Upper, T[] Magnitudes)> shares;

    private AffineMap(int inputs, int[][] seen, int[][] offsets, T[] weights, T[] bias, int divisor = 1, int groups = 1)
    {
        (Inputs, this.seen, this.offsets, this.weights, this.bias, Divisor) = (inputs, seen, offsets, weights, bias, divisor);
        size = weights.Length / bias.Length;
        (places, channelsOfGroup) = (seen.Length / groups, bias.Length / groups);
        Outputs = bias.Length * places;
        MostTerms = seen.Max(inputs => inputs.Length);
        isWhole = Array.ConvertAll(offsets, own => own.Length == size && own.Index().All(one => one.Index == one.Item));
        digits = [.. Enumerable.Range(0, bias.Length).Select(channel => Digits.Last<T>(weights.AsSpan(channel * size, size)))];
        shares = new(() =>
        {
            var divided = Array.ConvertAll(weights, weight => Divided(weight));
            return Divisor == 1
                ? (weights, weights, Array.ConvertAll(divided, share => share.Magnitude))
                : (Array.ConvertAll(divided, share => share.Lower), Array.ConvertAll(divided, share => share.Upper), Array.ConvertAll(divided, share => share.Magnitude));
        });
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
    public int MostTerms { get; }

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
        T[] least = new T[MostTerms], most = new T[MostTerms], own = new T[MostTerms];
        for (int at = 0; at < seen.Length; at++)
        {
            // What the place sees, side by side, for all channels that see it.
            int[] inputs = seen[at];
            int used = 0;
            for (int i = 0; i < inputs.Length; i++)
            {
                (least[i], most[i]) = (x.Lower[inputs[i]], x.Upper[inputs[i]]);
                used += least[i].IsZero && most[i].IsZero ? 0 : 1;
            }

            var (from, to) = ChannelsAt(at);
            for (int channel = from; channel < to; channel++)
            {
                var (low, high, sum) = T.SumProducts(Seen(weights, channel, at, own), least.AsSpan(0, inputs.Length), most.AsSpan(0, inputs.Length));
                (low, high, sum) = (bias[channel] + low, bias[channel] + high, T.Abs(bias[channel]) + sum);
                int output = (channel * places) + (at % places);
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
        T[] result = new T[Inputs], together = new T[size];
        for (int at = 0; at < seen.Length; at++)
        {
            // The rows of all channels are added up before they go where they belong, unless a place sees little of a row.
            bool isSparse = seen[at].Length < size / 2, isUsed = false;
            var (from, to) = ChannelsAt(at);
            for (int channel = from; channel < to; channel++)
            {
                T a = coefficients[(channel * places) + (at % places)];
                if (a.IsZero)
                {
                    continue;
                }

                a = Divisor == 1 ? a : a / T.From(Divisor);
                var row = weights.AsSpan(channel * size, size);
                if (isSparse)
                {
                    Spread(row, a, at, result);
                    continue;
                }

                if (!isUsed)
                {
                    together.AsSpan().Clear();
                }

                isUsed = true;
                T.AddProducts(together, row, a);
            }

            if (isUsed)
            {
                Spread(together, T.One, at, result);
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
    public AffineRow<T> Row(int output, RowRoom<T> room)
    {
        var (channel, at) = Of(output);
        var (least, most, size) = shares.Value;
        var (lower, upper, magnitudes) = room.Of(MostTerms);
        return new(seen[at], Seen(least, channel, at, lower), Seen(most, channel, at, upper), Seen(size, channel, at, magnitudes));
    }

    /// <summary>The inputs that one output sees; outputs that see the same share the array.</summary>
    /// <param name="output">The output.</param>
    public int[] InputsOf(int output) => seen[Of(output).At];

    /// <summary>The weights of one output times the divisor, exactly: which input, and how much.</summary>
    /// <param name="output">The output.</param>
    public IEnumerable<(int Input, T Weight)> Numerators(int output)
    {
        var (channel, at) = Of(output);
        var (inputs, own) = (seen[at], offsets[at]);
        for (int i = 0; i < inputs.Length; i++)
        {
            yield return (inputs[i], weights[(channel * size) + own[i]]);
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

    private (int Channel, int At) Of(int output)
    {
        int channel = output / places;
        return (channel, (channel / channelsOfGroup * places) + (output % places));
    }

    // The channels of the group whose place this is.
    private (int From, int To) ChannelsAt(int at) => (at / places * channelsOfGroup, ((at / places) + 1) * channelsOfGroup);

    // Of a channel's row of numbers, those of what a place sees, side by side.
    private ReadOnlySpan<T> Seen(T[] rows, int channel, int at, T[] room)
    {
        var row = rows.AsSpan(channel * size, size);
        int[] own = offsets[at];
        if (isWhole[at])
        {
            return row;
        }

        for (int i = 0; i < own.Length; i++)
        {
            room[i] = row[own[i]];
        }

        return room.AsSpan(0, own.Length);
    }

    // Adds a row, so many times, to the values that a place sees.
    private void Spread(ReadOnlySpan<T> row, T times, int at, T[] sum)
    {
        var (inputs, own) = (seen[at], offsets[at]);
        for (int i = 0; i < inputs.Length; i++)
        {
            sum[inputs[i]] += row[own[i]] * times;
        }
    }
}
