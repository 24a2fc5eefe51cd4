using Spectre.Console;

namespace SnnDsl.CommandLine.Output;

/// <summary>Progress for a terminal: a bar that is drawn over; lines that stay scroll past above it.</summary>
internal sealed class BarProgress(IAnsiConsole console, ProgressTask task, string title) : IProgressReport
{
    public void Report(double share, string status, TimeSpan left)
    {
        task.Value = Math.Clamp(share, 0, 1);
        TimeLeftColumn.Note(task, left);
        task.Description = Markup.Escape(status.Length > 0 ? $"{title}: {status}" : title);
    }

    public void Line(string text) => console.WriteLine(text);
}
