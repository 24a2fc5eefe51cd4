namespace SnnDsl.Model;

/// <summary>What stands for the derivative of a spike. The values are those of <c>SnnDsl.Surrogate</c>, which has the formulas.</summary>
public enum SurrogateFunction
{
    /// <summary>1/w where |x| &lt; w/2.</summary>
    Rectangular,

    /// <summary>max(0, 1 - |x|/w) / w.</summary>
    Triangular,

    /// <summary>1 / (w (1 + (pi x / w)^2)).</summary>
    Arctan,

    /// <summary>1 / (2 w (1 + |x|/w)^2).</summary>
    FastSigmoid,

    /// <summary>1 for every x.</summary>
    StraightThrough,

    /// <summary>e / (w (1 + e)^2), e = exp(-|x|/w).</summary>
    Sigmoid,

    /// <summary>exp(-x^2 / (2 w^2)) / (w sqrt(2 pi)).</summary>
    Gaussian,

    /// <summary>exp(-(x/w)^2) / (w sqrt(pi)).</summary>
    Erf,

    /// <summary>exp(-|x|/w) / (2 w).</summary>
    PiecewiseExponential,
}
