using Spectre.Console;
using Spectre.Console.Rendering;

namespace SnnDsl.CommandLine.Output;

/// <summary>The time left, as the work says, less what has passed since it said so; Spectre's own column forgets steps that take longer than its window.</summary>
internal sealed class TimeLeftColumn : ProgressColumn
{
    private const string Ends = "ends";

    /// <summary>Notes the time left.</summary>
    /// <param name="task">The task.</param>
    /// <param name="left">The time left.</param>
    public static void Note(ProgressTask task, TimeSpan left) => task.State.Update<TimeSpan>(Ends, _ => (task.ElapsedTime ?? TimeSpan.Zero) + left);

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task switch
        {
            { IsFinished: true, ElapsedTime: { } elapsed } => Screen.Duration(elapsed),
            { Value: > 0, ElapsedTime: { } elapsed } when task.State.Get<TimeSpan>(Ends) - elapsed is var left =>
                $"{Screen.Duration(left > TimeSpan.Zero ? left : TimeSpan.Zero)} left",
            _ => "",
        });
}
