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

/// <summary>Shows how much the layers of a network fire, and what that costs.</summary>
internal sealed class ActivityCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("activity", "Show how often each layer's neurons fire on the test samples, and how many synaptic operations a sample takes.")
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ModelOptions model = new(
        models, "Poisson encoding: the draw of noise. [default: 0]", "T, the time steps that the network runs for. [default: as declared]");

    private readonly DataOptions data = new(sources, "Only the first N test samples, in file order. [default: all]");
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly Option<string> json = new("--json") { HelpName = "FILE", Description = "Write the figures as JSON, for other programs." };

    public override IReadOnlyList<string> Examples => models.Count == 0
        ? []
        : [$"activity --model {models[0].Name} --weights runs/{models[0].Name}.safetensors", $"activity --model {models[0].Name} --weights runs/{models[0].Name}.safetensors --count 100 --json activity.json"];

    public override string Remarks =>
        """
        A synaptic operation is one weight that one value other than zero meets: a spike costs its fan-out at the step at which it comes,
        a pixel that is the same at every step costs it once. Dense is what the same weights cost if every value counted.
        """;

    protected override IEnumerable<Option> Options => [.. model.All.Take(1), weights, .. data.All, .. model.All.Skip(1), json];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string? report = arguments.GetValue(json);
        OutputFile.Check(report, "--json");
        using var network = model.Create(arguments);
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
        var activity = screen.Track("activity", progress => Activity.Of(network, samples, Evaluations.Relay(progress, "right"), cancellation));
        if (report is not null)
        {
            AtomicFile.WriteText(report, ToJson(network.Description.Name, activity).ToJsonString(Indented));
        }

        Show(activity, screen);
        Evaluations.SayWritten(report, "Results", screen);
        return ExitCodes.Success;
    }

    private static void Show(Activity activity, Screen screen)
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

    private static JsonObject ToJson(string name, Activity activity) => new()
    {
        ["model"] = name,
        ["samples"] = activity.Samples,
        ["accuracy"] = activity.Accuracy,
        ["layers"] = new JsonArray([.. activity.Layers.Select(layer => new JsonObject
        {
            ["name"] = layer.Name,
            ["neurons"] = layer.Neurons,
            ["firingRate"] = layer.FiringRate,
            ["silent"] = layer.Silent,
            ["operations"] = layer.Operations,
            ["denseOperations"] = layer.DenseOperations,
        })]),
    };
}
