using SnnDsl.Certification.Search.Inputs;

namespace SnnDsl.Certification.Search;

/// <summary>What the splits on the way to a node of the tree say, in the form in which bounds read it.</summary>
internal sealed class Case
{
    private readonly OpenNetwork network;

    /// <param name="network">The network.</param>
    public Case(OpenNetwork network)
    {
        this.network = network;
        Phases = [.. network.Layers.Select(layer => new sbyte[network.Steps * layer.Count])];
        var first = network.Layers[0];
        FirstTrain = new int[first.Count];
        LastTrain = new int[first.Count];
        Input = network.Input;
        Clear();
    }

    /// <summary>By layer, [T, count]: -1 silent, 1 fires, 0 open.</summary>
    public sbyte[][] Phases { get; }

    /// <summary>The first train that is left of each neuron of the first layer, in the order of <see cref="CurrentTrains"/>.</summary>
    public int[] FirstTrain { get; }

    /// <summary>The last.</summary>
    public int[] LastTrain { get; }

    /// <summary>The set.</summary>
    public SearchSet Input { get; private set; }

    /// <summary>Takes on the splits of a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>False if a side is empty already.</returns>
    public bool Load(Node node)
    {
        Clear();
        Input = node.Input;
        for (var at = node; at.Parent is { } parent; at = parent)
        {
            Take(parent.Split!.Value, at.IsSecond);
        }

        return true;
    }

    private void Clear()
    {
        foreach (sbyte[] layer in Phases)
        {
            Array.Clear(layer);
        }

        Array.Clear(FirstTrain);
        Array.Fill(LastTrain, (network.Layers[0].Trains?.All.Length ?? 0) - 1);
    }

    private void Take(Split split, bool second)
    {
        if (split.Kind == SplitKind.Spike)
        {
            Phases[split.Layer][(split.Step * network.Layers[split.Layer].Count) + split.Unit] = (sbyte)(second ? 1 : -1);
        }
        else if (split.Kind == SplitKind.Train)
        {
            if (second)
            {
                FirstTrain[split.Unit] = Math.Max(FirstTrain[split.Unit], split.Number + 1);
            }
            else
            {
                LastTrain[split.Unit] = Math.Min(LastTrain[split.Unit], split.Number);
            }
        }
    }
}
