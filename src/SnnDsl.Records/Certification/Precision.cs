namespace SnnDsl.Certification;

/// <summary>In which arithmetic bounds are computed, and what they hold for.</summary>
public enum Precision
{
    /// <summary>
    /// With outward error bounds, in float64, or in float32 with an account of its own rounding: for the float32 network as it runs, in any order of summation, with or without fused
    /// multiply-add. No guard is needed. The only mode that certifies, and the default.
    /// </summary>
    RoundingSafe,

    /// <summary>
    /// Plain float32, for training and research: the equations' bounds as float32 computes them, with a guard against most of that
    /// rounding. What is above the guard is <see cref="Verdict.Bounded"/>, not certified: neither a run of the network nor exact arithmetic
    /// on its weights is promised to stay within them, since a sum that is rounded next to a threshold may count a spike wrongly.
    /// </summary>
    Float32,

    /// <summary>Plain float64 on the same weights: its rounding is far smaller, and it promises no more than <see cref="Float32"/>.</summary>
    Float64,
}
