using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Evaluation;
using SnnDsl.Serialization;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Shows how many samples a network predicts right, and what it takes the others for.</summary>
internal sealed class EvaluateCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("evaluate", "Show how many samples a network predicts right, class by class, and what it takes the others for.")
{
    // A row of more columns breaks on a screen of 120 characters.
    private const int MostColumns = 12;
    private const int MostMistakes = 5;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ModelOptions model = new(
        models, "Poisson encoding: the draw of noise. [default: 0]", "T, the time steps that the network runs for. [default: as declared]");

    private readonly DataOptions data = new(sources, "Only the first N samples, in file order. [default: all]");
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly Option<bool> training = new("--train") { Description = "The training samples instead of the test samples." };
    private readonly Option<string> json = new("--json") { HelpName = "FILE", Description = "Write the figures as JSON, for other programs." };

    public override IReadOnlyList<string> Examples => models.Count == 0
        ? []
        : [$"evaluate --model {models[0].Name} --weights runs/{models[0].Name}.safetensors", $"evaluate --model {models[0].Name} --weights runs/{models[0].Name}.safetensors --train --json seen.json"];

    public override string Remarks =>
        """
        Found is the share of a class that is predicted as it (recall), right the share of what is predicted as a class that is of it
        (precision). Nothing is perturbed here: attack and certify tell what a perturbation can do.
        """;

    protected override IEnumerable<Option> Options => [.. model.All.Take(1), weights, .. data.All, training, .. model.All.Skip(1), json];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string? report = arguments.GetValue(json);
        OutputFile.Check(report, "--json");
        using var network = model.Create(arguments);
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, arguments.GetValue(training) ? "train" : "test", network.Steps, screen);
        var matrix = screen.Track("evaluate", progress => ConfusionMatrix.Of(network, samples, Evaluations.Relay(progress, "right"), cancellation));
        if (report is not null)
        {
            AtomicFile.WriteText(report, ToJson(network.Description.Name, matrix).ToJsonString(Indented));
        }

        Show(matrix, screen);
        Evaluations.SayWritten(report, "Results", screen);
        return ExitCodes.Success;
    }

    private static void Show(ConfusionMatrix matrix, Screen screen)
    {
        bool whole = matrix.Classes <= MostColumns;
        int[] classes = [.. Enumerable.Range(0, matrix.Classes)];
        var table = new Table().Border(TableBorder.Rounded).AddColumn("class");
        foreach (string column in (string[])[.. whole ? classes.Select(label => $"as {label}") : [], "samples", "found", "right"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (int label in classes)
        {
            long[] row = [.. classes.Select(predicted => matrix[label, predicted])];
            table.AddRow(
            [
                label.ToString(CultureInfo.InvariantCulture), .. whole ? row.Select(count => count == 0 ? "" : Count(count)) : [],
                Count(row.Sum()), Percent(matrix.Recall(label)), Percent(matrix.Precision(label)),
            ]);
        }

        screen.Show(table);
        screen.Say($"{Count(matrix.Samples)} samples, {Count(matrix.Right)} right: {Screen.Percent(matrix.Accuracy)}.{Mistakes(matrix, classes)}");
    }

    private static string Mistakes(ConfusionMatrix matrix, int[] classes)
    {
        string[] most =
        [
            .. from label in classes
               from predicted in classes
               where label != predicted && matrix[label, predicted] > 0
               orderby matrix[label, predicted] descending
               select $"{label} as {predicted} ({Count(matrix[label, predicted])})",
        ];
        return most.Length == 0 ? "" : $" Most often taken for another: {string.Join(", ", most.Take(MostMistakes))}.";
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is { } known ? Screen.Percent(known) : "-";

    private static JsonObject ToJson(string name, ConfusionMatrix matrix)
    {
        int[] classes = [.. Enumerable.Range(0, matrix.Classes)];
        return new()
        {
            ["model"] = name,
            ["samples"] = matrix.Samples,
            ["right"] = matrix.Right,
            ["accuracy"] = matrix.Accuracy,
            ["recall"] = new JsonArray([.. classes.Select(label => (JsonNode?)matrix.Recall(label))]),
            ["precision"] = new JsonArray([.. classes.Select(label => (JsonNode?)matrix.Precision(label))]),
            ["confusion"] = new JsonArray(
                [.. classes.Select(label => new JsonArray([.. classes.Select(predicted => (JsonNode)matrix[label, predicted])]))]),
        };
    }
}
