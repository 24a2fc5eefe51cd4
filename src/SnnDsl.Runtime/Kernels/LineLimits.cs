namespace SnnDsl.Kernels;

/// <summary>Limits that keep a relaxation's lines within what float32 can carry.</summary>
public static class LineLimits
{
    /// <summary>
    /// The steepest slope of a line, in units of |c_s| + |c_r|. A line gets steep where a membrane's bound lies next to the threshold;
    /// a flatter one through the same point is sound too, and rounding then stays harmless.
    /// </summary>
    public const float Steepest = 1024f;

    /// <summary>
    /// How near to each other both sides of the threshold, th - l and U - th, count as equally wide, in units of their sum and the threshold. Rules
    /// choose between two lines by the wider side; where rounding alone says which it is, as on a membrane around its threshold, whoever bounds and
    /// whoever checks would choose differently, and the other line can be far worse.
    /// </summary>
    public const float Near = 1f / 65536;
}
