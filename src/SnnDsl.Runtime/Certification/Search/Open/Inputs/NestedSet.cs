using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search.Inputs;

/// <summary>
/// Poisson spikes of pixels in a box, for one draw of the noise: a growing pixel passes the noise values inside its interval one after
/// the other.
/// </summary>
internal sealed class NestedSet : SearchSet
{
    private readonly double[] lower;
    private readonly double[] upper;
    private readonly double[] noise;
    private readonly Tensor sample;

    // Where points are taken from: the pixels as the network takes them.
    private readonly Interval members;

    // By entry, the steps in ascending order of the noise.
    private readonly int[][] order;

    private NestedSet(double[] lower, double[] upper, double[] noise, int[][] order, Interval members, Tensor sample)
        : base(noise.Length / lower.Length, lower.Length) =>
        (this.lower, this.upper, this.noise, this.order, this.members, this.sample) = (lower, upper, noise, order, members, sample);

    /// <summary>The set of a batch of one.</summary>
    /// <param name="input">The set.</param>
    /// <param name="members">The set in the network's own precision.</param>
    /// <param name="sample">The unperturbed sample.</param>
    public static NestedSet Create(PoissonInput input, PoissonInput members, Tensor sample)
    {
        double[] lower = Values(input.Pixels.Lower), noise = Values(input.Noise);
        int entries = lower.Length, steps = noise.Length / entries;
        var order = Enumerable.Range(0, entries)
            .Select(i => Enumerable.Range(0, steps).OrderBy(t => noise[(t * entries) + i]).ToArray()).ToArray();
        return new(lower, Values(input.Pixels.Upper), noise, order, members.Members ?? members.Pixels, sample);
    }

    /// <inheritdoc/>
    public override void Currents(OpenLayer layer, double[] low, double[] high)
    {
        double[] centre = new double[Entries], radius = new double[Entries], reach = new double[layer.Count];
        for (int t = 0; t < Steps; t++)
        {
            for (int i = 0; i < Entries; i++)
            {
                double threshold = noise[(t * Entries) + i], least = lower[i] > threshold ? 1 : 0, most = upper[i] > threshold ? 1 : 0;
                (centre[i], radius[i]) = ((least + most) / 2, (most - least) / 2);
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
        double sum = 0;
        for (int i = 0; i < Entries; i++)
        {
            // The least prefix of the steps that the pixel may pass; steps with the same noise are passed together.
            double running = 0, least = 0;
            int taken = 0, open = 0;
            int[] steps = order[i];
            for (int at = 0; at < Steps; at++)
            {
                int t = steps[at];
                double threshold = noise[(t * Entries) + i], value = a[(t * Entries) + i];
                bool certain = lower[i] > threshold, possible = upper[i] > threshold;
                x[(t * Entries) + i] = certain ? 1 : 0;
                if (certain)
                {
                    sum += value;
                }
                else if (possible)
                {
                    running += value;
                    open++;
                    bool together = at + 1 < Steps && noise[(steps[at + 1] * Entries) + i] == threshold;
                    (least, taken) = running < least && !together ? (running, open) : (least, taken);
                }
            }

            sum += least;
            for (int at = 0; at < Steps && taken > 0; at++)
            {
                int t = steps[at];
                if (lower[i] <= noise[(t * Entries) + i])
                {
                    x[(t * Entries) + i] = 1;
                    taken--;
                }
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public override Tensor Point(double[] x)
    {
        // A pixel equal to a noise value does not exceed it: it passes exactly those below.
        double[] pixels = new double[Entries];
        for (int i = 0; i < Entries; i++)
        {
            var next = order[i].Where(t => upper[i] > noise[(t * Entries) + i] && x[(t * Entries) + i] < 0.5).ToArray();
            pixels[i] = next.Length == 0 ? upper[i] : Math.Max(lower[i], noise[(next[0] * Entries) + i]);
        }

        using var scope = NewDisposeScope();
        var point = tensor(pixels).to(sample.dtype).to(sample.device).view(sample.shape);
        // The set's ends were moved outward, but the network's inputs stay inside.
        return minimum(maximum(point, members.Lower), members.Upper).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override SearchSet? Cut(Split split, bool second)
    {
        if (second ? split.Value >= upper[split.Unit] : split.Value < lower[split.Unit])
        {
            return null;
        }

        double[] ends = [.. second ? lower : upper];
        // Above a noise value means that it is passed.
        ends[split.Unit] = second ? Math.Max(ends[split.Unit], Math.BitIncrement((float)split.Value)) : Math.Min(ends[split.Unit], split.Value);
        return second ? new(ends, upper, noise, order, members, sample) : new NestedSet(lower, ends, noise, order, members, sample);
    }

    /// <inheritdoc/>
    public override Split? Promising(double[] a)
    {
        var (best, score) = (default(Split?), -1.0);
        for (int i = 0; i < Entries; i++)
        {
            double[] open = [.. order[i].Select(t => noise[(t * Entries) + i]).Where(value => lower[i] <= value && upper[i] > value)];
            double weight = 1e-9 + order[i].Where(t => lower[i] <= noise[(t * Entries) + i] && upper[i] > noise[(t * Entries) + i])
                .Sum(t => Math.Abs(a[(t * Entries) + i]));
            if (open.Length > 0 && weight > score)
            {
                (best, score) = (Split.Pixel(i, open[open.Length / 2]), weight);
            }
        }

        return best;
    }
}
