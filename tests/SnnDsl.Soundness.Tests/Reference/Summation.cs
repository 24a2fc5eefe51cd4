namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>In which order, and with which operations, float32 terms are added.</summary>
internal enum Summation
{
    /// <summary>The first term first, every product rounded; the bias last.</summary>
    Sequential,

    /// <summary>The last term first; the bias first of all.</summary>
    Reversed,

    /// <summary>Halves, and halves of halves.</summary>
    Pairwise,

    /// <summary>An order of its own for every output and step.</summary>
    Shuffled,

    /// <summary>A random tree of additions for every output and step, the bias somewhere in it.</summary>
    Tree,

    /// <summary>The first term first, by fused multiply-add onto the bias; so is the membrane.</summary>
    Fused,

    /// <summary>The same from the last term on, in an order of its own.</summary>
    FusedShuffled,

    /// <summary>As <see cref="Tree"/>, with decay r as one of the leaves.</summary>
    WholeMembrane,
}
