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
        Shortest = new int[first.Count];
        Longest = new int[first.Count];
        Input = network.Input;
        Clear();
    }

    /// <summary>By layer, [T, count]: -1 silent, 1 fires, 0 open.</summary>
    public sbyte[][] Phases { get; }

    /// <summary>The shortest period that is left of each train.</summary>
    public int[] Shortest { get; }

    /// <summary>The longest; T + 1 is silence.</summary>
    public int[] Longest { get; }

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

        Array.Fill(Shortest, 1);
        Array.Fill(Longest, network.Steps + 1);
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
                Shortest[split.Unit] = Math.Max(Shortest[split.Unit], split.Period + 1);
            }
            else
            {
                Longest[split.Unit] = Math.Min(Longest[split.Unit], split.Period);
            }
        }
    }
}
