using SnnDsl.Affine;
using SnnDsl.Kernels;

namespace SnnDsl.Networks;

/// <summary>
/// A node of a network that is a graph. Its value, [T, B, ...] or [B, ...] where it is the same at all steps, is made of the values of nodes before it:
/// an affine map of one, the spikes of neurons with one as their currents, the sum of several, several side by side along their first dimension, or one
/// as it was some steps before.
/// </summary>
public sealed record NetworkNode
{
    /// <summary>The source that stands for the network's input.</summary>
    public const int Input = -1;

    private NetworkNode(IReadOnlyList<int> sources) => Sources = sources;

    /// <summary>The nodes that it reads, by their places; <see cref="Input"/> for the input.</summary>
    public IReadOnlyList<int> Sources { get; private init; }

    /// <summary>The affine map that it is, with the current weights; null for others.</summary>
    public AffineMap? Map { get; private init; }

    /// <summary>The neurons that it is; null for others.</summary>
    public SpikingLayer? Neurons { get; private init; }

    /// <summary>Whether it puts its sources side by side; else it is their sum, where it is neither a map nor neurons.</summary>
    public bool Joins { get; private init; }

    /// <summary>How many steps later it gives what its source gives, with zeros before; 0 for others.</summary>
    public int Later { get; private init; }

    /// <summary>An affine map of one value.</summary>
    /// <param name="map">The map.</param>
    /// <param name="source">Of which node.</param>
    public static NetworkNode Affine(AffineMap map, int source) => new([source]) { Map = map };

    /// <summary>Neurons, whose currents are one value.</summary>
    /// <param name="neurons">The neurons.</param>
    /// <param name="source">Of which node.</param>
    public static NetworkNode Fire(SpikingLayer neurons, int source) => new([source]) { Neurons = neurons };

    /// <summary>One value, some steps later; zeros before.</summary>
    /// <param name="steps">How many, at least 1.</param>
    /// <param name="source">Of which node; not the input.</param>
    public static NetworkNode Delay(int steps, int source) => new([source]) { Later = steps };

    /// <summary>The sum of several values.</summary>
    /// <param name="sources">Of which nodes.</param>
    public static NetworkNode Add(params int[] sources) => new(sources);

    /// <summary>Several values side by side, along their channels or features.</summary>
    /// <param name="sources">Of which nodes.</param>
    public static NetworkNode Concat(params int[] sources) => new(sources) { Joins = true };
}
