namespace SnnDsl.CommandLine.Pictures;

/// <summary>What a colour stands for; which colour that is depends on the paper.</summary>
internal enum Tone
{
    /// <summary>What is drawn on.</summary>
    Paper,

    /// <summary>Words, and what is neither good nor bad.</summary>
    Ink,

    /// <summary>Words that one may pass over.</summary>
    Faint,

    /// <summary>Frames and grids.</summary>
    Line,

    /// <summary>The ground of boxes.</summary>
    Box,

    /// <summary>Certified, or proved.</summary>
    Certified,

    /// <summary>Bounded, which promises less.</summary>
    Bounded,

    /// <summary>Falsified, or open.</summary>
    Falsified,

    /// <summary>Neither.</summary>
    Unknown,

    /// <summary>Words on pixels that are light, whatever the paper.</summary>
    OnLight,

    /// <summary>Words on pixels that are dark.</summary>
    OnDark,

    /// <summary>The first of six that are told apart, by colour-blind readers, too.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>The third.</summary>
    Third,

    /// <summary>The fourth.</summary>
    Fourth,

    /// <summary>The fifth.</summary>
    Fifth,

    /// <summary>The sixth.</summary>
    Sixth,
}
