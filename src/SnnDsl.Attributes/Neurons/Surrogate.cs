namespace SnnDsl;

/// <summary>
/// What stands for ds/du in the backward pass, as a function of x = u - threshold and the width w. Each is the derivative of a
/// smooth step from 0 to 1, whose integral is 1, but for <see cref="StraightThrough"/>. Other libraries' names and widths: docs/neurons.md.
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

    /// <summary>e / (w (1 + e)^2) with e = exp(-|x|/w), the derivative of the logistic function of x/w. Default w = 0.25.</summary>
    Sigmoid,

    /// <summary>exp(-x^2 / (2 w^2)) / (w sqrt(2 pi)): w is the standard deviation. Default w = 0.398942 (1 / sqrt(2 pi)).</summary>
    Gaussian,

    /// <summary>exp(-(x/w)^2) / (w sqrt(pi)), the derivative of (1 + erf(x/w)) / 2. Default w = 0.56419 (1 / sqrt(pi)).</summary>
    Erf,

    /// <summary>exp(-|x|/w) / (2 w). Default w = 0.5.</summary>
    PiecewiseExponential,
}
