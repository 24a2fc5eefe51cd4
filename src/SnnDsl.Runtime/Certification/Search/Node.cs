using SnnDsl.Certification.Search.Inputs;

namespace SnnDsl.Certification.Search;

/// <summary>A subproblem: a part of the set of inputs, and what is known of the margin on it.</summary>
/// <param name="parent">What it is a side of; null for the root.</param>
/// <param name="isSecond">Whether it is the second side (fires, beyond, above, flipped).</param>
/// <param name="input">The set, pixel and entry splits applied.</param>
internal sealed class Node(Node? parent, bool isSecond, SearchSet input)
{
    /// <summary>What it is a side of.</summary>
    public Node? Parent { get; } = parent;

    /// <summary>Whether it is the second side.</summary>
    public bool IsSecond { get; } = isSecond;

    /// <summary>The set.</summary>
    public SearchSet Input { get; } = input;

    /// <summary>How many splits lead to it.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>The best lower bound so far.</summary>
    public double Bound { get; set; } = parent?.Bound ?? double.NegativeInfinity;

    /// <summary>Where a climb may start: by layer, lines' parameters; let go once the sides have them.</summary>
    public float[][]? Start { get; set; }

    /// <summary>How it was split; null for leaves.</summary>
    public Split? Split { get; set; }

    /// <summary>Both sides.</summary>
    public (Node First, Node Second)? Sides { get; set; }

    /// <summary>What proves it, for closed leaves.</summary>
    public LeafKind Kind { get; set; }

    /// <summary>The slopes that prove it, for lines.</summary>
    public float[]? Slopes { get; set; }
}

/// <summary>What proves a leaf.</summary>
internal enum LeafKind
{
    /// <summary>Nothing: it is open, or it was split.</summary>
    Open,

    /// <summary>Its splits contradict each other.</summary>
    Empty,

    /// <summary>Intervals, and counts of spikes.</summary>
    Counts,

    /// <summary>Lines.</summary>
    Lines,
}
