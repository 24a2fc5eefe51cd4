using SnnDsl.Certification.Search.Inputs;

namespace SnnDsl.Certification.Search;

/// <summary>
/// Intervals of a case (S-IBP under its splits): currents, membranes, spikes, and the trains that constant currents can cause. Holds the
/// arrays that it works on; one for each thread.
/// </summary>
/// <remarks>
/// A case is computed from the one before: two cases of a tree differ in few splits, and what none of them reaches stays as it is. Whatever
/// is computed again is computed from its whole row, so that the numbers are those of a first pass, bit for bit. What was never computed is
/// not a number, and a case in which anything is none is not bounded.
/// </remarks>
internal sealed class CaseBounds
{
    private readonly OpenNetwork network;
    private readonly CaseChanges changes;

    // By layer but the first, of the spikes before it, [T, width].
    private readonly double[][] centre;
    private readonly double[][] radius;

    // Of the set that was seen last, [S, count]; and room for another one's.
    private readonly double[] inputLower;
    private readonly double[] inputUpper;
    private readonly double[] nextLower;
    private readonly double[] nextUpper;
    private SearchSet? input;

    /// <param name="network">The network.</param>
    public CaseBounds(OpenNetwork network)
    {
        this.network = network;
        int steps = network.Steps;
        CurrentLower = [.. network.Layers.Select(layer => None((layer.IsConstant ? 1 : steps) * layer.Count))];
        CurrentUpper = [.. CurrentLower.Select(row => None(row.Length))];
        Lower = [.. network.Layers.Select(layer => None(steps * layer.Count))];
        Upper = [.. Lower.Select(row => None(row.Length))];
        SpikeLower = [.. Lower.Select(row => None(row.Length))];
        SpikeUpper = [.. Lower.Select(row => None(row.Length))];
        var first = network.Layers[0];
        Pieces = first.HasTrains ? new Piece[first.Count][] : [];
        for (int n = 0; n < Pieces.Length; n++)
        {
            Pieces[n] = new Piece[first.Trains!.All.Length];
        }

        PieceCount = new int[Pieces.Length];
        changes = new(network);
        centre = [[], .. SpikeLower.SkipLast(1).Select(row => new double[row.Length])];
        radius = [.. centre.Select(row => new double[row.Length])];
        int size = CurrentLower[0].Length;
        (inputLower, inputUpper, nextLower, nextUpper) = (None(size), None(size), None(size), None(size));

        static double[] None(int size)
        {
            double[] none = new double[size];
            Array.Fill(none, double.NaN);
            return none;
        }
    }

    /// <summary>A train that a constant current can cause, and its currents.</summary>
    /// <param name="Train">The train's place among all.</param>
    /// <param name="From">The least current.</param>
    /// <param name="To">The greatest.</param>
    internal readonly record struct Piece(int Train, double From, double To);

    /// <summary>By layer, [S, count].</summary>
    public double[][] CurrentLower { get; }

    /// <summary>By layer, [S, count].</summary>
    public double[][] CurrentUpper { get; }

    /// <summary>Membranes by layer, [T, count]; not of layers with trains.</summary>
    public double[][] Lower { get; }

    /// <summary>Membranes by layer, [T, count]; not of layers with trains.</summary>
    public double[][] Upper { get; }

    /// <summary>By layer, [T, count].</summary>
    public double[][] SpikeLower { get; }

    /// <summary>By layer, [T, count].</summary>
    public double[][] SpikeUpper { get; }

    /// <summary>The possible trains of each neuron of the first layer, in descending order of the current; for trains.</summary>
    public Piece[][] Pieces { get; }

    /// <summary>How many each has.</summary>
    public int[] PieceCount { get; }

    /// <summary>The spikes of one neuron that nothing is known of but its currents, moved outward by the layer's slack.</summary>
    public static void BoundSpikes(OpenLayer layer, int n, double[] currentLower, double[] currentUpper, double[] spikeLower, double[] spikeUpper)
    {
        int count = layer.Count;
        double slack = layer.Slack[n];
        if (layer.HasTrains)
        {
            var pieces = new Piece[layer.Trains.All.Length];
            int found = FindPieces(layer, currentLower[n] - slack, currentUpper[n] + slack, 0, pieces.Length - 1, pieces);
            for (int t = 0; t < layer.Steps; t++)
            {
                (spikeLower[(t * count) + n], spikeUpper[(t * count) + n]) = HullOfTrains(layer, pieces, found, t);
            }

            return;
        }

        var rest = (Lower: 0.0, Upper: 0.0);
        for (int t = 0; t < layer.Steps; t++)
        {
            int at = (t * count) + n, from = layer.IsConstant ? n : at;
            var (_, _, next, spikes) = Step(layer, rest, currentLower[from] - slack, currentUpper[from] + slack, 0)!.Value;
            (rest, spikeLower[at], spikeUpper[at]) = (next, spikes.Lower, spikes.Upper);
        }
    }

    /// <summary>Bounds everything.</summary>
    /// <param name="known">The case.</param>
    /// <returns>What it is; the arrays say nothing unless it is bounded.</returns>
    public CaseState Run(Case known)
    {
        changes.Take(known);
        InputCurrents(known.Input);
        for (int layer = 0; layer < network.Layers.Length; layer++)
        {
            if (layer > 0)
            {
                Currents(layer);
            }

            // One that is impossible or has no bounds stays marked, and so does what comes after it.
            bool[] neurons = changes.Neurons(layer);
            for (int n = 0; (n = CaseChanges.Next(neurons, n)) >= 0; n++)
            {
                var state = network.Layers[layer].HasTrains ? BoundTrain(known, n) : BoundSteps(layer, n, known.Phases[layer]);
                if (state != CaseState.Bounded)
                {
                    return state;
                }

                neurons[n] = false;
            }
        }

        return CaseState.Bounded;
    }

    /// <summary>A lower bound of a margin from the last layer alone.</summary>
    /// <param name="margin">The margin.</param>
    /// <param name="phases">The last layer's phases.</param>
    public double Margin(OpenMargin margin, sbyte[] phases)
    {
        if (network.ReadsSpikes)
        {
            int least = margin.Own < 0 ? 0 : Counts(margin.Own, phases).Least;
            int most = margin.Other < 0 ? 0 : Counts(margin.Other, phases).Most;
            return (double)(least - most + margin.SettledCount) / network.Steps;
        }

        double sum = margin.Constant;
        double[] low = SpikeLower[^1], high = SpikeUpper[^1];
        for (int i = 0; i < low.Length; i++)
        {
            sum += margin.OnSpikes[i] * (margin.OnSpikes[i] > 0 ? low[i] : high[i]);
        }

        return sum;
    }

    private void InputCurrents(SearchSet set)
    {
        if (ReferenceEquals(set, input))
        {
            return;
        }

        input = set;
        set.Currents(network.Layers[0], nextLower, nextUpper);
        bool[] neurons = changes.Neurons(0);
        int count = neurons.Length;
        for (int at = 0; at < nextLower.Length; at++)
        {
            neurons[at % count] |= nextLower[at] != inputLower[at] || nextUpper[at] != inputUpper[at];
        }

        nextLower.CopyTo(inputLower, 0);
        nextUpper.CopyTo(inputUpper, 0);
        if (!network.Layers[0].HasTrains)
        {
            nextLower.CopyTo(CurrentLower[0], 0);
            nextUpper.CopyTo(CurrentUpper[0], 0);
        }
    }

    // Of the neurons, at the steps, at which spikes before them have changed.
    private void Currents(int index)
    {
        var layer = network.Layers[index];
        int width = layer.Weights.Width, count = layer.Count;
        double[] low = SpikeLower[index - 1], high = SpikeUpper[index - 1], lower = CurrentLower[index], upper = CurrentUpper[index];
        for (int t = 0; t < network.Steps; t++)
        {
            var rows = changes.Rows(index, t);
            if (rows.IsEmpty)
            {
                continue;
            }

            var middle = centre[index].AsSpan(t * width, width);
            var half = radius[index].AsSpan(t * width, width);
            for (int i = 0; i < width; i++)
            {
                double least = low[(t * width) + i], most = high[(t * width) + i];
                (middle[i], half[i]) = ((least + most) / 2, (most - least) / 2);
            }

            foreach (int n in rows)
            {
                int at = (t * count) + n;
                double sum = layer.Base[at] + layer.Weights.Dot(n, middle), reach = layer.Weights.DotAbsolute(n, half) + layer.Slack[n];
                changes.Neurons(index)[n] |= lower[at] != sum - reach || upper[at] != sum + reach;
                (lower[at], upper[at]) = (sum - reach, sum + reach);
            }
        }
    }

    private CaseState BoundTrain(Case known, int n)
    {
        if (!(double.IsFinite(inputLower[n]) && double.IsFinite(inputUpper[n])))
        {
            return CaseState.NotFinite;
        }

        var layer = network.Layers[0];
        int found = FindPieces(layer, inputLower[n], inputUpper[n], known.FirstTrain[n], known.LastTrain[n], Pieces[n]);
        if (found == 0)
        {
            return CaseState.Empty;
        }

        PieceCount[n] = found;
        // What the trains that are left cover of the currents.
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        for (int i = 0; i < found; i++)
        {
            (from, to) = (Math.Min(from, Pieces[n][i].From), Math.Max(to, Pieces[n][i].To));
        }

        (CurrentLower[0][n], CurrentUpper[0][n]) = (from, to);
        for (int t = 0; t < layer.Steps; t++)
        {
            SetSpikes(0, (t * layer.Count) + n, HullOfTrains(layer, Pieces[n], found, t));
        }

        return CaseState.Bounded;
    }

    private static int FindPieces(OpenLayer layer, double lower, double upper, int first, int last, Piece[] pieces)
    {
        int found = 0;
        for (int train = first; train <= last; train++)
        {
            ref readonly var all = ref layer.Trains!.All[train];
            var (from, to) = (Math.Max(all.From, lower), Math.Min(all.To, upper));
            if (from <= to)
            {
                pieces[found++] = new(train, from, to);
            }
        }

        return found;
    }

    private static (double Lower, double Upper) HullOfTrains(OpenLayer layer, Piece[] pieces, int found, int t)
    {
        bool some = false, all = true;
        for (int i = 0; i < found; i++)
        {
            bool fires = layer.Trains!.All[pieces[i].Train].Fires[t];
            (some, all) = (some || fires, all && fires);
        }

        // Without any train (of currents that are no numbers) nothing is known.
        return (all && some ? 1 : 0, some || found == 0 ? 1 : 0);
    }

    private CaseState BoundSteps(int index, int n, sbyte[] phases)
    {
        var layer = network.Layers[index];
        var rest = (Lower: 0.0, Upper: 0.0);
        for (int t = 0; t < layer.Steps; t++)
        {
            int at = (t * layer.Count) + n, from = layer.IsConstant ? n : at;
            if (Step(layer, rest, CurrentLower[index][from], CurrentUpper[index][from], phases[at]) is not var (lower, upper, next, spikes))
            {
                return CaseState.Empty;
            }

            // A current that is not a number makes its membrane none; an infinite one bounds nothing that lines could stand on.
            if (!(double.IsFinite(lower) && double.IsFinite(upper)))
            {
                return CaseState.NotFinite;
            }

            (Lower[index][at], Upper[index][at], rest) = (lower, upper, next);
            SetSpikes(index, at, spikes);
        }

        return CaseState.Bounded;
    }

    private void SetSpikes(int index, int at, (double Lower, double Upper) spikes)
    {
        if (spikes != (SpikeLower[index][at], SpikeUpper[index][at]))
        {
            (SpikeLower[index][at], SpikeUpper[index][at]) = spikes;
            changes.Spike(index, at);
        }
    }

    // One step of one neuron; null if its phase is impossible, which a membrane that is not a number or infinite never shows.
    private static (double Lower, double Upper, (double Lower, double Upper) Left, (double Lower, double Upper) Spikes)? Step(
        OpenLayer layer, (double Lower, double Upper) rest, double currentLower, double currentUpper, sbyte phase)
    {
        double lower = (layer.Decay * rest.Lower) + currentLower, upper = (layer.Decay * rest.Upper) + currentUpper, th = layer.Threshold;
        if (phase < 0 || (phase == 0 && upper <= th))
        {
            upper = Math.Min(upper, th);
            return lower > th && double.IsFinite(lower) ? null : (lower, upper, (lower, upper), (0, 0));
        }

        if (phase > 0 || lower > th)
        {
            lower = Math.Max(lower, th);
            return upper < th && double.IsFinite(upper) ? null : (lower, upper, (layer.AfterSpike(lower), layer.AfterSpike(upper)), (1, 1));
        }

        var fired = (Lower: layer.AfterSpike(th), Upper: layer.AfterSpike(upper));
        return (lower, upper, (Math.Min(lower, fired.Lower), Math.Max(th, fired.Upper)), (0, 1));
    }

    // Counts grow with currents ("Counts of spikes" in the mathematics): two runs bound all. The least run has a slightly higher
    // threshold, the greatest a slightly lower one, for rounding.
    private (int Least, int Most) Counts(int n, sbyte[] phases)
    {
        int index = network.Layers.Length - 1, least = 0, most = 0, certain = 0, possible = 0;
        var layer = network.Layers[index];
        if (layer.HasTrains)
        {
            (least, most) = (network.Steps, 0);
            for (int i = 0; i < PieceCount[n]; i++)
            {
                int count = layer.Trains.SpikeSteps[Pieces[n][i].Train].Length;
                (least, most) = (Math.Min(least, count), Math.Max(most, count));
            }

            return (least, most);
        }

        double slack = OpenLayer.TrainSlack * (layer.Threshold + Math.Abs(layer.ResetValue)), low = 0, high = 0;
        for (int t = 0; t < network.Steps; t++)
        {
            int at = (t * layer.Count) + n, from = layer.IsConstant ? n : at;
            certain += SpikeLower[index][at] > 0 ? 1 : 0;
            possible += SpikeUpper[index][at] > 0 ? 1 : 0;
            double below = Math.Max((layer.Decay * low) + CurrentLower[index][from], Lower[index][at]);
            double above = Math.Min((layer.Decay * high) + CurrentUpper[index][from], Upper[index][at]);
            bool fires = phases[at] > 0 || (phases[at] == 0 && below > layer.Threshold + slack);
            bool mayFire = phases[at] > 0 || (phases[at] == 0 && !(above <= layer.Threshold - slack));
            (least, most) = (least + (fires ? 1 : 0), most + (mayFire ? 1 : 0));
            low = fires ? layer.AfterSpike(Math.Max(below, layer.Threshold)) : below;
            high = mayFire ? layer.AfterSpike(Math.Max(above, layer.Threshold)) : above;
        }

        return layer.IsHard && layer.ResetValue > layer.Threshold - slack
            ? (certain, possible)
            : (Math.Max(certain, least), Math.Min(possible, most));
    }
}
