using System.CommandLine;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Networks;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Shows the networks: layers, equations, windows, surrogates, shapes, parameters, synaptic operations.</summary>
internal sealed class ModelsCommand(IReadOnlyList<ModelRegistration> models)
    : HostCommand("models", "Show the networks of this program: layers, equations, shapes, parameters, synaptic operations and state.")
{
    private readonly Option<string> model = new Option<string>("--model", "-m") { Description = "Only this one." }
        .WithWords([.. models.Select(entry => entry.Name)]);

    private readonly Option<bool> json = new("--json") { Description = "As JSON, for other programs." };

    protected override IEnumerable<Option> Options => [model, json];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var chosen = arguments.GetValue(model) is { } name ? [ModelOptions.Find(models, name)] : models;
        var descriptions = chosen.Select(Describe).ToList();
        if (arguments.GetValue(json))
        {
            screen.Say(new JsonArray([.. descriptions.Select(ToJson)]).ToJsonString(JsonOutput.Indented));
            return ExitCodes.Success;
        }

        foreach (var description in descriptions)
        {
            Show(description, screen);
        }

        return ExitCodes.Success;
    }

    /// <summary>A float32 number for every state of every neuron: what has to be kept from step to step.</summary>
    private static long MembraneBytes(NetworkDescription network) => sizeof(float) * network.SpikingLayers
        .Sum(layer => layer.OutputShape.Aggregate(1L, (product, size) => product * size) * layer.States);

    private static NetworkDescription Describe(ModelRegistration model)
    {
        using var network = model.Create(0);
        return network.Description;
    }

    private static void Show(NetworkDescription network, Screen screen)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(network.Name));
        table.AddColumn("layer").AddColumn("kind").AddColumn("equation").AddColumn("kernel or surrogate")
            .AddColumn(new TableColumn("output").RightAligned()).AddColumn(new TableColumn("parameters").RightAligned()).AddColumn(new TableColumn("operations").RightAligned());
        foreach (var layer in network.Layers)
        {
            table.AddRow(
                new Text(layer.Name), new Text(layer.Kind), new Text(layer.Equation), new Text(Window(layer.Window) ?? layer.Surrogate ?? ""), new Text(layer.Shape),
                new Text(Count(layer.Parameters)), new Text(Count(layer.Operations)));
        }

        screen.Show(table);
        screen.Say($"Readout: {network.Readout}.");
        screen.Say($"{network.Name}: {string.Join('x', network.InputShape)} -> {network.Classes} classes, {Encodes(network.Encoding)}, T = {network.TimeSteps}, " +
            $"{network.Parameters:N0} parameters, at most {network.Operations:N0} synaptic operations and {MembraneBytes(network):N0} bytes of membranes a sample; " +
            $"training keeps {network.StateBytes(network.TimeSteps):N0} bytes a sample for its backward pass.");
        screen.Say();
    }

    private static string? Window(LayerWindow? window) => window is null
        ? null
        : $"{window.Kernel}, stride {window.Stride}, padding {window.Padding}" + (window.Dilation == "1" ? "" : $", dilation {window.Dilation}");

    private static string Count(long number) => number == 0 ? "" : $"{number:N0}";

    private static string Encodes(Encoding encoding) => encoding switch
    {
        Encoding.Direct => "direct encoding (the image at every step)",
        Encoding.Poisson => "Poisson encoding (spikes drawn from a seed)",
        _ => "event input (binned spikes)",
    };

    private static JsonObject ToJson(NetworkDescription network) => new()
    {
        ["name"] = network.Name,
        ["encoding"] = network.Encoding.ToString().ToLowerInvariant(),
        ["steps"] = network.TimeSteps,
        ["input"] = ToJson(network.InputShape),
        ["classes"] = network.Classes,
        ["parameters"] = network.Parameters,
        ["readout"] = network.Readout,
        ["synapticOperationsPerSample"] = network.Operations,
        ["membraneBytesPerSample"] = MembraneBytes(network),
        ["stateBytesPerSample"] = network.StateBytes(network.TimeSteps),
        ["architectureSha256"] = network.ArchitectureHash,
        ["layers"] = new JsonArray([.. network.Layers.Select(layer => new JsonObject
        {
            ["name"] = layer.Name,
            ["kind"] = layer.Kind,
            ["equation"] = layer.Equation,
            ["output"] = ToJson(layer.OutputShape),
            ["parameters"] = layer.Parameters,
            ["kernel"] = layer.Window?.Kernel,
            ["stride"] = layer.Window?.Stride,
            ["padding"] = layer.Window?.Padding,
            ["dilation"] = layer.Window?.Dilation,
            ["surrogate"] = layer.Surrogate,
            ["synapticOperations"] = layer.Operations,
        })]),
    };

    private static JsonArray ToJson(IReadOnlyList<long> shape) => new([.. shape.Select(length => (JsonNode)length)]);
}
