using System.CommandLine;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Interchange;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Makes weights of this project's form of what another library trained.</summary>
internal sealed class ImportCommand(IReadOnlyList<ModelRegistration> models)
    : HostCommand("import", "Take over weights that PyTorch, snnTorch or SpikingJelly trained.")
{
    private readonly ModelOptions model = new(models, "", "");
    private readonly Option<string> stateDict = new("--state-dict") { HelpName = "FILE", Description = "A state dict: .pt or .pth of torch.save, or safetensors.", Required = true };
    private readonly Option<string> output = new("--out", "-o") { HelpName = "FILE", Description = "The weights, safetensors, for --weights of the other commands.", Required = true };
    private readonly Option<string[]> renames = new("--rename") { HelpName = "OLD=NEW", Description = "Call a tensor or a module NEW; may be given several times.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> key = new("--key") { HelpName = "KEY", Description = "Where the file is a checkpoint: the key of the state dict. [default: the only one, or a customary one]" };
    private readonly Option<StateDictOrigin?> origin = Choice.Of(
        "--origin", "origin", "Whose conventions it was trained with. [default: what the file's neurons tell]",
        ("snntorch", StateDictOrigin.SnnTorch), ("spikingjelly", StateDictOrigin.SpikingJelly));

    private readonly Option<bool?> resetDelay = new("--reset-delay") { HelpName = "true|false", Description = "The reset_delay of snnTorch's neurons, which it does not save." };
    private readonly Option<bool> convert = new("--convert") { Description = "Round float64 numbers to float32; the certificate is then about the rounded ones." };
    private readonly Option<bool> force = new("--force") { Description = "Replace an existing file." };

    public override IReadOnlyList<string> Examples => models.Count == 0 ? [] :
    [
        $"import --state-dict model.pth --model {models[0].Name} --out weights.safetensors",
        $"import --state-dict model.pth --model {models[0].Name} --rename features.0=conv1 --rename head=fc1 --out weights.safetensors",
    ];

    public override string Remarks =>
        """
        Tensors are found by name, and modules whose names differ in order: 0, 2, 4 of nn.Sequential as conv1, fc1, fc2. Every shape must
        fit. Constants of neurons in the file (beta, threshold, reset of snnTorch; w of SpikingJelly) are compared with the attributes:
        where they differ, the message is the attribute to write. No code in the file is run.
        """;

    protected override IEnumerable<Option> Options => [stateDict, .. model.All.Take(1), output, renames, key, origin, resetDelay, convert, force];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string target = arguments.GetRequiredValue(output);
        OutputFile.Check(target, "--out");
        if (File.Exists(target) && !arguments.GetValue(force))
        {
            throw new UsageException($"'{target}' exists already: give --force to replace it, or another --out.");
        }

        using var state = StateDict.Load(arguments.GetRequiredValue(stateDict), arguments.GetValue(key));
        using var network = model.Registration(arguments).Create(0);
        var loaded = network.LoadStateDict(state, new()
        {
            Renames = [.. (arguments.GetValue(renames) ?? []).Select(Rename)],
            Origin = arguments.GetValue(origin) ?? StateDictOrigin.Unstated,
            ResetDelay = arguments.GetValue(resetDelay),
            Convert = arguments.GetValue(convert),
        });
        Weights.Save(network, target);
        foreach (var (from, to) in loaded.Renamed.Where(pair => pair.From != pair.To))
        {
            screen.Say($"{from} is {to}.");
        }

        if (loaded.Checked.Count > 0)
        {
            screen.Say($"The file's neurons are those of the attributes: {string.Join(", ", loaded.Checked)}.");
        }

        foreach (string sentence in loaded.Unchecked)
        {
            screen.Say(sentence);
        }

        Evaluations.SayWritten(target, "Weights", screen);
        return ExitCodes.Success;
    }

    private static (string From, string To) Rename(string text) => text.Split('=') is [{ Length: > 0 } from, { Length: > 0 } to]
        ? (from, to)
        : throw new UsageException($"--rename is '{text}', but it must be OLD=NEW.");
}
