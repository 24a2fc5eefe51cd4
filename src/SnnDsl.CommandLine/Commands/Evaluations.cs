using System.Globalization;
using SnnDsl.CommandLine.Output;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>What certify and attack show alike.</summary>
internal static class Evaluations
{
    /// <summary>Tells a bar how far an evaluation is.</summary>
    /// <param name="progress">The bar.</param>
    /// <param name="held">What it means that a sample held: "certified".</param>
    public static Relay<EvaluationProgress> Relay(IProgressReport progress, string held) => new(now => progress.Report(
        now.Done / (double)now.Count, $"{now.Done:N0} of {now.Count:N0} samples, {Screen.Percent(now.Held / (double)now.Done)} {held}", now.Remaining));

    /// <summary>What was asked, and results, as two columns.</summary>
    public static Table Table(
        (string Model, RecordedPerturbation Perturbation, ReportedDataset Dataset, int Steps) asked, params (string Name, string Value)[] results)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        table.AddRow(new Text("model"), new Text(asked.Model));
        table.AddRow(new Text("perturbation"), new Text(Describe(asked.Perturbation)));
        table.AddRow(new Text("samples"), new Text($"{asked.Dataset.Count:N0} of {asked.Dataset.Name} ({asked.Dataset.Split}{(asked.Dataset.Embedded ? ", embedded subset" : "")})"));
        table.AddRow(new Text("time steps"), new Text(asked.Steps.ToString(CultureInfo.InvariantCulture)));
        foreach (var (name, value) in results)
        {
            table.AddRow(new Text(name), new Text(value));
        }

        return table;
    }

    /// <summary>Says where a file went.</summary>
    public static void SayWritten(string? path, string what, Screen screen)
    {
        if (path is not null)
        {
            screen.Say($"{what}: {path}");
        }
    }

    /// <summary>A perturbation in words.</summary>
    public static string Describe(RecordedPerturbation perturbation)
    {
        // What may leave [0, 1] is no pixel.
        var (value, cut) = perturbation.Clamp == true ? ("pixel", "cut to [0, 1]") : ("value", "not cut");
        return perturbation switch
        {
            { Epsilon: { } epsilon } => string.Create(CultureInfo.InvariantCulture, $"every {value} by at most {epsilon}, {cut}"),
            { BoxSha256: { } hash } => $"every {value} within its own box, {cut} ({hash[..12]}...)",
            { Jitter: { } jitter } => $"every spike by at most {jitter} steps in time{(perturbation.Moves is { } moves ? $", at most {moves} spikes" : "")}",
            _ => $"at most {perturbation.Flips} flip{(perturbation.Flips == 1 ? "" : "s")} ({perturbation.FlipMode})",
        };
    }
}
