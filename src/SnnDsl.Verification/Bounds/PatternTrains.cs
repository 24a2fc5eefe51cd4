using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>
/// Neurons that get the same current I at every step, with any reset. As long as they go on alike the membrane is a I + b with one a &gt; 0
/// and b, so that each step parts an interval of currents in two: those up to (threshold - b) / a are silent there, those above fire.
/// Of two currents that part, the greater one fires, so that trains as words, compared from the first step on, never fall with I.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class PatternTrains<T>
    where T : struct, IReal<T>
{
    // More are refused: the program that writes proofs takes steps one by one long before.
    private const int Most = 1 << 12;

    private readonly Neurons neurons;
    private readonly Interval<T> threshold;
    private readonly Interval<T> decay;
    private readonly bool[] fires;
    private readonly Interval<T>[] gains;
    private readonly Interval<T>[] offsets;
    private readonly List<Train> trains = [];

    // What a hard reset has been seen to do so many steps after a reset, on the way here: it does it again.
    private readonly Dictionary<(bool First, int Since), bool> seen = [];

    /// <summary>Finds all trains.</summary>
    /// <param name="neurons">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    /// <exception cref="FormatException">There are too many.</exception>
    public PatternTrains(Neurons neurons, int steps)
    {
        (this.neurons, threshold, decay) = (neurons, T.From(neurons.Threshold), T.From(neurons.Decay));
        (fires, gains, offsets) = (new bool[steps], new Interval<T>[steps], new Interval<T>[steps]);
        Find(0, T.One, default(T), null, null, (First: true, Since: 0));
    }

    /// <summary>By step, the membrane and whether it fires, over all trains that currents in an interval can cause.</summary>
    /// <param name="current">The interval of I.</param>
    /// <param name="patterns">The words that count.</param>
    /// <returns>Null if no current in the interval has such a train.</returns>
    public (Interval<T> Membrane, Phase Phase)[]? All(Interval<T> current, (bool[]? AtLeast, bool[]? Below) patterns)
    {
        (Interval<T> Membrane, Phase Phase)[]? hull = null;
        foreach (var (train, currents) in Possible(current, patterns))
        {
            var own = train.Fires.Select((spike, t) =>
                (Membrane: (train.Gains[t] * currents) + train.Offsets[t], Phase: spike ? Phase.Fires : Phase.Silent)).ToArray();
            hull = hull is null ? own : [.. hull.Zip(own, (known, more) =>
                (known.Membrane.Join(more.Membrane), known.Phase == more.Phase ? known.Phase : Phase.Open))];
        }

        return hull;
    }

    /// <summary>At most the least value of sum_t a[t] s[t] - k I over the currents I of an interval: the ends of each train's decide.</summary>
    /// <param name="current">The interval of I.</param>
    /// <param name="patterns">The words that count; some are possible.</param>
    /// <param name="onSpikes">a, for all T steps.</param>
    /// <param name="slope">k.</param>
    public T Least(Interval<T> current, (bool[]? AtLeast, bool[]? Below) patterns, T[] onSpikes, T slope)
    {
        T? least = null;
        foreach (var (train, currents) in Possible(current, patterns))
        {
            Interval<T> spikes = default(T);
            for (int t = 0; t < onSpikes.Length; t++)
            {
                spikes = train.Fires[t] ? spikes + onSpikes[t] : spikes;
            }

            T lower = (spikes - (slope * currents)).Lower;
            least = least is { } other ? T.Min(other, lower) : lower;
        }

        return least!.Value;
    }

    private IEnumerable<(Train Train, Interval<T> Currents)> Possible(Interval<T> current, (bool[]? AtLeast, bool[]? Below) patterns)
    {
        foreach (var train in trains)
        {
            var currents = new Interval<T>(
                train.From is { } from ? T.Max(current.Lower, from) : current.Lower, train.To is { } to ? T.Min(current.Upper, to) : current.Upper);
            if (currents.Lower <= currents.Upper
                && (patterns.AtLeast is null || TrainWords.Compare(train.Fires, patterns.AtLeast) >= 0)
                && (patterns.Below is null || TrainWords.Compare(train.Fires, patterns.Below) < 0))
            {
                yield return (train, currents);
            }
        }
    }

    // From step t on, with the membrane gain I + offset there for I in [from, to]; null is infinite.
    private void Find(int t, Interval<T> gain, Interval<T> offset, T? from, T? to, (bool First, int Since) state)
    {
        if (from is { } lower && to is { } upper && !(lower <= upper))
        {
            return;
        }

        if (t == fires.Length)
        {
            trains.Add(new([.. fires], [.. gains], [.. offsets], from, to));
            if (trains.Count > Most)
            {
                throw new FormatException("it speaks of whole trains of neurons that have too many");
            }

            return;
        }

        (gains[t], offsets[t]) = (gain, offset);
        var change = (threshold - offset) / gain;
        if (neurons.Soft && neurons.Decay > 0)
        {
            Go(true, Later(from, change.Lower), to);
            Go(false, from, Earlier(to, change.Upper));
        }
        else if (seen.TryGetValue(state, out bool known))
        {
            Go(known, from, to);
        }
        else
        {
            seen[state] = true;
            Go(true, Later(from, change.Lower), to);
            seen[state] = false;
            Go(false, from, Earlier(to, change.Upper));
            seen.Remove(state);
        }

        void Go(bool spike, T? least, T? most)
        {
            fires[t] = spike;
            // Without a decay nothing is left of one step in the next.
            var next = neurons.Decay == 0 ? (true, 0)
                : spike && !neurons.Soft ? (neurons.ResetValue == 0, 0)
                : (state.First, state.Since + 1);
            if (spike && !neurons.Soft)
            {
                Find(t + 1, T.One, decay * T.From(neurons.ResetValue), least, most, next);
            }
            else
            {
                Find(t + 1, (decay * gain) + T.One, decay * (spike ? offset - threshold : offset), least, most, next);
            }
        }
    }

    private static T Later(T? from, T change) => from is { } known ? T.Max(known, change) : change;

    private static T Earlier(T? to, T change) => to is { } known ? T.Min(known, change) : change;

    private sealed record Train(bool[] Fires, Interval<T>[] Gains, Interval<T>[] Offsets, T? From, T? To);
}
