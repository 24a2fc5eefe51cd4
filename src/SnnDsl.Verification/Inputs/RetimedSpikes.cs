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

    // What one step can see of the set: the entries, each by itself in a box, or any k of them changed.
    private readonly Box<T>[] boxes;
    private readonly FlippedSpikes<T>? changed;

    /// <summary>Creates the set.</summary>
    /// <param name="spikes">By step and entry, zeros and ones.</param>
    /// <param name="jitter">d.</param>
    /// <param name="moves">k; null for any number.</param>
    public RetimedSpikes(float[][] spikes, int jitter, int? moves)
    {
        (this.spikes, this.moves) = (spikes, moves);
        corridors = [.. Enumerable.Range(0, spikes[0].Length).Select(i => new Corridor([.. spikes.Select(step => step[i])], jitter))];
        boxes = [.. spikes.Select((_, t) => Box<T>.Of([.. corridors.Select(corridor =>
            new Interval<T>(corridor.CanBe(t, false) ? default : T.One, corridor.CanBe(t, true) ? T.One : default))]))];
        if (moves is { } count)
        {
            // A pixel that changes at a step gains a spike in some bin, there or elsewhere; so at most k change at one step.
            changed = new(spikes, count, [.. spikes.Select((step, t) => step.Select((spike, i) =>
                !corridors[i].CanBe(t, spike <= 0) ? 0 : spike > 0 ? -1 : 1).ToArray())]);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>> Currents(IReadOnlyList<AffineMap<T>> maps, int t, bool float32) =>
        changed?.Currents(maps, t, float32) ?? maps.BoundAll(boxes[t], float32);

    /// <inheritdoc/>
    public T Least(IReadOnlyList<T[]> coefficients)
    {
        int most = moves is { } k ? Math.Min(k, corridors.Sum(corridor => corridor.Count)) : 0;
        // least[g]: over the pixels so far, with at most g bins that gain a spike.
        var least = new T[most + 1];
        for (int i = 0; i < corridors.Length; i++)
        {
            if (corridors[i].Count > 0)
            {
                least = Together(least, OfPixel(coefficients, i, moves is null ? null : Math.Min(most, corridors[i].Count)));
            }
        }

        return least[^1];
    }

    // The least value of one pixel's part by how many bins gain a spike, at most so many; without a limit as the only entry.
    private T[] OfPixel(IReadOnlyList<T[]> coefficients, int pixel, int? limit)
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

                    int gained = g + (limit is not null && spikes[t][pixel] <= 0 ? 1 : 0);
                    Take(c, g, value);
                    if (gained <= gains)
                    {
                        Take(c + 1, gained, T.Below(value + coefficients[t][pixel]));
                    }
                }
            }

            now = next;

            void Take(int c, int g, T value)
            {
                if (corridor.Holds(t, c))
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
                int early = limit is null ? g : g - corridor.Owed(coefficients.Count - 1, c);
                if (early >= 0 && now[c, early] is { } value)
                {
                    best[g] = best[g] is { } other ? T.Min(other, value) : value;
                }
            }
        }

        // Without any gain the train stays what it was: there is always an entry.
        return [.. best.Select(value => value!.Value)];
    }

    // The least sum with at most g gains in both together.
    private static T[] Together(T[] first, T[] second)
    {
        var least = new T[first.Length];
        for (int g = 0; g < first.Length; g++)
        {
            least[g] = T.Below(first[g] + second[0]);
            for (int own = 1; own <= Math.Min(g, second.Length - 1); own++)
            {
                least[g] = T.Min(least[g], T.Below(first[g - own] + second[own]));
            }
        }

        return least;
    }
}
