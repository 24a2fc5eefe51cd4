using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search.Inputs;

/// <summary>Recordings of which at most k entries are flipped; some entries are decided already.</summary>
internal sealed class FlipSet : SearchSet
{
    private readonly double[] values;
    private readonly double[] changes;
    private readonly int flips;
    private readonly Tensor sample;

    // changes: what a flip adds, 0 where none is allowed or all is decided.
    internal FlipSet(double[] values, double[] changes, int flips, Tensor sample, int steps)
        : base(steps, values.Length / steps) =>
        (this.values, this.changes, this.flips, this.sample) = (values, changes, flips, sample);

    /// <summary>The set of a batch of one.</summary>
    public static FlipSet Create(FlippedInput input, Tensor sample, int steps)
    {
        double[] values = Values(input.Spikes);
        double[] changes = Array.ConvertAll(values, spike => input.Mode switch
        {
            FlipMode.Insert => 1 - spike,
            FlipMode.Delete => -spike,
            _ => 1 - (2 * spike),
        });
        return new(values, changes, input.Flips, sample, steps);
    }

    /// <inheritdoc/>
    public override void Currents(OpenLayer layer, double[] low, double[] high)
    {
        for (int t = 0; t < Steps; t++)
        {
            BoundChanges(layer, t, values, changes, flips, low, high);
        }
    }

    /// <inheritdoc/>
    public override double Least(double[] a, double[] x)
    {
        values.CopyTo(x, 0);
        double sum = 0;
        var gains = new PriorityQueue<int, double>();
        for (int i = 0; i < values.Length; i++)
        {
            sum += a[i] * values[i];
            double gain = -a[i] * changes[i];
            if (gain > 0 && flips > 0)
            {
                if (gains.Count < flips)
                {
                    gains.Enqueue(i, gain);
                }
                else
                {
                    gains.EnqueueDequeue(i, gain);
                }
            }
        }

        while (gains.TryDequeue(out int i, out double gain))
        {
            sum -= gain;
            x[i] += changes[i];
        }

        return sum;
    }

    /// <inheritdoc/>
    public override Tensor? Point(double[] x)
    {
        // An average of recordings is none: its largest changes are taken, as many as are left.
        double[] point = [.. values];
        foreach (int i in Enumerable.Range(0, values.Length).Where(i => Math.Abs(x[i] - values[i]) > 0.25 && changes[i] != 0)
            .OrderByDescending(i => Math.Abs(x[i] - values[i])).Take(flips))
        {
            point[i] += changes[i];
        }

        return Recording(point, sample, Steps);
    }

    /// <inheritdoc/>
    public override SearchSet? Cut(Split split, bool second)
    {
        int i = (split.Step * Entries) + split.Unit;
        if (second && flips == 0)
        {
            return null;
        }

        double[] decided = [.. changes];
        decided[i] = 0;
        if (!second)
        {
            return new FlipSet(values, decided, flips, sample, Steps);
        }

        double[] flipped = [.. values];
        flipped[i] += changes[i];
        return new FlipSet(flipped, decided, flips - 1, sample, Steps);
    }

    /// <inheritdoc/>
    public override Split? Promising(double[] a)
    {
        var (best, score) = (-1, -1.0);
        for (int i = 0; i < values.Length && flips > 0; i++)
        {
            double gain = changes[i] == 0 ? -1 : Math.Abs(a[i]);
            (best, score) = gain > score ? (i, gain) : (best, score);
        }

        return best < 0 || score < 0 ? null : Split.Entry(best / Entries, best % Entries);
    }
}
