namespace SnnDsl.Certification.Search;

/// <summary>Ranks the splits of a node by what they promise, where its relaxation is least; one for each thread.</summary>
internal sealed class SplitChoice(OpenNetwork network, CaseBounds bounds, Lines lines)
{
    // Losses below this are rounding.
    private const double Least = 1e-10;

    // Between equal scores the weight decides.
    private const double Tie = 1e-9;

    private readonly List<(Split Split, double Score)> found = [];

    /// <summary>The splits of open neuron-steps and trains, best first; none if nothing is open.</summary>
    /// <param name="known">The node's case.</param>
    /// <param name="branching">How they are scored.</param>
    public IReadOnlyList<Split> Rank(Case known, Branching branching)
    {
        found.Clear();
        RankAll(known, branching);
        if (found.Count == 0)
        {
            // Nothing loses anything: the form is flat. What is open is split all the same.
            RankAll(known, null);
        }

        return [.. found.OrderByDescending(entry => entry.Score).Take(16).Select(entry => entry.Split)];
    }

    // By no branching: by the width of intervals alone.
    private void RankAll(Case known, Branching? branching)
    {
        for (int index = 0; index < network.Layers.Length; index++)
        {
            if (network.Layers[index].HasTrains)
            {
                RankTrains(branching);
            }
            else
            {
                RankSteps(index, known.Phases[index], branching);
            }
        }
    }

    private void RankSteps(int index, sbyte[] phases, Branching? branching)
    {
        int count = network.Layers[index].Count;
        double th = network.Layers[index].Threshold;
        double[] losses = lines.Losses(index), weights = lines.Weights(index);
        for (int at = 0; at < losses.Length; at++)
        {
            if (phases[at] != 0 || bounds.SpikeLower[index][at] == bounds.SpikeUpper[index][at] || IsFlat(losses[at], weights[at], branching))
            {
                continue;
            }

            double l = bounds.Lower[index][at], u = bounds.Upper[index][at];
            double score = branching switch
            {
                Branching.Width => (u - l) * weights[at],
                Branching.Intercept => weights[at] * (u - th) * (th - l) / Math.Max(u - l, 1e-12),
                null => u - l,
                _ => losses[at],
            };
            found.Add((Split.Spike(index, at / count, at % count), score + (Tie * weights[at])));
        }
    }

    private void RankTrains(Branching? branching)
    {
        var layer = network.Layers[0];
        double[] losses = lines.Losses(0), weights = lines.Weights(0), meeting = lines.Meeting;
        for (int n = 0; n < layer.Count; n++)
        {
            if (bounds.PieceCount[n] < 2 || IsFlat(losses[n], weights[n], branching))
            {
                continue;
            }

            double l = bounds.CurrentLower[0][n], u = bounds.CurrentUpper[0][n];
            // Between the trains where the current is: the nearest break point.
            var (train, distance) = (0, double.PositiveInfinity);
            for (int i = 0; i < bounds.PieceCount[n] - 1; i++)
            {
                int candidate = bounds.Pieces[n][i].Train;
                double away = Math.Abs(layer.Trains!.Break(candidate) - meeting[n]);
                (train, distance) = away < distance ? (candidate, away) : (train, distance);
            }

            double th = layer.Trains!.Break(train);
            double score = branching switch
            {
                Branching.Width => (u - l) * weights[n],
                Branching.Intercept => weights[n] * Math.Max(0, u - th) * Math.Max(0, th - l) / Math.Max(u - l, 1e-12),
                null => u - l,
                _ => losses[n],
            };
            found.Add((Split.Train(n, train), score + (Tie * weights[n])));
        }
    }

    // What loses nothing and carries no weight of the form need not be split, as long as anything else is left.
    private static bool IsFlat(double loss, double weight, Branching? branching) => branching is not null && loss <= Least && weight == 0;
}
