namespace SnnDsl.CommandLine.Output;

/// <summary>How work says how far it is.</summary>
internal interface IProgressReport
{
    /// <summary>Says how much of the work is done.</summary>
    /// <param name="share">In [0, 1].</param>
    /// <param name="status">A few words on the present state; they may be left out.</param>
    /// <param name="left">The time left; null where the work began with nothing done and goes on as it went.</param>
    void Report(double share, string status, TimeSpan? left = null);

    /// <summary>A line that stays: an epoch's results.</summary>
    void Line(string text);
}
