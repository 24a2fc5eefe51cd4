namespace SnnDsl.KnifeEdge.Tests.Oracle;

/// <summary>In which order terms are added.</summary>
internal enum Order
{
    /// <summary>The first term first, the bias last.</summary>
    Forward,

    /// <summary>The bias, then the first term.</summary>
    BiasFirst,

    /// <summary>The last term first.</summary>
    Reversed,

    /// <summary>Halves, and halves of halves.</summary>
    Pairwise,

    /// <summary>The smallest product first.</summary>
    Ascending,

    /// <summary>The largest product first.</summary>
    Descending,

    /// <summary>Four sums, side by side, then added up.</summary>
    Four,

    /// <summary>Eight sums.</summary>
    Eight,

    /// <summary>Sixteen sums.</summary>
    Sixteen,

    /// <summary>An order of its own for every output and step.</summary>
    Shuffled,

    /// <summary>A random tree of additions for every output and step, the bias somewhere in it.</summary>
    Tree,

    /// <summary>The leaked membrane, then the terms, then the bias: products that are accumulated onto it.</summary>
    OntoMembrane,

    /// <summary>A random tree with the leaked membrane as one of the leaves.</summary>
    TreeWithMembrane,
}
