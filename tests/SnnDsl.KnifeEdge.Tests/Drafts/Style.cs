namespace SnnDsl.KnifeEdge.Tests.Drafts;

/// <summary>What weights are like.</summary>
internal enum Style
{
    /// <summary>Gaussian.</summary>
    Gaussian,

    /// <summary>Most are 0.</summary>
    Sparse,

    /// <summary>Whole rows and biases are 0, and others are not.</summary>
    ZeroRows,

    /// <summary>One number for all of a layer.</summary>
    Constant,

    /// <summary>Neurons that always fire, that never do, and few others.</summary>
    Saturated,

    /// <summary>Short binary numbers, and membranes exactly on the threshold.</summary>
    OnThreshold,

    /// <summary>Any numbers, and membranes on the threshold up to rounding.</summary>
    NearThreshold,

    /// <summary>Membranes one unit in the last place off the threshold.</summary>
    OneUnitOff,

    /// <summary>Weights of 1e-5 to 1e-44 beside biases that equal the threshold.</summary>
    Tiny,

    /// <summary>Weights of 1e-44 to 1e4 side by side.</summary>
    Mixed,

    /// <summary>Trained.</summary>
    Trained,
}
