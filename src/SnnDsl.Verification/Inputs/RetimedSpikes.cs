using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>
/// A recording whose spikes move by at most d steps in time, each pixel keeping its number of them; optionally at most k bins of the whole
/// recording gain a spike.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class RetimedSpikes<T> : IInputSet<T>
    where T : struct, IReal<T>
{
    private readonly float[][] spikes;
    private readonly int? moves;
    private readonly Corridor[] corridors;

    // How many gains are left beside those that no train of the set can do without; null without a limit.
    private readonly int? spare;

    // What one step can see of the set: the entries, each by itself in a box, or so many of them changed.
    private readonly Box<T>[] boxes;
    private readonly FlippedSpikes<T>[]? changed;

    /// <summary>Creates the set.</summary>
    /// <param name="spikes">By step and entry, zeros and ones.</param>
    /// <param name="jitter">d.</param>
    /// <param name="moves">k; null for any number.</param>
    public RetimedSpikes(float[][] spikes, int jitter, int? moves)
        : this(
            spikes,
            // More than all steps, and more than all spikes, is no more than they are.
            moves is { } most ? (int)Math.Min(most, spikes.Sum(step => (long)step.Count(spike => spike > 0))) : null,
            [.. Enumerable.Range(0, spikes[0].Length).Select(i => new Corridor([.. spikes.Select(step => step[i])], Math.Min(jitter, spikes.Length)))])
    {
    }

    // Some train must be left of every pixel, and enough of k for all of them together.
    private RetimedSpikes(float[][] spikes, int? moves, Corridor[] corridors)
    {
        (this.spikes, this.moves, this.corridors) = (spikes, moves, corridors);
        spare = moves - corridors.Sum(corridor => corridor.Fewest!.Value);
        boxes = [.. spikes.Select((_, t) => Box<T>.Of([.. corridors.Select(corridor =>
            new Interval<T>(CanBe(corridor, t, false) ? default : T.One, CanBe(corridor, t, true) ? T.One : default))]))];
        if (spare is { } left)
        {
            // Fixed entries are what they are. Of the open ones, each that changes in a pixel without gains of its own costs one that is
            // spare; those of other pixels may all change.
            float[][] values = [.. spikes.Select((step, t) => step.Select((spike, i) => CanBe(corridors[i], t, spike > 0) ? spike : 1 - spike).ToArray())];
            int[][] changes = [.. values.Select((step, t) => step.Select((spike, i) =>
                !CanBe(corridors[i], t, spike <= 0) ? 0 : spike > 0 ? -1 : 1).ToArray())];
            changed = [.. changes.Select(step => new FlippedSpikes<T>(
                values, left + corridors.Where((corridor, i) => step[i] != 0 && corridor.Fewest > 0).Count(), changes))];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>> Currents(MapChain<T> maps, int t, bool float32) =>
        changed?[t].Currents(maps, t, float32) ?? maps.Bound(boxes[t], float32);

    /// <inheritdoc/>
    /// <remarks>Pixels are independent: of each the least and the greatest sum of its trains.</remarks>
    public IReadOnlyList<Box<T>>? Sums(MapChain<T> maps, IReadOnlyList<Interval<T>> response)
    {
        if (moves is not null)
        {
            return null;
        }

        T[] Filled(T value) => [.. Enumerable.Repeat(value, corridors.Length)];
        T[][] low = [.. response.Select(weight => Filled(weight.Lower))], high = [.. response.Select(weight => Filled(-weight.Upper))];
        Interval<T> total = default(T);
        List<Box<T>> sums = [];
        for (int t = 0; t < spikes.Length; t++)
        {
            total += response[t];
            T Least(T[][] ofAge, int pixel) => OfPixel([.. Enumerable.Range(0, t + 1).Select(step => ofAge[t - step])], pixel, null)[0]!.Value;
            sums.Add(maps.Summed(
                Box<T>.Of([.. corridors.Select((corridor, i) => corridor.Count == 0 ? default(T) : new Interval<T>(Least(low, i), -Least(high, i)))]), total));
        }

        return sums;
    }

    /// <inheritdoc/>
    public T Least(IReadOnlyList<T[]> coefficients)
    {
        int most = moves is { } k ? Math.Min(k, corridors.Sum(corridor => corridor.Count)) : 0;
        // least[g]: over the pixels so far, with at most g bins that gain a spike; null where that is too few.
        T?[] least = [.. Enumerable.Repeat<T?>(default(T), most + 1)];
        for (int i = 0; i < corridors.Length; i++)
        {
            if (corridors[i].Count > 0)
            {
                least = Together(least, OfPixel(coefficients, i, moves is null ? null : Math.Min(most, corridors[i].Count)));
            }
        }

        return least[^1]!.Value;
    }

    /// <inheritdoc/>
    public IInputSet<T>? Fix(int step, int entry, bool flipped)
    {
        bool spike = spikes[step][entry] > 0 != flipped;
        if (!CanBe(corridors[entry], step, spike))
        {
            return null;
        }

        var narrower = (Corridor[])corridors.Clone();
        narrower[entry] = corridors[entry].With(step, spike);
        return new RetimedSpikes<T>(spikes, moves, narrower);
    }

    private bool CanBe(Corridor corridor, int t, bool spike) => corridor.FewestWith(t, spike) is { } gains && !(gains > spare + corridor.Fewest);

    // The least value of one pixel's part by how many bins gain a spike, at most so many; without a limit as the only entry.
    private T?[] OfPixel(IReadOnlyList<T[]> coefficients, int pixel, int? limit)
    {
        var (corridor, gains) = (corridors[pixel], limit ?? 0);
        var now = new T?[corridor.Count + 1, gains + 1];
        now[0, 0] = default(T);
        for (int t = 0; t < coefficients.Count; t++)
        {
            var next = new T?[corridor.Count + 1, gains + 1];
            for (int c = 0; c <= corridor.Count; c++)
            {
                for (int g = 0; g <= gains; g++)
                {
                    if (now[c, g] is not { } value)
                    {
                        continue;
                    }

                    Take(c, g + corridor.Gain(t, false), value);
                    Take(c + 1, g + corridor.Gain(t, true) * (limit is null ? 0 : 1), T.Below(value + coefficients[t][pixel]));
                }
            }

            now = next;

            void Take(int c, int? gained, T value)
            {
                if (gained is { } g && g <= gains && corridor.Holds(t, c))
                {
                    next[c, g] = next[c, g] is { } other ? T.Min(other, value) : value;
                }
            }
        }

        var best = new T?[gains + 1];
        for (int g = 0; g <= gains; g++)
        {
            best[g] = g > 0 ? best[g - 1] : null;
            for (int c = 0; c <= corridor.Count; c++)
            {
                int? before = limit is null ? g : g - corridor.Owed(coefficients.Count - 1, c);
                if (before is { } early && early >= 0 && now[c, early] is { } value)
                {
                    best[g] = best[g] is { } other ? T.Min(other, value) : value;
                }
            }
        }

        return best;
    }

    // The least sum with at most g gains in both together.
    private static T?[] Together(T?[] first, T?[] second)
    {
        var least = new T?[first.Length];
        for (int g = 0; g < first.Length; g++)
        {
            for (int own = 0; own <= Math.Min(g, second.Length - 1); own++)
            {
                if (first[g - own] is { } one && second[own] is { } other)
                {
                    T sum = T.Below(one + other);
                    least[g] = least[g] is { } known ? T.Min(known, sum) : sum;
                }
            }
        }

        return least;
    }
}
