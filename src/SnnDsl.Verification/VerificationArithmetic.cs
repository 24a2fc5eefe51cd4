namespace SnnDsl.Verification;

/// <summary>The numbers that claims are computed again with.</summary>
public enum VerificationArithmetic
{
    /// <summary>float64; fractions for what it does not prove of networks so small that they are affordable.</summary>
    Auto,

    /// <summary>float64, every result moved outward by what rounding may have cost.</summary>
    Float64,

    /// <summary>Fractions of whole numbers: nothing is rounded. For small networks.</summary>
    Exact,
}
