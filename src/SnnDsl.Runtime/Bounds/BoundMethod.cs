namespace SnnDsl.Bounds;

/// <summary>How lower bounds of margins are computed.</summary>
public enum BoundMethod
{
    /// <summary>Intervals through all layers (S-IBP).</summary>
    SIbp,

    /// <summary>Linear relaxation with the paper's lines, intermediate bounds from S-IBP.</summary>
    SCrownPaper,

    /// <summary>Linear relaxation with the tightest single lines for spike and reset together, intermediate bounds from S-IBP.</summary>
    SCrown,
}
