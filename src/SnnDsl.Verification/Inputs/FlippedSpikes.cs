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
    public IReadOnlyList<Box<T>> Currents(IReadOnlyList<AffineMap<T>> maps, int t, bool float32)
    {
        // All k may fall on this step. Each output of the first map moves by the k changes that move it most; the entries are shared
        // between outputs and steps, which an interval cannot say.
        var still = maps[0].Bound(Box<T>.Exactly([.. spikes[t].Select(spike => T.From(spike))]));
        var (lower, upper, sums) = (new T[still.Count], new T[still.Count], new T[still.Count]);
        // So many spikes there are at most.
        int[] terms = Array.ConvertAll(still.Terms, count => count + flips);
        for (int output = 0; output < still.Count; output++)
        {
            var (down, up, change) = (new Largest<T>(flips), new Largest<T>(flips), new Largest<T>(flips));
            foreach (var (input, weight) in maps[0].Row(output))
            {
                T gain = changes[t][input] switch { > 0 => weight, < 0 => -weight, _ => default };
                down.Add(-gain);
                up.Add(gain);
                change.Add(T.Abs(gain));
            }

            sums[output] = T.Above(still.Sums[output] + change.Sum);
            T lost = float32 ? T.Above(T.Above(SinglePrecision.Lost<T>(terms[output] + 3) * sums[output]) + SinglePrecision.Underflow<T>()) : default;
            lower[output] = T.Sum(T.Sum(still.Lower[output], -down.Sum).Lower, -lost).Lower;
            upper[output] = T.Sum(T.Sum(still.Upper[output], up.Sum).Upper, lost).Upper;
        }

        var first = new Box<T>(lower, upper, sums) { Terms = terms };
        Box<T>[] boxes = [first, .. maps.Skip(1).BoundAll(first, float32)];
        if (maps.Count > 1 && !float32)
        {
            boxes[^1] = ThroughProduct(maps, boxes[^1], t);
        }

        return boxes;
    }

    // Where maps follow each other, the k changes count once for all of them: each output of the last moves by the k that move it most
    // through the product of the maps.
    private Box<T> ThroughProduct(IReadOnlyList<AffineMap<T>> maps, Box<T> known, int t)
    {
        var still = maps.BoundAll(Box<T>.Exactly([.. spikes[t].Select(spike => T.From(spike))]))[^1];
        var (lower, upper) = (new T[still.Count], new T[still.Count]);
        for (int output = 0; output < still.Count; output++)
        {
            var (down, up) = (new Largest<T>(flips), new Largest<T>(flips));
            foreach (var (input, weight) in maps.ProductRow(output))
            {
                int change = changes[t][input];
                down.Add(change switch { > 0 => -weight.Lower, < 0 => weight.Upper, _ => default });
                up.Add(change switch { > 0 => weight.Upper, < 0 => -weight.Lower, _ => default });
            }

            lower[output] = T.Max(known.Lower[output], T.Sum(still.Lower[output], -down.Sum).Lower);
            upper[output] = T.Min(known.Upper[output], T.Sum(still.Upper[output], up.Sum).Upper);
        }

        return new(lower, upper, known.Sums) { Terms = known.Terms };
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
}
