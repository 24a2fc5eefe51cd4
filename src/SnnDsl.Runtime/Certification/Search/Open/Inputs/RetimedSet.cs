using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search.Inputs;

/// <summary>Recordings whose spikes move in time, each pixel keeping its count; some entries are decided already.</summary>
internal sealed class RetimedSet : SearchSet
{
    private readonly double[] recorded;
    private readonly RetimedPixel?[] pixels;
    private readonly int? moves;
    private readonly Tensor sample;

    // How many gains are left beside those that no train of the set can do without.
    private readonly int? spare;

    // What an entry is where nothing that is open in it changes, and what a change adds to it; 0 where it cannot.
    private readonly double[] values;
    private readonly double[] changes;

    // By step, how many of its open entries change at most.
    private readonly int[] most;

    // pixels: null for those without spikes.
    private RetimedSet(double[] recorded, RetimedPixel?[] pixels, int? moves, int? spare, Tensor sample)
        : base(recorded.Length / pixels.Length, pixels.Length)
    {
        (this.recorded, this.pixels, this.moves, this.spare, this.sample) = (recorded, pixels, moves, spare, sample);
        (values, changes, most) = ([.. recorded], new double[recorded.Length], new int[Steps]);
        Array.Fill(most, spare ?? Entries);
        for (int i = 0; i < Entries; i++)
        {
            if (pixels[i] is not { } pixel)
            {
                continue;
            }

            for (int t = 0; t < Steps; t++)
            {
                int at = (t * Entries) + i;
                bool own = recorded[at] > 0;
                if (!CanBe(pixel, t, own))
                {
                    values[at] = 1 - recorded[at];
                }
                else if (CanBe(pixel, t, !own))
                {
                    changes[at] = 1 - (2 * recorded[at]);
                    // Another pixel's change costs a gain that is spare.
                    most[t] += spare is not null && pixel.Fewest > 0 ? 1 : 0;
                }
            }
        }
    }

    /// <summary>The set of a batch of one.</summary>
    public static RetimedSet Create(RetimedInput input, Tensor sample, int steps)
    {
        double[] recorded = Values(input.Spikes);
        int entries = recorded.Length / steps;
        var pixels = Enumerable.Range(0, entries).Select(i =>
        {
            bool[] train = [.. Enumerable.Range(0, steps).Select(t => recorded[(t * entries) + i] > 0)];
            return Array.IndexOf(train, true) < 0 ? null : new RetimedPixel(train, input.Jitter, new bool?[steps]);
        }).ToArray();
        return new(recorded, pixels, input.Moves, input.Moves, sample);
    }

    /// <inheritdoc/>
    public override void Currents(OpenLayer layer, double[] low, double[] high)
    {
        if (moves is not null)
        {
            for (int t = 0; t < Steps; t++)
            {
                BoundChanges(layer, t, values, changes, most[t], low, high);
            }

            return;
        }

        double[] centre = new double[Entries], radius = new double[Entries], reach = new double[layer.Count];
        for (int t = 0; t < Steps; t++)
        {
            for (int i = 0; i < Entries; i++)
            {
                int at = (t * Entries) + i;
                (centre[i], radius[i]) = (values[at] + (changes[at] / 2), Math.Abs(changes[at]) / 2);
            }

            Array.Clear(reach);
            var row = low.AsSpan(t * layer.Count, layer.Count);
            layer.Base.AsSpan(t * layer.Count, layer.Count).CopyTo(row);
            layer.Weights.Apply(centre, row);
            layer.Weights.ApplyAbsolute(radius, reach);
            for (int n = 0; n < layer.Count; n++)
            {
                high[(t * layer.Count) + n] = row[n] + reach[n] + layer.Slack[n];
                row[n] -= reach[n] + layer.Slack[n];
            }
        }
    }

    /// <inheritdoc/>
    public override double Least(double[] a, double[] x)
    {
        Array.Clear(x);
        double[] own = new double[Steps];
        int[] busy = [.. Enumerable.Range(0, Entries).Where(i => pixels[i] is not null)];
        var walks = new RetimedPixel.Walk[busy.Length];
        for (int p = 0; p < busy.Length; p++)
        {
            for (int t = 0; t < Steps; t++)
            {
                own[t] = a[(t * Entries) + busy[p]];
            }

            walks[p] = pixels[busy[p]]!.Cheapest(own, spare + pixels[busy[p]]!.Fewest);
        }

        int budget = moves is { } count ? Math.Min(count, walks.Sum(walk => walk.Gains)) : 0;
        // least[p, g]: of the pixels before p, with at most g gains; taken: those of pixel p - 1 there.
        var (least, taken) = (new double[busy.Length + 1, budget + 1], new int[busy.Length + 1, budget + 1]);
        for (int p = 0; p < busy.Length; p++)
        {
            for (int g = 0; g <= budget; g++)
            {
                least[p + 1, g] = double.PositiveInfinity;
                for (int of = 0; of <= Math.Min(g, walks[p].Gains); of++)
                {
                    double value = least[p, g - of] + walks[p].Value(of);
                    (least[p + 1, g], taken[p + 1, g]) = value < least[p + 1, g] ? (value, of) : (least[p + 1, g], taken[p + 1, g]);
                }
            }
        }

        for (int p = busy.Length, g = budget; p > 0; g -= taken[p--, g])
        {
            foreach (var (t, spike) in walks[p - 1].Train(taken[p, g]))
            {
                x[(t * Entries) + busy[p - 1]] = spike ? 1 : 0;
            }
        }

        return least[busy.Length, budget];
    }

    /// <inheritdoc/>
    public override Tensor? Point(double[] x)
    {
        // An average of recordings is none: the one of the set that agrees with it most stands for it.
        double[] point = new double[x.Length];
        Least([.. x.Select(value => 0.5 - value)], point);
        return Recording(point, sample, Steps);
    }

    /// <inheritdoc/>
    public override SearchSet? Cut(Split split, bool second)
    {
        if (pixels[split.Unit] is not { } pixel)
        {
            return second ? null : this;
        }

        bool spike = recorded[(split.Step * Entries) + split.Unit] > 0 != second;
        if (!CanBe(pixel, split.Step, spike))
        {
            return null;
        }

        var decided = (RetimedPixel?[])pixels.Clone();
        var narrower = pixel.With(split.Step, spike);
        decided[split.Unit] = narrower;
        return new RetimedSet(recorded, decided, moves, spare - (narrower.Fewest - pixel.Fewest), sample);
    }

    /// <inheritdoc/>
    public override Split? Promising(double[] a)
    {
        var (best, score) = (-1, -1.0);
        for (int i = 0; i < a.Length; i++)
        {
            double gain = changes[i] == 0 ? -1 : Math.Abs(a[i]);
            (best, score) = gain > score ? (i, gain) : (best, score);
        }

        return best < 0 ? null : Split.Entry(best / Entries, best % Entries);
    }

    private bool CanBe(RetimedPixel pixel, int t, bool spike) =>
        pixel.FewestWith(t, spike) is { } gains && !(gains > spare + pixel.Fewest);
}
