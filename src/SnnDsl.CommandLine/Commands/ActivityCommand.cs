using System.Globalization;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Output;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Networks;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Shows how much the layers of a network fire, and what that costs.</summary>
internal sealed class ActivityCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : MeasureCommand<Activity>("activity", "Show how often each layer's neurons fire on the test samples, and how many synaptic operations a sample takes.", models, sources)
{
    public override string Remarks =>
        """
        A synaptic operation is one weight that one value other than zero meets: a spike costs its fan-out at the step at which it comes,
        a pixel that is the same at every step costs it once. Dense is what the same weights cost if every value counted.
        """;

    protected override string More => "--count 100 --json activity.json";

    protected override Activity Measure(
        SpikingModule network, Dataset samples, IProgress<EvaluationProgress> progress, CancellationToken cancellation) =>
        Activity.Of(network, samples, progress, cancellation);

    protected override void Show(Activity activity, Screen screen)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("layer");
        foreach (string column in new[] { "neurons", "fire", "never fire", "operations a sample", "of dense" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var layer in activity.Layers)
        {
            table.AddRow(
                layer.Name, Whole(layer.Neurons), Screen.Percent(layer.FiringRate), Whole(layer.Silent), Whole(layer.Operations),
                Screen.Percent(layer.Operations / layer.DenseOperations));
        }

        screen.Show(table);
        screen.Say($"{Whole(activity.Samples)} samples, {Screen.Percent(activity.Accuracy)} right, {Whole(activity.Layers.Sum(layer => layer.Operations))} synaptic operations a sample.");
    }

    private static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    protected override IEnumerable<KeyValuePair<string, JsonNode?>> ToJson(Activity activity) =>
    [
        new("samples", activity.Samples),
        new("accuracy", activity.Accuracy),
        new("layers", new JsonArray([.. activity.Layers.Select(layer => new JsonObject
        {
            ["name"] = layer.Name,
            ["neurons"] = layer.Neurons,
            ["firingRate"] = layer.FiringRate,
            ["silent"] = layer.Silent,
            ["operations"] = layer.Operations,
            ["denseOperations"] = layer.DenseOperations,
        })])),
    ];
}
