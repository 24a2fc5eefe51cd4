using Spectre.Console;
using Spectre.Console.Rendering;

namespace SnnDsl.CommandLine.Output;

/// <summary>The time left, as the work says, or from the share done so far; Spectre's own column forgets steps that take longer than its window.</summary>
internal sealed class TimeLeftColumn : ProgressColumn
{
    private const string Ends = "ends";

    /// <summary>Notes the time left as the work knows it: what is resumed had a share done before it began.</summary>
    /// <param name="task">The task.</param>
    /// <param name="left">The time left; null where it follows from the share.</param>
    public static void Note(ProgressTask task, TimeSpan? left) =>
        task.State.Update<TimeSpan>(Ends, _ => (task.ElapsedTime + left) ?? TimeSpan.Zero);

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task switch
        {
            { IsFinished: true, ElapsedTime: { } elapsed } => Screen.Duration(elapsed),
            { ElapsedTime: { } elapsed } when task.State.Get<TimeSpan>(Ends) is var ends && ends > TimeSpan.Zero =>
                $"{Screen.Duration(ends > elapsed ? ends - elapsed : TimeSpan.Zero)} left",
            { Value: > 0, ElapsedTime: { } elapsed } => $"{Screen.Duration(elapsed * (1 / task.Value - 1))} left",
            _ => "",
        });
}
