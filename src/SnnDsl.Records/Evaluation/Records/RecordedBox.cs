namespace SnnDsl.Evaluation.Records;

/// <summary>
/// Which numbers a box x +- epsilon holds, as a record states it: float32 computes other ends than exact arithmetic, and where a membrane
/// hangs on an end, or a Poisson spike on a noise value beside it, one box can be certified and another one broken.
/// </summary>
public static class RecordedBox
{
    /// <summary>The real numbers from x - epsilon to x + epsilon, x and epsilon as float32 and float64 hold them.</summary>
    public const string Exact = "exact";

    /// <summary>The real numbers between the ends as float32 computes them, epsilon rounded to float32 first.</summary>
    public const string Float32 = "float32";

    /// <summary>Both: from the lesser of both lower ends to the greater of both upper ones.</summary>
    public const string Enclosing = "enclosing";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Exact, Float32, Enclosing];
}
