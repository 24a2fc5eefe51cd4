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
        "--attack", "attack", "How it searches. [default: ensemble]",
        ("ensemble", AttackKind.Ensemble), ("fgsm", AttackKind.Fgsm), ("pgd", AttackKind.Pgd), ("apgd", AttackKind.Apgd), ("square", AttackKind.Square),
        ("spike-flip", AttackKind.SpikeFlip), ("spike-search", AttackKind.SpikeSearch), ("spike-retiming", AttackKind.SpikeRetiming));

    private readonly Option<int?> iterations = Choice.AtLeast(1, "--iterations", "N", "pgd, apgd: gradient steps of each start. [default: pgd 20, apgd 50]");
    private readonly Option<int?> restarts = Choice.AtLeast(
        1, "--restarts", "N", "pgd, apgd: starts; pgd's first is the input, its second where linear bounds are worst, the rest random. [default: pgd 2, apgd 1]");

    private readonly Option<int?> gradient = Choice.Of(
        "--gradient", "gradient", "All but ensemble and square: what stands for the gradient of a spike; see below. [default: surrogate]",
        [.. GradientEstimator.All.Select((estimator, place) => (estimator.Name, place))]);

    private readonly Option<int?> queries = Choice.AtLeast(1, "--queries", "N", "square: forward passes of a sample. [default: 300]");
    private readonly Option<int?> batch = EvaluationOptions.Batch();
    private readonly JsonFile json = new("a record of every sample, with all that is needed to repeat it,", "Results");
    private readonly Option<string> inputs = new("--out")
    {
        HelpName = "FILE",
        Description = "Write the adversarial inputs in safetensors.",
    };

    private enum AttackKind
    {
        Ensemble,
        Fgsm,
        Pgd,
        Apgd,
        Square,
        SpikeFlip,
        SpikeSearch,
        SpikeRetiming,
    }

    public override IReadOnlyList<string> Examples { get; } =
        EvaluationOptions.Examples("attack", models, sources, " --json attack.json --out adversarial.safetensors");

    public override string Remarks =>
        """
        The attack error counts samples whose class was changed, those predicted wrong to begin with included. It never exceeds the
        certified error of the same network and perturbation; what lies between the two is unknown. Attacks:
          ensemble        all that fit the perturbation, one after the other; of every sample the worst point is kept
          fgsm            one step as far as the box reaches against the gradient
          pgd             many small steps, also from where linear bounds are worst
          apgd            steps with momentum, halved where they no longer help
          square          random squares, without gradients
          spike-flip      flips chosen by gradient, together and then greedily one by one
          spike-search    flips tried one by one, of those that gradients name
          spike-retiming  the retiming that linear bounds and gradients say is worst, again and again
        A spike has no gradient; what stands for it:
          surrogate       the neurons' own surrogate
          rates           layers pass on the mean over time where they fired at all
          spread          the normal density about the threshold, as wide as the layer's membranes lie
          sharpness       an arctan as wide as the membranes are far from the threshold
          curve           layers pass on the mean over time, by the slope of a rate over the mean current
          averaged        every step gets the mean of what arrives, and nothing that membranes held
        """;

    protected override IEnumerable<Option> Options =>
        [.. model.All.Take(1), weights, .. data.All, .. perturbation.All, attack, gradient, iterations, restarts, queries, .. model.All.Skip(1), batch, json.Option, inputs];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string? adversarial = arguments.GetValue(inputs);
        json.Check(arguments);
        OutputFile.Check(adversarial, "--out");
        using var network = model.Create(arguments);
        var kind = Kind(arguments);
        var search = Create(kind, arguments, perturbation.Read(arguments, network.Description));
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
        perturbation.CheckPixels(arguments, network.Description, samples);
        var attacker = new Attacker(network, search) { BatchSize = arguments.GetValue(batch) };
        using var result = screen.Track("attack", progress => attacker.Run(samples, Evaluations.Relay(progress, "stand"), cancellation));
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
        json.Write(arguments, screen, result.Save);
        Evaluations.SayWritten(adversarial, "Adversarial inputs", screen);
        return ExitCodes.Success;
    }

    private AttackKind Kind(ParseResult arguments)
    {
        var kind = arguments.GetValue(attack) ?? AttackKind.Ensemble;
        if ((kind is AttackKind.Ensemble or AttackKind.Square) && arguments.GetValue(gradient) is not null)
        {
            throw new UsageException($"--gradient is for attacks that follow one: leave it out ({(kind == AttackKind.Square ? "square takes none" : "the ensemble takes several")}), or give --attack with another name.");
        }

        if (kind is not (AttackKind.Pgd or AttackKind.Apgd) && (arguments.GetValue(iterations) ?? arguments.GetValue(restarts)) is not null)
        {
            throw new UsageException("--iterations and --restarts are pgd's and apgd's: leave them out, or give --attack pgd.");
        }

        if (kind != AttackKind.Square && arguments.GetValue(queries) is not null)
        {
            throw new UsageException("--queries are square's: leave them out, or give --attack square.");
        }

        return kind;
    }

    private Attack Create(AttackKind kind, ParseResult arguments, Perturbation budget)
    {
        long seed = model.Seed(arguments);
        var estimator = GradientEstimator.All[arguments.GetValue(gradient) ?? 0];
        int? steps = arguments.GetValue(iterations), starts = arguments.GetValue(restarts), passes = arguments.GetValue(queries);
        return (kind, budget) switch
        {
            (AttackKind.Ensemble, _) when EnsembleAttack.Against(budget, seed) is { } all => all,
            (AttackKind.Fgsm, BoxPerturbation box) => new Fgsm(box) { Seed = seed, Gradients = estimator },
            (AttackKind.Pgd, BoxPerturbation box) => new Pgd(box) { Seed = seed, Steps = steps ?? 20, Restarts = starts ?? 2, Gradients = estimator },
            (AttackKind.Apgd, BoxPerturbation box) => new Apgd(box) { Seed = seed, Steps = steps ?? 50, Restarts = starts ?? 1, Gradients = estimator },
            (AttackKind.Square, BoxPerturbation box) => new SquareAttack(box) { Seed = seed, Queries = passes ?? 300 },
            (AttackKind.SpikeFlip, SpikeFlips flips) => new SpikeFlipAttack(flips) { Seed = seed, Gradients = estimator },
            (AttackKind.SpikeSearch, SpikeFlips flips) => new SpikeSearchAttack(flips) { Seed = seed, Gradients = estimator },
            (AttackKind.SpikeRetiming, SpikeRetiming retiming) => new SpikeRetimingAttack(retiming) { Seed = seed, Gradients = estimator },
            (AttackKind.SpikeFlip or AttackKind.SpikeSearch or AttackKind.SpikeRetiming, BoxPerturbation) => throw new UsageException(
                $"{kind switch { AttackKind.SpikeFlip => "spike-flip", AttackKind.SpikeSearch => "spike-search", _ => "spike-retiming" }} attacks event recordings, but this model takes images: give --attack ensemble, fgsm, pgd, apgd or square."),
            (AttackKind.SpikeFlip or AttackKind.SpikeSearch, _) => throw new UsageException($"{(kind == AttackKind.SpikeFlip ? "spike-flip" : "spike-search")} flips spikes, but --retime moves them: give --flips, or --attack spike-retiming."),
            (AttackKind.SpikeRetiming, _) => throw new UsageException("spike-retiming moves spikes, but --flips flips them: give --retime, or --attack spike-flip or spike-search."),
            _ => throw new UsageException(
                "fgsm, pgd, apgd and square attack images, but this model takes recorded spikes: give --attack ensemble, spike-flip, spike-search, or spike-retiming with --retime."),
        };
    }
}
