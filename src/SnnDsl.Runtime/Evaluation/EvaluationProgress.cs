using System.Globalization;

namespace SnnDsl.Evaluation;

/// <summary>How far an evaluation has got.</summary>
/// <example>
/// <code>
/// certifier.Run(data, progress: new Progress&lt;EvaluationProgress&gt;(Console.WriteLine));
/// </code>
/// </example>
/// <param name="Done">Samples that are done.</param>
/// <param name="Count">All samples.</param>
/// <param name="Right">Of those done, how many are predicted right.</param>
/// <param name="Held">Of those done, how many are certified (in a plain precision: bounded), or not broken.</param>
/// <param name="Elapsed">The time since the start.</param>
public sealed record EvaluationProgress(int Done, int Count, int Right, int Held, TimeSpan Elapsed)
{
    /// <summary>The time that the rest will take at this pace.</summary>
    public TimeSpan Remaining => Done == 0 ? TimeSpan.Zero : Elapsed * ((Count - Done) / (double)Done);

    /// <summary>A line for people: <c>120 of 1,000 samples  97.5 % right  81.0 % held  (45 s left)</c>.</summary>
    public override string ToString()
    {
        string shares = Done == 0 ? "" : $"  {Readable.Percent(Right / (double)Done)} right  {Readable.Percent(Held / (double)Done)} held";
        string left = Done > 0 && Done < Count ? $"  ({Readable.Duration(Remaining)} left)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Done:N0} of {Count:N0} samples{shares}{left}");
    }
}
