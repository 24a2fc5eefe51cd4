using System.CommandLine;
using SnnDsl.Attacks;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Looks for perturbed inputs that a network gets wrong.</summary>
internal sealed class AttackCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("attack", "Look for perturbed test samples that the network gets wrong: every one found is a counterexample.")
{
    private readonly ModelOptions model = new(
        models,
        "What random starts depend on; Poisson encoding: also the draw that is attacked. [default: 0]",
        "T, the time steps that the network runs for. [default: as declared]");

    private readonly DataOptions data = new(sources, "Only the first N test samples, in file order. [default: all]");
    private readonly PerturbationOptions perturbation = new();
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly Option<AttackKind?> attack = Choice.Of(
        "--attack", "attack", "How it searches. [default: pgd for images; for event recordings spike-flip, or spike-retiming with --retime]",
        ("fgsm", AttackKind.Fgsm), ("pgd", AttackKind.Pgd), ("spike-flip", AttackKind.SpikeFlip), ("spike-retiming", AttackKind.SpikeRetiming));

    private readonly Option<int?> iterations = Choice.AtLeast(1, "--iterations", "N", "pgd: gradient steps of each start. [default: 20]");
    private readonly Option<int?> restarts = Choice.AtLeast(1, "--restarts", "N", "pgd: starts; the first is the input, the rest random. [default: 2]");
    private readonly Option<int?> batch = EvaluationOptions.Batch();
    private readonly Option<string> json = EvaluationOptions.Json();
    private readonly Option<string> inputs = new("--out")
    {
        HelpName = "FILE",
        Description = "Write the adversarial inputs in safetensors.",
    };

    private enum AttackKind
    {
        Fgsm,
        Pgd,
        SpikeFlip,
        SpikeRetiming,
    }

    public override IReadOnlyList<string> Examples { get; } =
        EvaluationOptions.Examples("attack", models, sources, " --json attack.json --out adversarial.safetensors");

    public override string Remarks =>
        """
        The attack error counts samples whose class was changed, those predicted wrong to begin with included. It never exceeds the
        certified error of the same network and perturbation; what lies between the two is unknown. Attacks:
          fgsm            one step as far as the box reaches against the gradient
          pgd             many small steps, with random restarts
          spike-flip      flips chosen by gradient, together and then greedily one by one
          spike-retiming  the retiming that linear bounds and gradients say is worst, again and again
        """;

    protected override IEnumerable<Option> Options =>
        [.. model.All.Take(1), weights, .. data.All, .. perturbation.All, attack, iterations, restarts, .. model.All.Skip(1), batch, json, inputs];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string? report = arguments.GetValue(json), adversarial = arguments.GetValue(inputs);
        OutputFile.Check(report, "--json");
        OutputFile.Check(adversarial, "--out");
        using var network = model.Create(arguments);
        var search = Create(arguments, perturbation.Read(arguments, network.Description));
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
        var attacker = new Attacker(network, search) { BatchSize = arguments.GetValue(batch) };
        using var result = screen.Track("attack", progress => attacker.Run(samples, Evaluations.Relay(progress, "stand"), cancellation));
        if (report is not null)
        {
            result.Save(report);
        }

        if (adversarial is not null)
        {
            result.SaveInputs(adversarial);
        }

        screen.Show(Evaluations.Table(
            (result.Model, result.Perturbation, result.Dataset, result.Steps),
            ("attack", result.Attack),
            ("accuracy", Screen.Percent(result.Summary.Accuracy)),
            ("attack error", Screen.Percent(result.Summary.AttackError)),
            ("time", Screen.Duration(TimeSpan.FromSeconds(result.Summary.Seconds)))));
        Evaluations.SayWritten(report, "Results", screen);
        Evaluations.SayWritten(adversarial, "Adversarial inputs", screen);
        return ExitCodes.Success;
    }

    private Attack Create(ParseResult arguments, Perturbation budget)
    {
        long seed = model.Seed(arguments);
        var kind = arguments.GetValue(attack) ?? budget switch
        {
            BoxPerturbation => AttackKind.Pgd,
            SpikeRetiming => AttackKind.SpikeRetiming,
            _ => AttackKind.SpikeFlip,
        };
        if (kind != AttackKind.Pgd && (arguments.GetValue(iterations) is not null || arguments.GetValue(restarts) is not null))
        {
            throw new UsageException("--iterations and --restarts are pgd's: leave them out, or give --attack pgd.");
        }

        return (kind, budget) switch
        {
            (AttackKind.Fgsm, BoxPerturbation box) => new Fgsm(box) { Seed = seed },
            (AttackKind.Pgd, BoxPerturbation box) => new Pgd(box)
            {
                Seed = seed,
                Steps = arguments.GetValue(iterations) ?? 20,
                Restarts = arguments.GetValue(restarts) ?? 2,
            },
            (AttackKind.SpikeFlip, SpikeFlips flips) => new SpikeFlipAttack(flips) { Seed = seed },
            (AttackKind.SpikeRetiming, SpikeRetiming retiming) => new SpikeRetimingAttack(retiming) { Seed = seed },
            (AttackKind.SpikeFlip, BoxPerturbation) => throw new UsageException("spike-flip attacks event recordings, but this model takes images: give --attack pgd or fgsm."),
            (AttackKind.SpikeRetiming, BoxPerturbation) => throw new UsageException("spike-retiming attacks event recordings, but this model takes images: give --attack pgd or fgsm."),
            (AttackKind.SpikeFlip, _) => throw new UsageException("spike-flip flips spikes, but --retime moves them: give --flips, or --attack spike-retiming."),
            (AttackKind.SpikeRetiming, _) => throw new UsageException("spike-retiming moves spikes, but --flips flips them: give --retime, or --attack spike-flip."),
            _ => throw new UsageException("fgsm and pgd attack images, but this model takes recorded spikes: give --attack spike-flip, or spike-retiming with --retime."),
        };
    }
}
