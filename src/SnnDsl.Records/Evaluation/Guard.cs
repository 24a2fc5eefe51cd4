using SnnDsl.Certification;

namespace SnnDsl.Evaluation;

/// <summary>The margin that plain bounds keep from their own rounding.</summary>
public static class Guard
{
    /// <summary>
    /// In plain mode a margin counts as positive only if its lower bound exceeds this. Linear bounds carry rounding errors of some 1e-6
    /// through their sums; interval bounds of firing rates are whole numbers over T, so that anything below 1/T would do for them.
    /// That is all: a rounding error that moves a membrane across a threshold, in the network or in the bounds, moves a whole spike, which
    /// no guard of this size covers. So plain mode bounds samples and certifies none.
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
