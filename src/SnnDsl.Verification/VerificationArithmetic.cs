namespace SnnDsl.Verification;

/// <summary>The numbers that claims are computed again with.</summary>
public enum VerificationArithmetic
{
    /// <summary>Exact for networks so small that it takes about a second a sample, else float64.</summary>
    Auto,

    /// <summary>float64, every result moved outward by what rounding may have cost.</summary>
    Float64,

    /// <summary>Fractions of whole numbers: nothing is rounded. For small networks.</summary>
    Exact,
}
