using SnnDsl.KnifeEdge.Tests.Oracle;

namespace SnnDsl.KnifeEdge.Tests.Sets;

/// <summary>A float32 member of a set.</summary>
/// <param name="Input">What the network is given: pixels, or frames one after the other.</param>
/// <param name="Encoded">What enters the first layer at every step; one step under direct encoding.</param>
/// <param name="Name">What it is.</param>
internal sealed record Point(float[] Input, float[][] Encoded, string Name)
{
    /// <summary>The same in exact numbers.</summary>
    public Dyadic[][] Exact => [.. Encoded.Select(step => step.Select(value => Dyadic.Of(value)).ToArray())];
}

/// <summary>The set of one sample, by its definition.</summary>
internal interface IMemberSet
{
    /// <summary>Members: the sample itself first, then ends, neighbours, corners and random ones.</summary>
    /// <param name="random">Draws.</param>
    /// <param name="circuit">The network, whose weights name the corners that matter.</param>
    IEnumerable<Point> Members(Random random, Circuit circuit);

    /// <summary>Pairs of members next to each other between which the network's spikes change.</summary>
    /// <param name="random">Draws.</param>
    /// <param name="run">The network.</param>
    IEnumerable<Point> Edges(Random random, FloatRun run) => [];

    /// <summary>Members that are no float32 numbers, encoded.</summary>
    /// <param name="random">Draws.</param>
    /// <param name="circuit">The network.</param>
    IEnumerable<(Dyadic[][] Encoded, string Name)> Reals(Random random, Circuit circuit) => [];
}
