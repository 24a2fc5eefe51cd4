namespace SnnDsl.Certification;

/// <summary>In which arithmetic bounds are computed, and what they hold for.</summary>
public enum Precision
{
    /// <summary>Plain float32: for exact arithmetic on the stored weights, with a guard against the bounds' own rounding.</summary>
    Float32,

    /// <summary>Plain float64 on the same weights: the same claim with a far smaller guard.</summary>
    Float64,

    /// <summary>
    /// Float64 with outward error bounds: for the float32 network as it runs, in any order of summation, with or without fused
    /// multiply-add. No guard is needed.
    /// </summary>
    RoundingSafe,
}
