using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Output;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Networks;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Shows how many samples a network predicts right, and what it takes the others for.</summary>
internal sealed class EvaluateCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : MeasureCommand<ConfusionMatrix>("evaluate", "Show how many samples a network predicts right, class by class, and what it takes the others for.", models, sources)
{
    // A row of more columns breaks on a screen of 120 characters.
    private const int MostColumns = 12;
    private const int MostMistakes = 5;

    private readonly Option<bool> training = new("--train") { Description = "The training samples instead of the test samples." };

    public override string Remarks =>
        """
        Found is the share of a class that is predicted as it (recall), right the share of what is predicted as a class that is of it
        (precision). Nothing is perturbed here: attack and certify tell what a perturbation can do.
        """;

    protected override string More => "--train --json seen.json";

    protected override IEnumerable<Option> Own => [training];

    protected override string Split(ParseResult arguments) => arguments.GetValue(training) ? "train" : "test";

    protected override ConfusionMatrix Measure(
        SpikingModule network, Dataset samples, IProgress<EvaluationProgress> progress, CancellationToken cancellation) =>
        ConfusionMatrix.Of(network, samples, progress, cancellation);

    protected override void Show(ConfusionMatrix matrix, Screen screen)
    {
        var names = new ClassNames(matrix.ClassNames);
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
                Markup.Escape(names.Short(label)), .. whole ? row.Select(count => count == 0 ? "" : Count(count)) : [],
                Count(row.Sum()), Percent(matrix.Recall(label)), Percent(matrix.Precision(label)),
            ]);
        }

        screen.Show(table);
        screen.Say($"{Count(matrix.Samples)} samples, {Count(matrix.Right)} right: {Screen.Percent(matrix.Accuracy)}.{Mistakes(matrix, classes, names)}");
    }

    private static string Mistakes(ConfusionMatrix matrix, int[] classes, ClassNames names)
    {
        string[] most =
        [
            .. from label in classes
               from predicted in classes
               where label != predicted && matrix[label, predicted] > 0
               orderby matrix[label, predicted] descending
               select $"{names.Short(label)} as {names.Short(predicted)} ({Count(matrix[label, predicted])})",
        ];
        return most.Length == 0 ? "" : $" Most often taken for another: {string.Join(", ", most.Take(MostMistakes))}.";
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is { } known ? Screen.Percent(known) : "-";

    protected override IEnumerable<KeyValuePair<string, JsonNode?>> ToJson(ConfusionMatrix matrix)
    {
        int[] classes = [.. Enumerable.Range(0, matrix.Classes)];
        return
        [
            new("samples", matrix.Samples),
            new("right", matrix.Right),
            new("accuracy", matrix.Accuracy),
            new("recall", new JsonArray([.. classes.Select(label => (JsonNode?)matrix.Recall(label))])),
            new("precision", new JsonArray([.. classes.Select(label => (JsonNode?)matrix.Precision(label))])),
            new("confusion", new JsonArray(
                [.. classes.Select(label => new JsonArray([.. classes.Select(predicted => (JsonNode)matrix[label, predicted])]))])),
        ];
    }
}
