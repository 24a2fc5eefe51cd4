using System.Diagnostics.CodeAnalysis;
using SnnDsl.Certification.Search.Inputs;

namespace SnnDsl.Certification.Search;

/// <summary>A subproblem: a part of the set of inputs, and what is known of the margin on it. A leaf without a proof is open.</summary>
/// <param name="parent">What it is a side of; null for the root.</param>
/// <param name="isSecond">Whether it is the second side (fires, beyond, above, flipped).</param>
/// <param name="input">The set, pixel and entry splits applied.</param>
internal sealed class Node(Node? parent, bool isSecond, SearchSet input)
{
    private double bound = parent?.Bound ?? double.NegativeInfinity;

    /// <summary>What it is a side of.</summary>
    public Node? Parent { get; } = parent;

    /// <summary>Whether it is the second side.</summary>
    public bool IsSecond { get; } = isSecond;

    /// <summary>The set.</summary>
    public SearchSet Input { get; } = input;

    /// <summary>How many splits lead to it.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>The best lower bound so far.</summary>
    public double Bound => Proof is null ? bound : Proof.Bound;

    /// <summary>Where a climb may start: by layer, lines' parameters; let go once the sides have them.</summary>
    public float[][]? Start { get; set; }

    /// <summary>How it was split; null for leaves.</summary>
    public Split? Split { get; set; }

    /// <summary>Both sides.</summary>
    public (Node First, Node Second)? Sides { get; set; }

    /// <summary>What proves it, for closed leaves.</summary>
    public LeafProof? Proof { get; private set; }

    /// <summary>Notes a bound that proves nothing yet, if it is the best so far.</summary>
    /// <param name="value">The bound; one that is not a number says nothing.</param>
    public void Raise(double value) => bound = value > bound ? value : bound;

    /// <summary>Closes it.</summary>
    /// <param name="proof">What proves it; null for nothing, which closes nothing.</param>
    /// <returns>Whether it is closed.</returns>
    public bool Close([NotNullWhen(true)] LeafProof? proof)
    {
        if (proof is null)
        {
            return false;
        }

        (Proof, Start) = (proof, null);
        return true;
    }
}
