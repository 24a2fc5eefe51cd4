using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>A recording of which at most k entries are flipped, anywhere in time and space.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class FlippedSpikes<T> : IInputSet<T>
    where T : struct, IReal<T>
{
    private readonly float[][] spikes;
    private readonly int flips;

    // By step and entry what a flip adds: 1, -1, or 0 where none is allowed.
    private readonly int[][] changes;

    // What was looked for already: currents and their sums over the steps ask for the same.
    private readonly Dictionary<(IAffineRows<T> Map, int Step), Moved[]> looked = [];

    /// <summary>Creates the set.</summary>
    /// <param name="spikes">By step and entry, zeros and ones.</param>
    /// <param name="flips">k.</param>
    /// <param name="mayInsert">Whether zeros may become ones.</param>
    /// <param name="mayDelete">Whether ones may become zeros.</param>
    public FlippedSpikes(float[][] spikes, int flips, bool mayInsert, bool mayDelete)
    {
        (this.spikes, this.flips) = (spikes, flips);
        changes = [.. spikes.Select(step => step.Select(spike => spike > 0 ? (mayDelete ? -1 : 0) : mayInsert ? 1 : 0).ToArray())];
    }

    /// <summary>Creates a set whose changes are known.</summary>
    /// <param name="spikes">By step and entry, zeros and ones.</param>
    /// <param name="flips">k.</param>
    /// <param name="changes">By step and entry, what a change adds: 1, -1, or 0 where none is allowed.</param>
    public FlippedSpikes(float[][] spikes, int flips, int[][] changes) => (this.spikes, this.flips, this.changes) = (spikes, flips, changes);

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>> Currents(MapChain<T> maps, int t, bool float32)
    {
        if (float32)
        {
            maps.Maps[0].CheckFloat32();
        }

        var first = Changed(maps.Maps[0], t, float32);
        // Where maps follow each other, the k changes count once for all of them.
        return maps.Continue([first], first, float32, maps.Maps.Count > 1 && maps.Whole is { } whole ? Changed(whole, t, float32) : null);
    }

    // All k may fall on this step. Each output moves by the k changes that move it most; the entries are shared between outputs and steps,
    // which an interval cannot say.
    private Box<T> Changed(IAffineRows<T> map, int t, bool float32)
    {
        var recorded = Box<T>.Exactly([.. spikes[t].Select(spike => T.From(spike))]);
        if (flips == 0)
        {
            return map.Bound(recorded, float32);
        }

        var still = map.Bound(recorded);
        var (lower, upper, sums, terms) = (new T[still.Count], new T[still.Count], new T[still.Count], new int[still.Count]);
        var moves = Look(map, t);
        for (int output = 0; output < still.Count; output++)
        {
            var moved = moves[output];
            // What spikes add to the sum of magnitudes, and to the number of its terms.
            sums[output] = T.Above(still.Sums[output] + moved.More.Sum);
            terms[output] = still.Terms[output] + Math.Min(flips, moved.Inserted);
            T lost = float32 ? map.Float32Loss(output, terms[output], sums[output]) : default;
            lower[output] = T.Sum(T.Sum(still.Lower[output], -moved.Down.Sum).Lower, -lost).Lower;
            upper[output] = T.Sum(T.Sum(still.Upper[output], moved.Up.Sum).Upper, lost).Upper;
        }

        return new(lower, upper, sums) { Terms = terms };
    }

    /// <inheritdoc/>
    /// <remarks>Of all flips so far the k that move a sum most, each weighed as its step is; an entry of a step is flipped once.</remarks>
    public IReadOnlyList<Box<T>>? Sums(MapChain<T> maps, IReadOnlyList<Interval<T>> response)
    {
        bool isWhole = maps.Maps.Count > 1 && maps.Whole is not null;
        IAffineRows<T> map = isWhole ? maps.Whole! : maps.Maps[0];
        Moved[][] moves = [.. spikes.Select((_, t) => Look(map, t))];
        List<Box<T>> found = [];
        Interval<T> total = default(T);
        for (int t = 0; t < spikes.Length; t++)
        {
            total += response[t];
            var still = MapChain<T>.Summed(map, Box<T>.Of([.. spikes[t].Select((_, i) => Recorded(i))]), total);
            var (lower, upper) = (new T[still.Count], new T[still.Count]);
            for (int output = 0; output < still.Count; output++)
            {
                var (down, up) = (new Largest<T>(flips), new Largest<T>(flips));
                for (int step = 0; step <= t; step++)
                {
                    T weight = response[t - step].Upper;
                    Add(down, moves[step][output].Down.Kept, weight);
                    Add(up, moves[step][output].Up.Kept, weight);
                }

                (lower[output], upper[output]) = (T.Sum(still.Lower[output], -down.Sum).Lower, T.Sum(still.Upper[output], up.Sum).Upper);
            }

            var box = new Box<T>(lower, upper, []);
            found.Add(isWhole ? box : maps.Summed(box, total, from: 1));

            Interval<T> Recorded(int entry)
            {
                Interval<T> sum = default(T);
                for (int step = 0; step <= t; step++)
                {
                    sum += spikes[step][entry] > 0 ? response[t - step] : default(T);
                }

                return sum;
            }
        }

        return found;

        static void Add(Largest<T> largest, IReadOnlyList<T> values, T weight)
        {
            foreach (T value in values)
            {
                largest.Add(T.Above(weight * value));
            }
        }
    }

    // Which flips at a step move each output furthest.
    private Moved[] Look(IAffineRows<T> map, int t)
    {
        if (looked.TryGetValue((map, t), out var known))
        {
            return known;
        }

        var found = looked[(map, t)] = new Moved[map.Outputs];
        var room = new RowRoom<T>();
        int[]? seen = null;
        T[] inserts = [], deletes = [], minusInserts = [], minusDeletes = [];
        int inserted = 0;
        for (int output = 0; output < found.Length; output++)
        {
            var row = map.Row(output, room);
            if (row.Inputs != seen)
            {
                // Where a spike can come, and where one can go.
                seen = row.Inputs;
                inserts = Array.ConvertAll(seen, input => changes[t][input] > 0 ? T.One : default);
                deletes = Array.ConvertAll(seen, input => changes[t][input] < 0 ? T.One : default);
                (minusInserts, minusDeletes) = (Array.ConvertAll(inserts, sign => -sign), Array.ConvertAll(deletes, sign => -sign));
                inserted = inserts.Count(sign => !sign.IsZero);
            }

            var (down, up, more) = (new Largest<T>(flips), new Largest<T>(flips), new Largest<T>(flips));
            up.Add(row.Upper, inserts);
            up.Add(row.Lower, minusDeletes);
            down.Add(row.Lower, minusInserts);
            down.Add(row.Upper, deletes);
            more.Add(row.Magnitudes, inserts);
            found[output] = new(down, up, more, inserted);
        }

        return found;
    }

    /// <inheritdoc/>
    public T Least(IReadOnlyList<T[]> coefficients)
    {
        T least = default;
        var harms = new Largest<T>(flips);
        for (int t = 0; t < coefficients.Count; t++)
        {
            for (int i = 0; i < spikes[t].Length; i++)
            {
                T a = coefficients[t][i];
                least = spikes[t][i] > 0 ? T.Sum(least, a).Lower : least;
                harms.Add(changes[t][i] switch { > 0 => -a, < 0 => a, _ => default });
            }
        }

        return T.Sum(least, -harms.Sum).Lower;
    }

    /// <inheritdoc/>
    public IInputSet<T>? Fix(int step, int entry, bool flipped)
    {
        if (flipped && (changes[step][entry] == 0 || flips == 0))
        {
            return null;
        }

        var (values, free) = ((float[][])spikes.Clone(), (int[][])changes.Clone());
        (values[step], free[step]) = ((float[])values[step].Clone(), (int[])free[step].Clone());
        values[step][entry] += flipped ? changes[step][entry] : 0;
        free[step][entry] = 0;
        return new FlippedSpikes<T>(values, flipped ? flips - 1 : flips, free);
    }

    // The k largest moves of an output down and up, the k largest magnitudes that a spike can add, and how many spikes can come.
    private sealed record Moved(Largest<T> Down, Largest<T> Up, Largest<T> More, int Inserted);
}
