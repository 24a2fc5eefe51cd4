namespace SnnDsl.KnifeEdge.Tests.Drafts;

/// <summary>What an adversary may do.</summary>
internal enum SetKind
{
    /// <summary>Nothing: epsilon 0, no flips, no jitter.</summary>
    Point,

    /// <summary>A box of 1e-9 to 1e-7.</summary>
    Hair,

    /// <summary>A box of 0.001 to 0.03.</summary>
    Small,

    /// <summary>A box of 0.05 to 0.3.</summary>
    Middle,

    /// <summary>A box that holds every image.</summary>
    Wide,

    /// <summary>A box that is not cut.</summary>
    Uncut,

    /// <summary>An epsilon for each pixel, some of them 0 or subnormal.</summary>
    PixelEpsilons,

    /// <summary>Ends for each pixel, some of them the pixel itself.</summary>
    PixelEnds,

    /// <summary>A flip.</summary>
    Flip,

    /// <summary>Insertions.</summary>
    Inserts,

    /// <summary>Deletions.</summary>
    Deletes,

    /// <summary>Two or three flips.</summary>
    Flips,

    /// <summary>Spikes moved by a step or two.</summary>
    Retimed,

    /// <summary>A few of them.</summary>
    RetimedFew,
}
