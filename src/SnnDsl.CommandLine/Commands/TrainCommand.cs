using System.CommandLine;
using System.Globalization;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using SnnDsl.Training;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Trains a network, naturally or with certification.</summary>
internal sealed class TrainCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources, string program)
    : HostCommand("train", "Train a network: for accuracy alone, or with --certified for bounds that hold.")
{
    private const double DefaultEpsilon = 0.1;
    private const int DefaultFlips = 10;

    private readonly ModelOptions model = new(
        models,
        "What initial weights, the order of samples and all random draws depend on: the same seed gives the same network. [default: 0]",
        "T', the time steps of training, at most the declared T: fewer are faster, but certificates are for T. [default: the recipe's]");

    private readonly DataOptions data = new(sources, "Only the first N training samples, in file order. [default: all]");
    private readonly PerturbationOptions perturbation = new();
    private readonly Option<bool> certified = new("--certified") { Description = "Train so that the class provably cannot change under a perturbation." };
    private readonly Option<double?> freeFraction = Choice.Number<double>(
        "--free-fraction", "F", "Event recordings: a random share of the entries is free in each training step, as in the paper. No certificate.",
        value => value is >= 0 and <= 1 ? null : "it is a share and must lie in [0, 1]");

    private readonly Option<Recipe?> recipe = Choice.Of(
        "--recipe", "recipe", "How it is certified: ours, or that of Liang et al., NeurIPS 2022. [default: best]",
        ("best", Recipe.Best), ("paper", Recipe.Paper));

    private readonly Option<RobustLoss?> robustLoss = Choice.Of(
        "--robust-loss", "robust loss",
        "With --certified and --epsilon, what is lowered on perturbed samples: the loss of bounds; of bounds over a small box about an attacked sample (sabr); of both bounds and an attacked "
        + "sample (mtl-ibp, cc-ibp); or of the attacked sample alone (pgd). All but the first leave it to auto or bab to certify. [default: bounds]",
        ("bounds", RobustLoss.Bounds), ("sabr", RobustLoss.SmallBox), ("mtl-ibp", RobustLoss.MixedLosses), ("cc-ibp", RobustLoss.MixedMargins), ("pgd", RobustLoss.Adversarial));

    private readonly Option<double?> boundShare = Choice.Number<double>(
        "--bound-share", "A", "With --robust-loss: what bounds weigh beside attacked samples (mtl-ibp, cc-ibp), or the share of epsilon that the small box has (sabr). [default: 0.5]",
        value => value is >= 0 and <= 1 ? null : "it is a share and must lie in [0, 1]");

    private readonly Option<int?> attackSteps = Choice.AtLeast(1, "--attack-steps", "N", "With --robust-loss: how many gradient steps attacked samples are found by. [default: 8]");

    private readonly Option<int?> epochs = Choice.AtLeast(1, "--epochs", "N", "How often every sample is seen. [default: the recipe's]");
    private readonly Option<int?> batch = Choice.AtLeast(1, "--batch", "N", "Samples a step. [default: 128]");
    private readonly Option<double?> rate = Choice.Number<double>(
        "--learning-rate", "R", "How long a step is. [default: the recipe's]",
        value => value is > 0 and < double.PositiveInfinity ? null : "it must be a number above 0");

    private readonly Option<RateSchedule?> schedule = Choice.Of(
        "--schedule", "schedule",
        "How the learning rate falls: late, to a fifth in the last fifth of the run, or cosine, slowly to nothing. [default: the recipe's]",
        ("late", RateSchedule.Late), ("cosine", RateSchedule.Cosine));

    private readonly Option<int?> shift = Choice.AtLeast(
        0, "--shift", "N", "Move every training image or recording by up to N pixels each way, anew in each epoch; what comes in is 0. [default: 0]");

    private readonly Option<double?> l1 = Choice.Number<double>(
        "--l1", "L", "What the magnitudes of the affine layers' weights weigh in the loss; 1e-6 to 1e-5 is usual. [default: 0]", value => value >= 0 ? null : "it must be at least 0");

    private readonly Option<double?> averaging = Choice.Number<double>(
        "--average", "D", "Measure and keep the mean of the weights over steps, in which what was before has the share D; 0.999 is usual. [default: 0, the weights themselves]",
        value => value is >= 0 and < 1 ? null : "it must lie in [0, 1)");

    private readonly Option<bool> mirror = new("--mirror") { Description = "Mirror half of the training images, left to right, anew in each epoch." };

    private readonly Option<GradientPrecision?> gradients = Choice.Of(
        "--gradients", "precision of gradients",
        "bf16: the large sums of natural gradients (layers of at least 32 outputs) in bfloat16, faster on processors that have it. Network and bounds stay float32. [default: float32]",
        ("float32", GradientPrecision.Float32), ("bf16", GradientPrecision.BFloat16));

    private readonly Option<NaturalLoss?> loss = Choice.Of(
        "--loss", "loss",
        "On unperturbed samples: cross-entropy (of logits times the recipe's scale, 5 for firing rates), mean-square (of logits from 1 for the label, 0 for others), tet "
        + "(temporal efficient training: the cross-entropy of every step's outputs, averaged, with its regulariser) or max-membrane (the cross-entropy of the greatest membrane of [Li]). "
        + "On perturbed ones it is the cross-entropy of the worst margins. [default: cross-entropy]",
        ("cross-entropy", NaturalLoss.CrossEntropy), ("mean-square", NaturalLoss.MeanSquare), ("tet", NaturalLoss.Temporal),
        ("max-membrane", NaturalLoss.MaxMembrane));

    private readonly Option<double?> validation = Choice.Number<double>(
        "--validation", "F", "Keep this share of the training samples aside, of every class alike, and end with the weights of the epoch that did best on them. [default: 0]",
        value => value is >= 0 and < 1 ? null : "it is a share and must lie in [0, 1)");

    private readonly Option<int?> patience = Choice.AtLeast(1, "--patience", "N", "With --validation: stop after N epochs without a better one. [default: never]");

    private readonly Option<string> metrics = new("--metrics")
    {
        HelpName = "FILE",
        Description = "Write a line for every epoch: a table where the name ends in .csv, else JSON Lines.",
    };

    private readonly Option<string> board = new("--tensorboard") { HelpName = "FOLDER", Description = "Write event files for TensorBoard." };
    private readonly Option<bool> noTest = new("--no-test") { Description = "Do not predict the test samples at the end." };
    private readonly JsonFile json = new("how the run ended", "Results");

    private readonly Option<string> start = new("--weights", "-w")
    {
        HelpName = "FILE",
        Description = "Start from these weights instead of random ones: a warm start, as from natural training.",
    };

    private readonly Option<string> output = new("--out", "-o")
    {
        HelpName = "FILE",
        Description = "Where the weights go; an existing file is not replaced. [default: runs/MODEL.safetensors]",
    };

    private readonly Option<bool> resume = new("--resume") { Description = "Go on with a run that was stopped, from its last complete epoch: give the options that began it." };
    private readonly Option<bool> force = new("--force") { Description = "Replace an existing --out, and forget its checkpoint." };

    private enum Recipe
    {
        Best,
        Paper,
    }

    public override IReadOnlyList<string> Examples { get; } = models.Count == 0 ? [] :
    [
        $"train --model {models[0].Name}",
        $"train --model {models[0].Name} --certified {(sources.Count > 0 && sources[0].HoldsSpikes ? "--flips 10" : "--epsilon 0.1")} --out runs/robust.safetensors",
    ];

    public override string Remarks =>
        """
        The loss of certified training is the natural cross-entropy plus that of the worst logits which the bounds allow. The perturbation
        grows from nothing to its full size in the course of the run.
          best    S-IBP over all time steps, Adam, margins scaled by 5; the natural loss keeps half of the weight
          paper   natural warm-up, then SGD over 3 time steps, S-CROWN giving way to S-IBP
        With --validation the share of samples that is kept aside is measured after every epoch; which ones depends on the seed. Test samples are
        predicted once, at the end, and choose nothing.
        After every epoch a checkpoint is written beside --out, whole or not at all; Ctrl-C stops, --resume goes on.
        """;

    protected override IEnumerable<Option> Options =>
    [
        .. model.All.Take(1), .. data.All, certified, .. perturbation.All.Take(2), freeFraction, .. perturbation.All.Skip(2), recipe, robustLoss, boundShare, attackSteps, epochs,
        .. model.All.Skip(1), batch, rate, schedule, l1, averaging, shift, mirror, gradients, loss, validation, patience, start, output,
        metrics, board, noTest, json.Option, resume, force,
    ];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        using var network = model.Create(arguments);
        var options = ReadOptions(arguments, network.Description);
        var files = new TrainingFiles(arguments.GetValue(output) ?? Path.Combine("runs", $"{network.Description.Name}.safetensors"));
        files.Check(arguments.GetValue(resume), arguments.GetValue(force));
        string? table = arguments.GetValue(metrics);
        json.Check(arguments);
        OutputFile.Check(table, "--metrics");
        if (File.Exists(table) && !arguments.GetValue(resume) && !arguments.GetValue(force))
        {
            throw new UsageException($"'{table}' exists already: give another --metrics, or --force to replace it.");
        }

        if (arguments.GetValue(board) is { } path && File.Exists(path))
        {
            throw new UsageException($"--tensorboard '{path}' is a file: give the name of a folder.");
        }

        if (arguments.GetValue(start) is { } initial)
        {
            Weights.Load(network, initial);
        }

        var samples = data.Load(arguments, network.Description, "train", network.Steps, screen);
        if (options.Robust?.Epsilon is not null)
        {
            perturbation.CheckPixels(arguments, network.Description, samples);
        }

        var trainer = Prepare(() => new Trainer(network, samples, options) { CheckpointPath = files.Checkpoint });
        screen.Say(Training.Announce(network.Description.Name, options));
        IProgress<TrainingProgress>[] logs =
        [
            .. table is null ? Array.Empty<IProgress<TrainingProgress>>() : [new TrainingLog(table)],
            .. arguments.GetValue(board) is { } folder ? [new TensorBoardLog(folder)] : Array.Empty<IProgress<TrainingProgress>>(),
        ];
        var history = screen.Track("train", progress =>
            Prepare(() => trainer.Run(arguments.GetValue(resume), Training.Relay(progress, logs), cancellation)));
        Weights.Save(network, files.Weights, Training.Metadata(network, options, samples));
        File.Delete(files.Checkpoint);
        screen.Say($"Weights: {files.Weights}");
        if (options.ValidationShare > 0 && history.LastOrDefault(epoch => epoch.Validation!.IsBest) is { } best)
        {
            screen.Say($"They are those of epoch {best.Epoch}, the best on the samples kept aside.");
        }

        if (history.Count > 0 && Training.NothingLearned(history[^1].Accuracy, samples, options.Robust is not null) is { } advice)
        {
            screen.Say(advice);
        }

        var test = arguments.GetValue(noTest) ? null : Test(arguments, network, screen, cancellation);
        Evaluations.SayWritten(table, "Epochs", screen);
        json.Write(arguments, screen, () => Training.ToJson(network.Description.Name, files.Weights, history, test));
        screen.Say($"Next, prove what they can take:  {program} {Certify(arguments, network.Description, options, files)}");
        return ExitCodes.Success;
    }

    // How it does on samples that it was not trained on. Not every source has them, and the weights are on the disk.
    private ConfusionMatrix? Test(ParseResult arguments, SpikingModule network, Screen screen, CancellationToken cancellation)
    {
        try
        {
            var source = DataOptions.Find(sources, data.DatasetName(arguments), network.Description);
            var samples = DataOptions.Load(source, data.Path(arguments), network.Description, "test", network.Steps, null, screen);
            var matrix = screen.Track("test", progress => ConfusionMatrix.Of(network, samples, Evaluations.Relay(progress, "right"), cancellation));
            screen.Say($"Of {matrix.Samples:N0} test samples {matrix.Right:N0} are predicted right: {Screen.Percent(matrix.Accuracy)}.");
            return matrix;
        }
        catch (Exception error) when (error is UsageException or DataFileException)
        {
            screen.Say($"No test samples were predicted: {error.Message}");
            return null;
        }
    }

    // The options' own checks say what is wrong in whole sentences.
    private static T Prepare<T>(Func<T> prepare)
    {
        try
        {
            return prepare();
        }
        catch (ArgumentException error) when (error.ParamName is null)
        {
            throw new UsageException(error.Message);
        }
    }

    private TrainingOptions ReadOptions(ParseResult arguments, NetworkDescription network)
    {
        perturbation.Check(arguments, network);
        var (objective, share, steps) = (arguments.GetValue(robustLoss), arguments.GetValue(boundShare), arguments.GetValue(attackSteps));
        bool stated = perturbation.Stated(arguments) || arguments.GetValue(freeFraction) is not null || arguments.GetValue(recipe) is not null || objective is not null;
        if (stated && !arguments.GetValue(certified))
        {
            throw new UsageException("--epsilon, --flips, --retime, --free-fraction, --recipe and --robust-loss say what is certified while training: give --certified as well.");
        }

        if (share is not null && objective is not (RobustLoss.SmallBox or RobustLoss.MixedLosses or RobustLoss.MixedMargins))
        {
            throw new UsageException("--bound-share is for losses that have bounds and attacked samples: give --robust-loss sabr, mtl-ibp or cc-ibp with it.");
        }

        if (steps is not null && (objective is null or RobustLoss.Bounds))
        {
            throw new UsageException("--attack-steps is for losses with attacked samples: give --robust-loss sabr, mtl-ibp, cc-ibp or pgd with it.");
        }

        long seed = model.Seed(arguments);
        int? count = arguments.GetValue(epochs);
        var options = !arguments.GetValue(certified)
            ? count is { } natural ? Recipes.Natural(natural, seed) : Recipes.Natural(seed: seed)
            : (arguments.GetValue(recipe), count) switch
            {
                (Recipe.Paper, { } some) => Recipes.Paper(Target(arguments, network), some, arguments.GetValue(start) is null ? 80 : 0, seed),
                (Recipe.Paper, _) => Recipes.Paper(Target(arguments, network), warmUpEpochs: arguments.GetValue(start) is null ? 80 : 0, seed: seed),
                (_, { } some) => Recipes.Best(Target(arguments, network), some, seed),
                _ => Recipes.Best(Target(arguments, network), seed: seed),
            };
        options = options with
        {
            Steps = model.Steps(arguments) ?? options.Steps,
            BatchSize = arguments.GetValue(batch) ?? options.BatchSize,
            LearningRate = arguments.GetValue(rate) ?? options.LearningRate,
            Schedule = arguments.GetValue(schedule) ?? options.Schedule,
            L1 = arguments.GetValue(l1) ?? options.L1,
            Averaging = arguments.GetValue(averaging) ?? options.Averaging,
            Augmentation = Changes(arguments) ?? options.Augmentation,
            Loss = arguments.GetValue(loss) ?? options.Loss,
            GradientPrecision = arguments.GetValue(gradients) ?? options.GradientPrecision,
            ValidationShare = arguments.GetValue(validation) ?? options.ValidationShare,
            Patience = arguments.GetValue(patience) ?? options.Patience,
            Robust = options.Robust is { } robust
                ? robust with { Loss = objective ?? robust.Loss, BoundShare = share ?? robust.BoundShare, AttackSteps = steps ?? robust.AttackSteps }
                : null,
        };
        return Prepare(() =>
        {
            options.Validate(network);
            return options;
        });
    }

    private Augmentation? Changes(ParseResult arguments) =>
        arguments.GetValue(shift) is > 0 || arguments.GetValue(mirror)
            ? new() { Shift = arguments.GetValue(shift) ?? 0, Mirror = arguments.GetValue(mirror) }
            : null;

    private RobustOptions Target(ParseResult arguments, NetworkDescription network)
    {
        double? fraction = arguments.GetValue(freeFraction);
        bool events = network.Encoding == Encoding.Spikes;
        if (fraction is not null && perturbation.Stated(arguments))
        {
            throw new UsageException("--free-fraction stands instead of --epsilon, --flips or --retime: give one of them.");
        }

        if (fraction is not null && !events)
        {
            throw new UsageException($"{network.Name} takes images, so --free-fraction does not fit it: give --epsilon.");
        }

        if (perturbation.EpsilonFile(arguments) is not null)
        {
            throw new UsageException("--epsilon-file is for certify and attack: train with the one --epsilon that comes closest.");
        }

        int? retiming = perturbation.Retime(arguments);
        return new()
        {
            Epsilon = events ? null : perturbation.Epsilon(arguments) ?? DefaultEpsilon,
            Retiming = retiming,
            Retimed = perturbation.Retimed(arguments),
            Flips = events && fraction is null && retiming is null ? perturbation.Flips(arguments) ?? DefaultFlips : null,
            FreeFraction = fraction,
            FlipMode = perturbation.Mode(arguments),
            Clamp = perturbation.Clamp(arguments),
        };
    }

    private string Certify(ParseResult arguments, NetworkDescription network, TrainingOptions options, TrainingFiles files)
    {
        string size = options.Robust switch
        {
            { Epsilon: { } epsilon } => $"--epsilon {epsilon.ToString(CultureInfo.InvariantCulture)}{(options.Robust.Clamp ? "" : " --clamp false")}",
            { Flips: { } flips } => $"--flips {flips}",
            { Retiming: { } retiming } => $"--retime {retiming}{(options.Robust.Retimed is { } retimed ? $" --retimed {retimed}" : "")}",
            _ => network.Encoding == Encoding.Spikes ? "--flips 1" : "--epsilon 0.01",
        };
        string dataset = data.DatasetName(arguments) is { } name ? $" --dataset {name}" : "";
        string path = data.Path(arguments) is { } given ? $" --data {Quoted(given)}" : "";
        return $"certify --model {network.Name} --weights {Quoted(files.Weights)}{dataset}{path} {size}";
    }

    private static string Quoted(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
