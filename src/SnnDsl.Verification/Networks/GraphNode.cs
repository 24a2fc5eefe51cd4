using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>
/// A node of a network whose layers are a graph: affine maps of one value, the spikes of neurons, a sum, or values side by side. Values are flattened, so
/// that those side by side along channels stand one behind the other.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Sources">The nodes that it reads, all before it; -1 is the input.</param>
/// <param name="Size">How many values it has.</param>
/// <param name="IsConstant">Whether they are the same at every step.</param>
internal sealed record GraphNode<T>(int[] Sources, int Size, bool IsConstant)
    where T : struct, IReal<T>
{
    /// <summary>The maps from its source to it, where it is one: several only from the input on. Null for others.</summary>
    public MapChain<T>? Maps { get; init; }

    /// <summary>The index of the spiking layer that it is; -1 for others.</summary>
    public int Stage { get; init; } = -1;

    /// <summary>How many steps later it gives what its source gives, with zeros before; 0 for others.</summary>
    public int Delay { get; init; }

    /// <summary>Whether it puts its sources side by side, rather than adding them up.</summary>
    public bool Joins { get; init; }
}
