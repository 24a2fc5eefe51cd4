namespace SnnDsl.CommandLine.Output;

/// <summary>How work says how far it is.</summary>
internal interface IProgressReport
{
    /// <summary>Says how much of the work is done.</summary>
    /// <param name="share">In [0, 1].</param>
    /// <param name="status">A few words on the present state; they may be left out.</param>
    /// <param name="left">The time left, as the work knows it: what is resumed had a share done before it began.</param>
    void Report(double share, string status, TimeSpan left);

    /// <summary>A line that stays: an epoch's results.</summary>
    void Line(string text);
}
