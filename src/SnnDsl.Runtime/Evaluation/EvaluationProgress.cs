namespace SnnDsl.Evaluation;

/// <summary>How far an evaluation has got.</summary>
/// <param name="Done">Samples that are done.</param>
/// <param name="Count">All samples.</param>
/// <param name="Right">Of those done, how many are predicted right.</param>
/// <param name="Held">Of those done, how many are certified (in a plain precision: bounded), or not broken.</param>
/// <param name="Elapsed">The time since the start.</param>
public sealed record EvaluationProgress(int Done, int Count, int Right, int Held, TimeSpan Elapsed)
{
    /// <summary>The time that the rest will take at this pace.</summary>
    public TimeSpan Remaining => Done == 0 ? TimeSpan.Zero : Elapsed * ((Count - Done) / (double)Done);
}
