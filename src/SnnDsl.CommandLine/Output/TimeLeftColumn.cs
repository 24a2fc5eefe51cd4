using Spectre.Console;
using Spectre.Console.Rendering;

namespace SnnDsl.CommandLine.Output;

/// <summary>The time left, from the share done so far; Spectre's own column forgets steps that take longer than its window.</summary>
internal sealed class TimeLeftColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task switch
        {
            { IsFinished: true, ElapsedTime: { } elapsed } => Screen.Duration(elapsed),
            { Value: > 0, ElapsedTime: { } elapsed } => $"{Screen.Duration(elapsed * (1 / task.Value - 1))} left",
            _ => "",
        });
}
