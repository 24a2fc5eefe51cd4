namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>
/// Recorded spikes [t][n], each moved by up to d steps, at most one a bin, by definition: every way to place a pixel's spikes one after
/// the other is tried. At most k bins gain a spike; null for any number.
/// </summary>
internal sealed record RetimedSet : ChangedSpikes
{
    private readonly int? moves;

    public RetimedSet(double[][] spikes, int jitter, int? moves)
        : base(spikes, moves ?? int.MaxValue)
    {
        this.moves = moves;
        Trains = [.. Enumerable.Range(0, spikes[0].Length).Select(i => Placements([.. spikes.Select(step => step[i] > 0)], jitter))];
    }

    /// <summary>Every pixel's possible trains, bit t for a spike at step t, and how many bins gain a spike in it.</summary>
    public (int Train, int Gained)[][] Trains { get; }

    public override double Change(int t, int i)
    {
        int own = Spikes[t][i] > 0 ? 1 : 0;
        var changed = Trains[i].Where(train => (train.Train >> t & 1) != own).ToList();
        if (moves == 0 || changed.Count == 0)
        {
            return 0;
        }

        // What the library's intervals rest on.
        Assert.Equal(1, changed.Min(train => train.Gained));
        return 1 - 2 * own;
    }

    public override (double[][] Lower, double[][] Upper)? Box(int steps) => moves is null
        ? ([.. Enumerable.Range(0, steps).Select(t => Ends(t, any: false))], [.. Enumerable.Range(0, steps).Select(t => Ends(t, any: true))])
        : null;

    public override (double[][] Lower, double[][] Upper) Currents(IReadOnlyList<DenseMap> maps, int steps) =>
        Box(steps) is { } box ? new SpikeBox(box.Lower, box.Upper).Currents(maps, steps) : base.Currents(maps, steps);

    public override double[][] Worst(double[][] coefficients)
    {
        int steps = coefficients.Length;
        double[][] worst = [.. coefficients.Select(step => new double[step.Length])];
        int budget = moves ?? Trains.Length * Spikes.Length;
        // One pixel after the other: the least cost, and its trains, for every number of bins gained so far.
        var best = new (double Cost, int[] Trains)?[budget + 1];
        best[0] = (0, []);
        for (int i = 0; i < Trains.Length; i++)
        {
            var cheapest = Trains[i]
                .Select(train => (train.Train, train.Gained, Cost: Enumerable.Range(0, steps).Sum(t => (train.Train >> t & 1) * coefficients[t][i])))
                .GroupBy(train => train.Gained).Select(group => group.MinBy(train => train.Cost)).ToList();
            var next = new (double Cost, int[] Trains)?[budget + 1];
            for (int used = 0; used <= budget; used++)
            {
                foreach (var (train, gained, cost) in cheapest)
                {
                    if (best[used] is { } before && used + gained <= budget
                        && !(next[used + gained] is { } known && known.Cost <= before.Cost + cost))
                    {
                        next[used + gained] = (before.Cost + cost, [.. before.Trains, train]);
                    }
                }
            }

            best = next;
        }

        int[] chosen = best.OfType<(double Cost, int[] Trains)>().MinBy(way => way.Cost).Trains;
        for (int t = 0; t < steps; t++)
        {
            for (int i = 0; i < chosen.Length; i++)
            {
                worst[t][i] = chosen[i] >> t & 1;
            }
        }

        return worst;
    }

    private double[] Ends(int t, bool any) =>
        [.. Trains.Select(trains => any ? trains.Max(train => train.Train >> t & 1) : (double)trains.Min(train => train.Train >> t & 1))];

    private static (int Train, int Gained)[] Placements(bool[] spikes, int jitter)
    {
        HashSet<int> placed = [0];
        int own = 0;
        for (int p = 0; p < spikes.Length; p++)
        {
            if (spikes[p])
            {
                own |= 1 << p;
                int first = Math.Max(0, p - jitter), last = Math.Min(spikes.Length - 1, p + jitter);
                placed = [.. placed.SelectMany(train => Enumerable.Range(first, last - first + 1)
                    .Where(t => (train >> t & 1) == 0).Select(t => train | 1 << t))];
            }
        }

        return [.. placed.Select(train => (train, int.PopCount(train & ~own)))];
    }
}
