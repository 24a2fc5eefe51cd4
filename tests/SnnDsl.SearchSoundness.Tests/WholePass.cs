using SnnDsl.Certification.Search;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>The intervals of a case, everything from whole rows, in the plainest way: what those that are computed from the case before must equal.</summary>
internal sealed class WholePass
{
    /// <param name="open">The network.</param>
    /// <param name="known">The case.</param>
    public WholePass(OpenNetwork open, Case known)
    {
        foreach (var (index, layer) in open.Layers.Index())
        {
            int count = layer.Count, steps = open.Steps, size = (layer.IsConstant ? 1 : steps) * count;
            var (lower, upper) = (new double[size], new double[size]);
            if (index == 0)
            {
                known.Input.Currents(layer, lower, upper);
            }
            else
            {
                for (int at = 0; at < size; at++)
                {
                    int t = at / count, width = layer.Weights.Width;
                    double[] low = SpikeLower[^1][(t * width)..((t + 1) * width)], high = SpikeUpper[^1][(t * width)..((t + 1) * width)];
                    double sum = layer.Base[at] + layer.Weights.Dot(at % count, [.. low.Zip(high, (l, h) => (l + h) / 2)]);
                    double reach = layer.Weights.DotAbsolute(at % count, [.. low.Zip(high, (l, h) => (h - l) / 2)]) + layer.Slack[at % count];
                    (lower[at], upper[at]) = (sum - reach, sum + reach);
                }
            }

            CurrentLower.Add(lower);
            CurrentUpper.Add(upper);
            SpikeLower.Add(new double[steps * count]);
            SpikeUpper.Add(new double[steps * count]);
            Lower.Add(new double[steps * count]);
            Upper.Add(new double[steps * count]);
            for (int n = 0; n < count && !IsEmpty; n++)
            {
                if (layer.HasTrains)
                {
                    Train(layer, known, n);
                }
                else
                {
                    Steps(layer, known.Phases[index], n);
                }
            }
        }
    }

    public bool IsEmpty { get; private set; }

    public List<double[]> CurrentLower { get; } = [];

    public List<double[]> CurrentUpper { get; } = [];

    /// <summary>Membranes; of layers with trains not computed.</summary>
    public List<double[]> Lower { get; } = [];

    /// <summary>Membranes; of layers with trains not computed.</summary>
    public List<double[]> Upper { get; } = [];

    public List<double[]> SpikeLower { get; } = [];

    public List<double[]> SpikeUpper { get; } = [];

    private void Train(OpenLayer layer, Case known, int n)
    {
        double lower = CurrentLower[^1][n], upper = CurrentUpper[^1][n];
        var left = layer.Trains!.All.Take(known.LastTrain[n] + 1).Skip(known.FirstTrain[n])
            .Where(train => Math.Max(train.From, lower) <= Math.Min(train.To, upper)).ToArray();
        IsEmpty |= left.Length == 0;
        if (IsEmpty)
        {
            return;
        }

        (CurrentLower[^1][n], CurrentUpper[^1][n]) = (left.Min(train => Math.Max(train.From, lower)), left.Max(train => Math.Min(train.To, upper)));
        for (int t = 0; t < layer.Steps; t++)
        {
            int at = (t * layer.Count) + n;
            (SpikeLower[^1][at], SpikeUpper[^1][at]) = (left.Min(train => train.Fires[t] ? 1 : 0), left.Max(train => train.Fires[t] ? 1 : 0));
        }
    }

    private void Steps(OpenLayer layer, sbyte[] phases, int n)
    {
        double low = 0, high = 0, th = layer.Threshold;
        for (int t = 0; t < layer.Steps; t++)
        {
            int at = (t * layer.Count) + n, from = layer.IsConstant ? n : at;
            double l = (layer.Decay * low) + CurrentLower[^1][from], u = (layer.Decay * high) + CurrentUpper[^1][from];
            bool silent = phases[at] <= 0 && l <= th, fires = phases[at] >= 0 && (phases[at] > 0 ? u >= th : u > th);
            IsEmpty |= !silent && !fires;
            (l, u) = (silent ? l : Math.Max(l, th), fires ? u : Math.Min(u, th));
            (low, high) = (silent, fires) switch
            {
                (true, false) => (l, u),
                (false, true) => (layer.AfterSpike(l), layer.AfterSpike(u)),
                _ => (Math.Min(l, layer.AfterSpike(th)), Math.Max(th, layer.AfterSpike(u))),
            };
            (Lower[^1][at], Upper[^1][at]) = (l, u);
            (SpikeLower[^1][at], SpikeUpper[^1][at]) = (silent ? 0 : 1, fires ? 1 : 0);
        }
    }
}
