namespace SnnDsl;

/// <summary>
/// What stands for ds/du in the backward pass, as a function of x = u - threshold and the width w. Each is the derivative of a
/// smooth step from 0 to 1, whose integral is 1, but for <see cref="StraightThrough"/>.
/// </summary>
public enum Surrogate
{
    /// <summary>1/w where |x| &lt; w/2, else 0. Default w = 1 (the paper's).</summary>
    Rectangular,

    /// <summary>max(0, 1 - |x|/w) / w. Default w = 1.</summary>
    Triangular,

    /// <summary>1 / (w (1 + (pi x / w)^2)). Default w = 1.</summary>
    Arctan,

    /// <summary>1 / (2 w (1 + |x|/w)^2). Default w = 0.5.</summary>
    FastSigmoid,

    /// <summary>1 for every x, whatever the width: the spike passes its gradient on as it is. No derivative of a step; for spikes that stand for values.</summary>
    StraightThrough,
}
