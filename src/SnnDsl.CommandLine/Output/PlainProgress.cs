using System.Diagnostics;

namespace SnnDsl.CommandLine.Output;

/// <summary>Progress for log files: a line every ten seconds at most, with an estimate of the time left.</summary>
internal sealed class PlainProgress(TextWriter writer, string title) : IProgressReport
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan last;

    public void Report(double share, string status, TimeSpan left)
    {
        if (clock.Elapsed - last < Pause || share is <= 0 or >= 1)
        {
            return;
        }

        last = clock.Elapsed;
        writer.WriteLine($"{title}: {Screen.Percent(share)} after {Screen.Duration(last)}, about {Screen.Duration(left)} left{(status.Length > 0 ? $" ({status})" : "")}");
        writer.Flush();
    }

    public void Line(string text)
    {
        last = clock.Elapsed;
        writer.WriteLine(text);
        writer.Flush();
    }
}
