using System.CommandLine;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Interchange;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Makes weights, or a declaration and weights, of this project's form of what another library trained.</summary>
internal sealed class ImportCommand(IReadOnlyList<ModelRegistration> models)
    : HostCommand("import", "Take over weights that PyTorch, snnTorch or SpikingJelly trained, or a whole network in NIR.")
{
    private readonly Argument<string?> nir = new("NIR") { Description = "A NIR graph, net.nir: --out is the C# file of its declaration, and the weights lie beside it.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> stateDict = new("--state-dict") { HelpName = "FILE", Description = "A state dict: .pt or .pth of torch.save, or safetensors; for a network of this program." };
    private readonly Option<string?> model = new Option<string?>("--model", "-m") { Description = "--state-dict: the network that it is of." }
        .WithWords([.. models.Select(entry => entry.Name)]);
    private readonly Option<string> output = new("--out", "-o") { HelpName = "FILE", Description = "The weights, safetensors, for --weights of the other commands; of a NIR graph the declaration.", Required = true };
    private readonly Option<string[]> renames = new("--rename") { HelpName = "OLD=NEW", Description = "Call a tensor or a module NEW; may be given several times.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> key = new("--key") { HelpName = "KEY", Description = "Where the file is a checkpoint: the key of the state dict. [default: the only one, or a customary one]" };
    private readonly Option<StateDictOrigin?> origin = Choice.Of(
        "--origin", "origin", "Whose conventions it was trained with. [default: what the file's neurons tell]",
        ("snntorch", StateDictOrigin.SnnTorch), ("spikingjelly", StateDictOrigin.SpikingJelly));

    private readonly Option<bool?> resetDelay = new Option<bool?>("--reset-delay") { Description = "The reset_delay of snnTorch's neurons, which it does not save." }
        .WithWords("true", "false");
    private readonly Option<string[]> neurons = new("--neuron")
    {
        HelpName = "CALL",
        Description = "SpikingJelly's neurons, whose constants it does not save, as your code calls them: once for all layers, or once for each in order.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> convert = new("--convert") { Description = "Round float64 numbers to float32; the certificate is then about the rounded ones." };
    private readonly Option<string?> className = new("--class") { HelpName = "NAME", Description = "NIR: the class's name. [default: that of --out]" };
    private readonly Option<double?> timeStep = Choice.Number<double>(
        "--dt", "S", "NIR: the length of a time step in seconds. [default: as export noted it, or 0.0001]", value => value > 0 ? null : "it must be a number of seconds above 0");

    private readonly Option<int?> steps = Choice.AtLeast(1, "--steps", "T", "NIR: the number of time steps. [default: as export noted it, or 10]");
    private readonly Option<Encoding?> encoding = Choice.Of(
        "--encoding", "encoding", "NIR: how inputs become steps. [default: as export noted it, or direct]",
        ("direct", Encoding.Direct), ("poisson", Encoding.Poisson), ("spikes", Encoding.Spikes));

    private readonly Option<bool> force = new("--force") { Description = "Replace an existing file." };
    private readonly JsonFile json = new("what was written, renamed, checked and left unchecked", "Results");

    public override IReadOnlyList<string> Examples => models.Count == 0 ? [] :
    [
        $"import --state-dict model.pth --model {models[0].Name} --out weights.safetensors",
        $"import --state-dict model.pth --model {models[0].Name} --neuron \"LIFNode(tau=2.0, v_reset=None)\" --out weights.safetensors",
        $"import --state-dict model.pth --model {models[0].Name} --rename features.0=conv1 --rename head=fc1 --out weights.safetensors",
        "import net.nir --out Classifier.cs",
    ];

    public override string Remarks =>
        """
        Tensors are found by name, and modules whose names differ in order: 0, 2, 4 of nn.Sequential as conv1, fc1, fc2. Every shape must
        fit. Constants of neurons in the file (beta, threshold, reset of snnTorch; w of SpikingJelly) are compared with the attributes:
        where they differ, the message is the attribute to write. Constants that SpikingJelly does not save are compared where --neuron
        says them. No code in the file is run.
        A NIR graph is a network of its own: its declaration is written as C#, to be compiled. docs/interchange.md says what becomes of what.
        """;

    protected override IEnumerable<Argument> Arguments => [nir];

    protected override IEnumerable<Option> Options => [stateDict, model, output, renames, key, origin, resetDelay, neurons, convert, className, timeStep, steps, encoding, force, json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string target = arguments.GetRequiredValue(output);
        OutputFile.Check(target, "--out");
        json.Check(arguments);
        if (File.Exists(target) && !arguments.GetValue(force))
        {
            throw new UsageException($"'{target}' exists already: give --force to replace it, or another --out.");
        }

        string? graph = arguments.GetValue(nir), saved = arguments.GetValue(stateDict);
        if (graph is null == saved is null)
        {
            throw new UsageException("Give what is imported: a NIR graph, import net.nir, or --state-dict FILE with --model.");
        }

        if (graph is not null)
        {
            ImportGraph(graph, target, arguments, screen);
            return ExitCodes.Success;
        }

        using var state = StateDict.Load(saved!, arguments.GetValue(key));
        using var network = (models.Count == 1 && arguments.GetValue(model) is null ? models[0] : ModelOptions.Find(models, arguments.GetValue(model))).Create(0);
        var loaded = network.LoadStateDict(state, new()
        {
            Renames = [.. (arguments.GetValue(renames) ?? []).Select(Rename)],
            Origin = arguments.GetValue(origin) ?? StateDictOrigin.Unstated,
            ResetDelay = arguments.GetValue(resetDelay),
            Neurons = arguments.GetValue(neurons) ?? [],
            Convert = arguments.GetValue(convert),
        });
        Weights.Save(network, target);
        foreach (var (from, to) in loaded.Renamed.Where(pair => pair.From != pair.To))
        {
            screen.Say($"{from} is {to}.");
        }

        if (loaded.Checked.Count > 0)
        {
            screen.Say($"These neurons were compared with their attributes, and are the same: {string.Join(", ", loaded.Checked)}.");
        }

        foreach (string sentence in loaded.Unchecked)
        {
            screen.Say(sentence);
        }

        Evaluations.SayWritten(target, "Weights", screen);
        json.Write(arguments, screen, () => new JsonObject
        {
            ["model"] = network.Description.Name,
            ["weights"] = target,
            ["renamed"] = new JsonArray([.. loaded.Renamed.Select(pair => new JsonObject { ["from"] = pair.From, ["to"] = pair.To })]),
            ["checked"] = Texts(loaded.Checked),
            ["unchecked"] = Texts(loaded.Unchecked),
        });
        return ExitCodes.Success;
    }

    private void ImportGraph(string graph, string target, ParseResult arguments, Screen screen)
    {
        if (arguments.GetValue(model) is not null)
        {
            throw new UsageException($"'{graph}' is a NIR graph, a network of its own: leave --model out.");
        }

        string name = arguments.GetValue(className) ?? string.Concat(Path.GetFileNameWithoutExtension(target).Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'));
        string weights = Path.ChangeExtension(target, ".safetensors");
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || weights == target)
        {
            throw new UsageException($"--out '{target}' must be a C# file, such as Classifier.cs; --class names the class.");
        }

        if (File.Exists(weights) && !arguments.GetValue(force))
        {
            throw new UsageException($"'{weights}' exists already: give --force to replace it, or another --out.");
        }

        NirFile.Import(graph, target, new()
        {
            ClassName = name, TimeStep = arguments.GetValue(timeStep), TimeSteps = arguments.GetValue(steps), Encoding = arguments.GetValue(encoding),
        });
        Evaluations.SayWritten(target, "Declaration", screen);
        Evaluations.SayWritten(weights, "Weights", screen);
        json.Write(arguments, screen, () => new JsonObject { ["model"] = name, ["declaration"] = target, ["weights"] = weights });
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static (string From, string To) Rename(string text) => text.Split('=') is [{ Length: > 0 } from, { Length: > 0 } to]
        ? (from, to)
        : throw new UsageException($"--rename is '{text}', but it must be OLD=NEW.");
}
