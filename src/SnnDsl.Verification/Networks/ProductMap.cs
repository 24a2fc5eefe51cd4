using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>
/// Several maps, one after the other, as one: what boxes between them lose, that a value of the first is the same for all outputs of the
/// second, is kept. Sums over its rows lose a share of the same sums over the products of absolute weights, which are kept as well.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class ProductMap<T> : IAffineRows<T>
    where T : struct, IReal<T>
{
    // Larger products are not multiplied out.
    private const long MostEntries = 1 << 22, MostWork = 1L << 29;

    private readonly IReadOnlyList<AffineMap<T>> maps;
    private readonly Line[] rows;

    // The outputs, those together that see the same inputs.
    private readonly int[] order;
    private readonly T divisor;
    private readonly int digit;
    private readonly int biasDigit;

    // What underflows in one map is weighed by those behind it.
    private readonly T gain;

    private ProductMap(IReadOnlyList<AffineMap<T>> maps, Line[] rows)
    {
        order = [.. Enumerable.Range(0, rows.Length).GroupBy(output => rows[output].Inputs).SelectMany(same => same)];
        (this.maps, this.rows, divisor, digit, biasDigit, gain) = (maps, rows, T.From(maps[^1].Divisor), maps[^1].LastDigit, int.MaxValue, T.One);
        var room = new RowRoom<T>();
        for (int i = maps.Count - 1; i >= 0; i--)
        {
            divisor *= i < maps.Count - 1 ? T.From(maps[i].Divisor) : T.One;
            int behind = i < maps.Count - 1 ? digit : 0;
            biasDigit = Enumerable.Range(0, maps[i].Outputs).Aggregate(
                biasDigit, (least, output) => Math.Min(least, Digits.OfProduct(behind, T.LastDigit(maps[i].Bias(output)))));
            digit = i < maps.Count - 1 ? Digits.OfProduct(digit, maps[i].LastDigit) : digit;
            T reach = i == 0 ? T.One : Enumerable.Range(0, maps[i].Outputs).Aggregate(
                T.One, (most, output) => T.Max(most, Reach(maps[i].Row(output, room).Magnitudes)));
            gain = T.Above(gain * reach);
        }
    }

    /// <inheritdoc/>
    public int Outputs => rows.Length;

    /// <summary>Multiplies maps; null where that would be too large a matrix.</summary>
    /// <param name="maps">The maps, first applied first; at least two.</param>
    public static ProductMap<T>? Of(IReadOnlyList<AffineMap<T>> maps)
    {
        var rows = new Line[maps[^1].Outputs];
        long entries = 0, work = 0;
        var sums = maps.Select(map => (Weights: new T[map.Inputs], Magnitudes: new T[map.Inputs], IsThere: new bool[map.Inputs])).ToArray();
        Dictionary<int[], int[]> known = [];
        for (int output = 0; output < rows.Length; output++)
        {
            List<(int Input, T Weight, T Magnitude)> row = [.. maps[^1].Numerators(output).Select(tap => (tap.Input, tap.Weight, T.Abs(tap.Weight)))];
            T bias = maps[^1].Bias(output), size = T.Abs(bias);
            long operations = row.Count + 8;
            for (int i = maps.Count - 2; i >= 0; i--)
            {
                var (map, (weights, magnitudes, isThere)) = (maps[i], sums[i]);
                T scale = T.From(map.Divisor);
                (bias, size) = (bias * scale, size * scale);
                List<int> reached = [];
                foreach (var (middle, weight, magnitude) in row)
                {
                    bias += weight * map.Bias(middle);
                    size += magnitude * T.Abs(map.Bias(middle));
                    foreach (var (input, own) in map.Numerators(middle))
                    {
                        if (!isThere[input])
                        {
                            (isThere[input], weights[input], magnitudes[input]) = (true, default, default);
                            reached.Add(input);
                        }

                        weights[input] += weight * own;
                        magnitudes[input] += magnitude * T.Abs(own);
                        work++;
                    }
                }

                reached.Sort();
                reached.ForEach(input => isThere[input] = false);
                operations += row.Count + reached.Count + 4;
                row = [.. reached.Select(input => (input, weights[input], magnitudes[input]))];
            }

            // Which inputs those are is a matter of which values of the last map the output sees, whatever it weighs them by.
            if (!known.TryGetValue(maps[^1].InputsOf(output), out int[]? inputs))
            {
                known.Add(maps[^1].InputsOf(output), inputs = [.. row.Select(tap => tap.Input)]);
            }

            rows[output] = new(inputs, [.. row.Select(tap => tap.Weight)], [.. row.Select(tap => tap.Magnitude)], bias, size, operations);
            entries += row.Count;
            if (entries > MostEntries || work > MostWork)
            {
                return null;
            }
        }

        return new(maps, rows);
    }

    /// <inheritdoc/>
    public Box<T> Bound(Box<T> x, bool float32 = false)
    {
        var (lower, upper, sums, terms) = (new T[Outputs], new T[Outputs], new T[Outputs], new int[Outputs]);
        int last = Math.Min(Digits.Last<T>(x.Lower), Digits.Last<T>(x.Upper)), used = 0;
        T[] least = [], most = [], largest = [];
        int[]? inputs = null;
        foreach (int output in order)
        {
            var row = rows[output];
            if (row.Inputs != inputs)
            {
                // What these outputs see, side by side.
                inputs = row.Inputs;
                (least, most) = (Array.ConvertAll(inputs, input => x.Lower[input]), Array.ConvertAll(inputs, input => x.Upper[input]));
                largest = [.. least.Zip(most, (l, u) => T.Max(T.Abs(l), T.Abs(u)))];
                used = largest.Count(value => !value.IsZero);
            }

            var (low, high, _) = T.SumProducts(row.Weights, least, most);
            (low, high) = (row.Bias + low, row.Bias + high);
            T sum = row.BiasMagnitude + T.SumProducts(row.Magnitudes, largest, largest).High;
            bool isExact = T.HoldsSums(sum, Math.Min(Digits.OfProduct(digit, last), biasDigit));
            T lost = isExact ? default : T.Above(T.Above(T.Lost(row.Operations) * sum) + T.Tiny);
            var value = new Interval<T>(T.Sum(low, -lost).Lower, T.Sum(high, lost).Upper) / (Interval<T>)divisor;
            sums[output] = ((Interval<T>)T.Sum(sum, lost).Upper / (Interval<T>)divisor).Upper;
            terms[output] = used;
            value = float32 ? value.Widen(Float32Loss(output, used, sums[output])) : value;
            (lower[output], upper[output]) = (value.Lower, value.Upper);
        }

        return new(lower, upper, sums) { Terms = terms };
    }

    /// <inheritdoc/>
    public AffineRow<T> Row(int output, RowRoom<T> room)
    {
        var row = rows[output];
        var (lower, upper, magnitudes) = room.Of(row.Inputs.Length);
        for (int i = 0; i < row.Inputs.Length; i++)
        {
            T lost = T.Above(T.Above(T.Lost(row.Operations) * row.Magnitudes[i]) + T.Tiny);
            var share = ((Interval<T>)row.Weights[i]).Widen(lost) / (Interval<T>)divisor;
            (lower[i], upper[i]) = (share.Lower, share.Upper);
            magnitudes[i] = ((Interval<T>)T.Above(row.Magnitudes[i] + lost) / (Interval<T>)divisor).Upper;
        }

        return new(row.Inputs, lower.AsSpan(0, row.Inputs.Length), upper.AsSpan(0, row.Inputs.Length), magnitudes.AsSpan(0, row.Inputs.Length));
    }

    /// <inheritdoc/>
    public long Roundings(int output, int terms)
    {
        // Which outputs of the maps between are concerned is not asked.
        long before = maps.SkipLast(1).Select((map, i) => (i == 0 ? Math.Min(terms, map.MostTerms) : map.MostTerms) + 1L + (map.Divisor == 1 ? 0 : 1)).Sum();
        return before + maps[^1].Roundings(output, maps[^1].MostTerms);
    }

    /// <inheritdoc/>
    public T Float32Loss(int output, int terms, T sum)
    {
        long roundings = Roundings(output, terms);
        return T.Above(T.Above(SinglePrecision.Gamma<T>(roundings) * sum) + T.Above(gain * SinglePrecision.Underflow<T>(roundings)));
    }

    private static T Reach(ReadOnlySpan<T> magnitudes)
    {
        T sum = default;
        foreach (T magnitude in magnitudes)
        {
            sum = T.Above(sum + magnitude);
        }

        return sum;
    }

    private sealed record Line(int[] Inputs, T[] Weights, T[] Magnitudes, T Bias, T BiasMagnitude, long Operations);
}
