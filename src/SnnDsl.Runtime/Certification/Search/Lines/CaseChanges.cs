namespace SnnDsl.Certification.Search;

/// <summary>
/// What of a case differs from the one whose intervals are at hand: neurons to bound again, spikes whose interval has changed since the
/// currents behind them were computed, and currents that were never computed. Marks stay until they are acted on, so that a case that is
/// found empty half way leaves nothing out of date; at first everything is marked, currents that no open neuron reaches among it.
/// </summary>
internal sealed class CaseChanges
{
    private readonly OpenNetwork network;
    private readonly sbyte[][] phases;
    private readonly int[] firstTrain;
    private readonly int[] lastTrain;
    private readonly bool[][] neurons;
    private readonly bool[][] spikes;

    // By layer but the first, [T, count].
    private readonly bool[][] currents;
    private readonly int[] rows;

    /// <param name="network">The network.</param>
    public CaseChanges(OpenNetwork network)
    {
        this.network = network;
        phases = [.. network.Layers.Select(layer => new sbyte[network.Steps * layer.Count])];
        (firstTrain, lastTrain) = (new int[network.Layers[0].Count], new int[network.Layers[0].Count]);
        neurons = [.. network.Layers.Select(layer => Enumerable.Repeat(true, layer.Count).ToArray())];
        spikes = [.. phases.Select(layer => Enumerable.Repeat(true, layer.Length).ToArray())];
        currents = [[], .. spikes.Skip(1).Select(layer => (bool[])layer.Clone())];
        rows = new int[network.Layers.Max(layer => layer.Count)];
    }

    /// <summary>Marks the neurons whose splits differ from those of the last case.</summary>
    /// <param name="known">The case.</param>
    public void Take(Case known)
    {
        for (int layer = 0; layer < phases.Length; layer++)
        {
            Mark(known.Phases[layer], phases[layer], neurons[layer]);
        }

        Mark(known.FirstTrain, firstTrain, neurons[0]);
        Mark(known.LastTrain, lastTrain, neurons[0]);
    }

    /// <summary>By neuron, whether it is to be bounded again; whoever does so takes the mark away.</summary>
    /// <param name="layer">The layer.</param>
    public bool[] Neurons(int layer) => neurons[layer];

    /// <summary>Marks a spike whose interval has changed.</summary>
    /// <param name="layer">Its layer.</param>
    /// <param name="at">Its place, in [T, count].</param>
    public void Spike(int layer, int at) => spikes[layer][at] = true;

    /// <summary>
    /// The neurons whose current at a step hangs on spikes that have changed, or was never computed; takes these marks away. Holds until the
    /// next call.
    /// </summary>
    /// <param name="layer">The layer, not the first.</param>
    /// <param name="t">The step.</param>
    public ReadOnlySpan<int> Rows(int layer, int t)
    {
        var weights = network.Layers[layer].Weights;
        var columns = spikes[layer - 1].AsSpan(t * weights.Width, weights.Width);
        var marks = currents[layer].AsSpan(t * weights.Rows, weights.Rows);
        for (int i = 0; (i = Next(columns, i)) >= 0; i++)
        {
            foreach (int row in weights.RowsOf(i))
            {
                marks[row] = true;
            }

            if (weights.ReachesAll)
            {
                break;
            }
        }

        int found = 0;
        for (int row = 0; (row = Next(marks, row)) >= 0; row++)
        {
            rows[found++] = row;
        }

        columns.Clear();
        marks.Clear();
        return rows.AsSpan(0, found);
    }

    /// <summary>The next mark from a place on; -1 if there is none.</summary>
    /// <param name="marks">The marks.</param>
    /// <param name="from">The place.</param>
    public static int Next(ReadOnlySpan<bool> marks, int from)
    {
        int found = marks[from..].IndexOf(true);
        return found < 0 ? -1 : from + found;
    }

    private static void Mark<T>(ReadOnlySpan<T> now, Span<T> before, bool[] marks)
        where T : IEquatable<T>
    {
        for (int at = 0; (at += now[at..].CommonPrefixLength(before[at..])) < now.Length; at++)
        {
            (before[at], marks[at % marks.Length]) = (now[at], true);
        }
    }
}
