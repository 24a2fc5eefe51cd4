using System.CommandLine;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Networks;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>A command that measures a trained network on samples, unperturbed: figures on the screen, and in a file where one is given.</summary>
/// <typeparam name="T">The figures.</typeparam>
/// <param name="name">What it is called.</param>
/// <param name="description">What it does, for the help.</param>
/// <param name="models">The networks of the program.</param>
/// <param name="sources">Its data sets.</param>
internal abstract class MeasureCommand<T>(string name, string description, IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand(name, description)
{
    private readonly ModelOptions model = new(
        models, "Poisson encoding: the draw of noise. [default: 0]", "T, the time steps that the network runs for. [default: as declared]");

    private readonly DataOptions data = new(sources, "Only the first N samples, in file order. [default: all]");
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly JsonFile json = new("the figures", "Results");

    public override IReadOnlyList<string> Examples
    {
        get
        {
            string start = models.Count == 0 ? "" : $"{Name} --model {models[0].Name} --weights runs/{models[0].Name}.safetensors";
            return models.Count == 0 ? [] : [start, $"{start} {More}"];
        }
    }

    protected override IEnumerable<Option> Options => [.. model.All.Take(1), weights, .. data.All, .. Own, .. model.All.Skip(1), json.Option];

    /// <summary>What the second example gives besides.</summary>
    protected abstract string More { get; }

    /// <summary>Options of this command alone.</summary>
    protected virtual IEnumerable<Option> Own => [];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        json.Check(arguments);
        using var network = model.Create(arguments);
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, Split(arguments), network.Steps, screen);
        var figures = screen.Track(Name, progress => Measure(network, samples, Evaluations.Relay(progress, "right"), cancellation));
        Show(figures, screen);
        json.Write(arguments, screen, () => new JsonObject([new("model", network.Description.Name), .. ToJson(figures)]));
        return ExitCodes.Success;
    }

    /// <summary>The samples: <c>train</c> or <c>test</c>.</summary>
    protected virtual string Split(ParseResult arguments) => "test";

    /// <summary>Measures.</summary>
    protected abstract T Measure(SpikingModule network, Dataset samples, IProgress<EvaluationProgress> progress, CancellationToken cancellation);

    /// <summary>The figures, for other programs.</summary>
    protected abstract IEnumerable<KeyValuePair<string, JsonNode?>> ToJson(T figures);

    /// <summary>The figures, for people.</summary>
    protected abstract void Show(T figures, Screen screen);
}
