namespace SnnDsl.Soundness.Tests.Networks;

/// <summary>What random weights look like: what is never 0 and never settled finds few of a search's corners.</summary>
public enum WeightStyle
{
    /// <summary>Uniform, large enough that most neurons are open.</summary>
    Drawn,

    /// <summary>One weight in four is other than 0.</summary>
    Sparse,

    /// <summary>Every other row is 0: a bias alone decides what these neurons do.</summary>
    ZeroRows,

    /// <summary>All weights of a layer are equal, and all biases.</summary>
    Constant,

    /// <summary>Forty times as large: almost nothing is open.</summary>
    Saturated,

    /// <summary>Biases on the threshold or next to it, weights that are 0, tiny or on a grid.</summary>
    OnThreshold,
}
