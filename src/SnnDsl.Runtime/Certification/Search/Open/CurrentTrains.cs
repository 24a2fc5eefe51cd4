using SnnDsl.Kernels;

namespace SnnDsl.Certification.Search;

/// <summary>
/// The trains that a constant current can cause in neurons of one kind, whatever their reset: while a train goes on, the membrane is
/// alpha I + beta with alpha &gt; 0, so that each step splits an interval of currents at (th - beta) / alpha. In descending order of the
/// current, which is the order of trains as words: where two part, the one with the greater current fires.
/// </summary>
internal sealed class CurrentTrains
{
    /// <summary>Neurons with more trains are bounded step by step.</summary>
    public const int Most = 1024;

    private readonly NeuronParameters neuron;
    private readonly int steps;
    private readonly double slack;
    private readonly List<CurrentTrain> found = [];
    private readonly bool[] spikes;

    // By the number of steps since the last reset, whether the neuron fires there; of the run from 0, and of those from the reset value.
    private readonly bool?[][] decided;

    private CurrentTrains(NeuronParameters neuron, int steps)
    {
        (this.neuron, this.steps) = (neuron, steps);
        slack = OpenLayer.TrainSlack * (neuron.Threshold + Math.Abs(neuron.ResetValue));
        (spikes, decided) = (new bool[steps], [new bool?[steps], new bool?[steps]]);
        Find(0, 1, 0, double.NegativeInfinity, double.PositiveInfinity, 0, 0);
        All = [.. found];
        Spikes = [.. All.SelectMany(train => train.Fires.Select(fires => fires ? 1.0 : 0))];
        SpikeSteps = [.. All.Select(train => Enumerable.Range(0, steps).Where(t => train.Fires[t]).ToArray())];
    }

    /// <summary>The trains, from the greatest currents to the least.</summary>
    public CurrentTrain[] All { get; }

    /// <summary>[trains, T]: 1 where a train has a spike.</summary>
    public double[] Spikes { get; }

    /// <summary>By train, the steps of its spikes.</summary>
    public int[][] SpikeSteps { get; }

    /// <summary>The trains of some neurons; null if there are more than <see cref="Most"/>.</summary>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    public static CurrentTrains? Of(NeuronParameters neuron, int steps) =>
        new CurrentTrains(neuron, steps) is var trains && trains.All.Length <= Most ? trains : null;

    /// <summary>The current between a train and the next one.</summary>
    /// <param name="train">Any but the last.</param>
    public double Break(int train) => (All[train].From + All[train + 1].To) / 2;

    // From step t on, with the membrane alpha I + beta there for I in [from, to], so many steps after a reset to a state.
    private void Find(int t, double alpha, double beta, double from, double to, int since, int state)
    {
        if (from > to || found.Count > Most)
        {
            return;
        }

        if (t == steps)
        {
            found.Add(new(from, to, [.. spikes]));
            return;
        }

        // After a hard reset everything repeats itself exactly, in floating point too, and without memory so does every step: what a
        // current has done it does again. Only a soft reset leaves something new each time.
        bool repeats = neuron.Reset == Reset.Hard || neuron.Decay == 0;
        int key = neuron.Decay == 0 ? 0 : since;
        double change = (neuron.Threshold - beta) / alpha;
        foreach (bool fires in new[] { true, false })
        {
            if (!repeats)
            {
                Go(fires, fires ? Math.Max(from, change - slack) : from, fires ? to : Math.Min(to, change + slack));
            }
            else if (decided[state][key] is not { } known)
            {
                decided[state][key] = fires;
                Go(fires, fires ? Math.Max(from, change - slack) : from, fires ? to : Math.Min(to, change + slack));
                decided[state][key] = null;
            }
            else if (known == fires)
            {
                Go(fires, from, to);
            }
        }

        void Go(bool fires, double lower, double upper)
        {
            spikes[t] = fires;
            double d = neuron.Decay;
            if (!fires)
            {
                Find(t + 1, (d * alpha) + 1, d * beta, lower, upper, since + 1, state);
            }
            else if (neuron.Reset == Reset.Hard)
            {
                // A reset to 0 is the state of the beginning.
                Find(t + 1, 1, d * neuron.ResetValue, lower, upper, 0, neuron.ResetValue == 0 || d == 0 ? 0 : 1);
            }
            else
            {
                Find(t + 1, (d * alpha) + 1, d * (beta - neuron.Threshold), lower, upper, since + 1, state);
            }
        }
    }
}

/// <summary>A train that a constant current can cause.</summary>
/// <param name="From">The least current, with room for rounding.</param>
/// <param name="To">The greatest.</param>
/// <param name="Fires">By step.</param>
internal readonly record struct CurrentTrain(double From, double To, bool[] Fires)
{
    /// <summary>One more than the step of its first spike; T + 1 without one.</summary>
    public int Period => Array.IndexOf(Fires, true) is var first && first < 0 ? Fires.Length + 1 : first + 1;
}
