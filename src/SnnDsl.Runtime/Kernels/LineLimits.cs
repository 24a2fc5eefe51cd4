namespace SnnDsl.Kernels;

/// <summary>Limits that keep a relaxation's lines within what float32 can carry.</summary>
public static class LineLimits
{
    /// <summary>
    /// The steepest slope of a line, in units of |c_s| + |c_r|. A line gets steep where a membrane's bound lies next to the threshold;
    /// a flatter one through the same point is sound too, and rounding then stays harmless.
    /// </summary>
    public const float Steepest = 1024f;
}
