namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>Recorded spikes [t][n], of which at most k entries change at one step, each as it may.</summary>
internal abstract record ChangedSpikes(double[][] Spikes, int Count) : IInputSet
{
    /// <summary>What a change adds to an entry: +1 for a 0, -1 for a 1, 0 where it may not change.</summary>
    public abstract double Change(int t, int i);

    public abstract double[][] Worst(double[][] coefficients);

    public virtual (double[][] Lower, double[][] Upper)? Box(int steps) => null;

    public virtual (double[][] Lower, double[][] Upper) Currents(IReadOnlyList<DenseMap> maps, int steps)
    {
        // The k changes that move an output of all maps together most.
        var map = maps.Skip(1).Aggregate(maps[0], (product, next) => product.Then(next));
        var (lower, upper) = (new double[steps][], new double[steps][]);
        for (int t = 0; t < steps; t++)
        {
            double[] values = map.Apply(Spikes[t]), least = [.. values], most = [.. values];
            for (int o = 0; o < map.Outputs; o++)
            {
                var gains = Enumerable.Range(0, map.Inputs).Select(i => map.Weight[o, i] * Change(t, i)).ToList();
                least[o] += gains.Where(gain => gain < 0).Order().Take(Count).Sum();
                most[o] += gains.Where(gain => gain > 0).OrderDescending().Take(Count).Sum();
            }

            (lower[t], upper[t]) = (least, most);
        }

        return (lower, upper);
    }
}

/// <summary>Recorded spikes, of which up to k may be flipped; ones only, zeros only, or any.</summary>
internal sealed record FlipSet(double[][] Spikes, int Count, bool MayInsert, bool MayDelete) : ChangedSpikes(Spikes, Count)
{
    public override double[][] Worst(double[][] coefficients)
    {
        double[][] worst = [.. Spikes.Take(coefficients.Length).Select(step => step.ToArray())];
        var harmful = coefficients.SelectMany((a, t) => a.Select((c, i) => (Gain: c * Change(t, i), t, i)))
            .Where(flip => flip.Gain < 0).OrderBy(flip => flip.Gain).Take(Count);
        foreach (var (_, t, i) in harmful)
        {
            worst[t][i] = 1 - worst[t][i];
        }

        return worst;
    }

    public override double Change(int t, int i) => Spikes[t][i] > 0 ? (MayDelete ? -1 : 0) : (MayInsert ? 1 : 0);
}
