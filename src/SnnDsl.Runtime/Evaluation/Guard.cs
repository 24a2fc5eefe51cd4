using SnnDsl.Certification;

namespace SnnDsl.Evaluation;

/// <summary>The margin that a certificate keeps from rounding.</summary>
public static class Guard
{
    /// <summary>
    /// In plain mode a margin counts as positive only if its lower bound exceeds this. Linear bounds carry rounding errors of some 1e-6
    /// through their sums; interval bounds of firing rates are whole numbers over T, so that anything below 1/T would do for them.
    /// Plain mode does not claim more: a rounding error inside the network can still flip a spike.
    /// </summary>
    public const double Plain = 1e-4;

    /// <summary>The same for plain bounds in float64, whose sums lose some 1e-14.</summary>
    public const double Double = 1e-9;

    /// <summary>The guard of a precision mode; rounding-safe bounds need none.</summary>
    /// <param name="precision">The mode.</param>
    public static double Of(Precision precision) => precision switch
    {
        Precision.Float32 => Plain,
        Precision.Float64 => Double,
        _ => 0,
    };
}
