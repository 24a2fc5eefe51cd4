namespace SnnDsl.Certification.Search.Inputs;

/// <summary>
/// The trains of one pixel whose spikes each move by at most d steps, some of its entries decided. A train is a walk of C[t], the number of
/// its spikes up to t, in a corridor around the recording's own c[t]: c[t - d] &lt;= C[t] &lt;= c[t + d] and C[T - 1] = c[T - 1]
/// ("Retimed spikes" in the mathematics). Its gains are the bins that have a spike and had none. Immutable.
/// </summary>
internal sealed class RetimedPixel
{
    private const int None = int.MaxValue / 4;

    private readonly bool[] recorded;
    private readonly int[] own;
    private readonly int jitter;
    private readonly bool?[] decided;

    // [T + 1, n + 1]: the fewest gains of steps before t with C = c there, and of steps from t on that go on from c.
    private readonly int[] before;
    private readonly int[] behind;

    /// <param name="recorded">The recording, by step.</param>
    /// <param name="jitter">d.</param>
    /// <param name="decided">Whether an entry has a spike, by step; null where that is open.</param>
    public RetimedPixel(bool[] recorded, int jitter, bool?[] decided)
    {
        (this.recorded, this.jitter, this.decided) = (recorded, jitter, decided);
        own = new int[recorded.Length + 1];
        for (int t = 0; t < recorded.Length; t++)
        {
            own[t + 1] = own[t] + (recorded[t] ? 1 : 0);
        }

        (before, behind) = (new int[(Steps + 1) * Width], new int[(Steps + 1) * Width]);
        Array.Fill(before, None);
        Array.Fill(behind, None);
        (before[0], behind[(Steps * Width) + Count]) = (0, 0);
        for (int t = 0; t < Steps; t++)
        {
            foreach (var (c, spike) in Moves(t))
            {
                int to = ((t + 1) * Width) + c + (spike ? 1 : 0);
                before[to] = Math.Min(before[to], before[(t * Width) + c] + Gain(t, spike));
            }
        }

        for (int t = Steps - 1; t >= 0; t--)
        {
            foreach (var (c, spike) in Moves(t))
            {
                int at = (t * Width) + c;
                behind[at] = Math.Min(behind[at], behind[at + Width + (spike ? 1 : 0)] + Gain(t, spike));
            }
        }
    }

    /// <summary>How many spikes there are.</summary>
    public int Count => own[^1];

    /// <summary>The fewest bins that gain a spike; null if there is no train.</summary>
    public int? Fewest => behind[0] < None ? behind[0] : null;

    private int Steps => recorded.Length;

    private int Width => Count + 1;

    /// <summary>The fewest bins that gain a spike in a train that has a spike at a step, or none; null if there is no such train.</summary>
    /// <param name="t">The step.</param>
    /// <param name="spike">Whether it has.</param>
    public int? FewestWith(int t, bool spike)
    {
        int fewest = None;
        foreach (var (c, has) in Moves(t))
        {
            if (has == spike)
            {
                fewest = Math.Min(fewest, before[(t * Width) + c] + Gain(t, has) + behind[((t + 1) * Width) + c + (has ? 1 : 0)]);
            }
        }

        return fewest < None ? fewest : null;
    }

    /// <summary>The same pixel with an entry decided.</summary>
    /// <param name="t">The entry's step.</param>
    /// <param name="spike">Whether it has a spike.</param>
    public RetimedPixel With(int t, bool spike)
    {
        var more = (bool?[])decided.Clone();
        more[t] = spike;
        return new(recorded, jitter, more);
    }

    /// <summary>The least values of a form over the trains.</summary>
    /// <param name="a">The form's coefficients, by step.</param>
    /// <param name="most">How many bins may gain a spike; null where that is not counted.</param>
    public Walk Cheapest(double[] a, int? most) => new(this, a, most);

    // The steps of walks at t: C before it, and whether there is a spike.
    private IEnumerable<(int Count, bool Spike)> Moves(int t)
    {
        int least = own[Math.Max(0, t + 1 - jitter)], greatest = own[Math.Min(Steps, t + 1 + jitter)];
        for (int c = 0; c <= Count; c++)
        {
            for (int spike = 0; spike < 2; spike++)
            {
                if (c + spike >= least && c + spike <= greatest && decided[t] != (spike == 0))
                {
                    yield return (c, spike > 0);
                }
            }
        }
    }

    private int Gain(int t, bool spike) => spike && !recorded[t] ? 1 : 0;

    /// <summary>The least values of a form over one pixel's trains, by how many bins gain a spike.</summary>
    internal sealed class Walk
    {
        private readonly RetimedPixel pixel;
        private readonly int gains;
        private readonly bool counts;

        // [T + 1, n + 1, 1 + gains]: the least value before t, and whether the step before had a spike.
        private readonly double[] values;
        private readonly bool[] spikes;

        /// <param name="pixel">The pixel; it has a train.</param>
        /// <param name="a">The form.</param>
        /// <param name="most">How many bins may gain a spike, at least the fewest; null where that is not counted.</param>
        public Walk(RetimedPixel pixel, double[] a, int? most)
        {
            this.pixel = pixel;
            (counts, gains) = (most is not null, Math.Min(most ?? 0, pixel.Count));
            (values, spikes) = (new double[(pixel.Steps + 1) * Layer], new bool[(pixel.Steps + 1) * Layer]);
            Array.Fill(values, double.PositiveInfinity);
            values[0] = 0;
            for (int t = 0; t < pixel.Steps; t++)
            {
                foreach (var (c, spike) in pixel.Moves(t))
                {
                    int gain = counts ? pixel.Gain(t, spike) : 0;
                    for (int g = 0; g + gain <= gains; g++)
                    {
                        double value = values[At(t, c, g)] + (spike ? a[t] : 0);
                        int to = At(t + 1, c + (spike ? 1 : 0), g + gain);
                        if (value < values[to])
                        {
                            (values[to], spikes[to]) = (value, spike);
                        }
                    }
                }
            }
        }

        /// <summary>The most gains there are values for.</summary>
        public int Gains => gains;

        private int Layer => (pixel.Count + 1) * (gains + 1);

        /// <summary>The least value with exactly so many gains (or any, where they are not counted); infinite if there is no such train.</summary>
        public double Value(int g) => values[At(pixel.Steps, pixel.Count, g)];

        /// <summary>The train of that value, by step.</summary>
        public IEnumerable<(int Step, bool Spike)> Train(int g)
        {
            int c = pixel.Count;
            for (int t = pixel.Steps - 1; t >= 0; t--)
            {
                bool spike = spikes[At(t + 1, c, g)];
                yield return (t, spike);
                g -= counts ? pixel.Gain(t, spike) : 0;
                c -= spike ? 1 : 0;
            }
        }

        private int At(int t, int c, int g) => (t * Layer) + (c * (gains + 1)) + g;
    }
}
