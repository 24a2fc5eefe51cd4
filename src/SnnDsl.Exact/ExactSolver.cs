namespace SnnDsl.Exact;

/// <summary>Which solver takes the mixed-integer program; all come with Google.OrTools.</summary>
public enum ExactSolver
{
    /// <summary>SCIP: branch and cut in floating point.</summary>
    Scip,

    /// <summary>HiGHS: branch and cut in floating point.</summary>
    Highs,
}
