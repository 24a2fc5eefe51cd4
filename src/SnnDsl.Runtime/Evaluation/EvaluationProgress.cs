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
/// <param name="Elapsed">The time since the start, of this run alone.</param>
public sealed record EvaluationProgress(int Done, int Count, int Right, int Held, TimeSpan Elapsed)
{
    /// <summary>Of those done, how many an earlier run had done: they took none of this one's time.</summary>
    public int Before { get; init; }

    /// <summary>The time that the rest will take at this run's pace; 0 until it has one.</summary>
    public TimeSpan Remaining => Done <= Before ? TimeSpan.Zero : Elapsed * ((Count - Done) / (double)(Done - Before));

    /// <summary>A line for people: <c>120 of 1,000 samples  97.5 % right  81.0 % held  (45 s left)</c>.</summary>
    public override string ToString()
    {
        string shares = Done == 0 ? "" : $"  {Readable.Percent(Right / (double)Done)} right  {Readable.Percent(Held / (double)Done)} held";
        string left = Done > Before && Done < Count ? $"  ({Readable.Duration(Remaining)} left)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Done:N0} of {Count:N0} samples{shares}{left}");
    }
}
