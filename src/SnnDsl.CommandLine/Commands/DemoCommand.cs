using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SnnDsl.Attacks;
using SnnDsl.Certification;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Training;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>The job without arguments: natural against certified training, in one table.</summary>
internal sealed class DemoCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources, Demo job, string program)
    : HostCommand("demo", "Train naturally and with certification, attack and certify both, and compare. This runs without arguments, too.")
{
    private readonly Option<string> dataset = new Option<string>("--dataset")
    {
        Description = "The embedded subset of which data set. [default: the demo's]",
    }.WithWords([.. sources.Select(source => source.Name)]);

    private readonly Option<int?> epochs = Choice.AtLeast(1, "--epochs", "N", "Epochs of each of the two runs. [default: the demo's]");
    private readonly Option<int?> threads = Choice.AtLeast(1, "--threads", "N", "How many CPU threads torch uses. [default: one a core]");
    private readonly Option<string> folder = new("--out")
    {
        HelpName = "FOLDER",
        Description = "Where both networks' weights go; the demo replaces its own files there. [default: runs/demo]",
    };

    private readonly JsonFile json = new("the table", "Results");

    protected override IEnumerable<Option> Options => [dataset, epochs, threads, folder, json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        json.Check(arguments);
        if (arguments.GetValue(threads) is { } count)
        {
            TorchSharp.torch.set_num_threads(count);
        }

        var clock = Stopwatch.StartNew();
        var model = ModelOptions.Find(models, job.Model);
        using var natural = model.Create(0);
        using var robust = model.Create(0);
        var source = DataOptions.Find(sources, arguments.GetValue(dataset) ?? job.Dataset, natural.Description);
        string target = arguments.GetValue(folder) ?? Path.Combine("runs", "demo");
        var training = DataOptions.Load(source, null, natural.Description, "train", natural.Steps, null, screen);
        var test = DataOptions.Load(source, null, natural.Description, "test", natural.Steps, job.Count, screen);

        int rounds = arguments.GetValue(epochs) ?? job.Epochs;
        var before = Train(natural, training, Recipes.Natural(rounds), $"{target}/{model.Name}-natural.safetensors", screen, cancellation);
        var after = Train(
            robust, training, Recipes.Best(new() { Epsilon = job.Epsilon, Flips = job.Flips }, rounds),
            $"{target}/{model.Name}-certified.safetensors", screen, cancellation);

        (string Name, Judgement Result)[] rows =
            [("natural", Judge(natural, test, "natural", screen, cancellation)), ("certified", Judge(robust, test, "certified", screen, cancellation))];
        screen.Show(Compare(rows, $"{model.Name} on {test.Count:N0} test samples of {source.Name}, {Size}"));
        screen.Say("The attack finds inputs that change the class; a bound proves that none exist. The truth lies between the two.");
        CertificationTables.SayPromise(rows[0].Result.Setting, screen);
        screen.Say($"Weights: {before} and {after}. It took {Screen.Duration(clock.Elapsed)}.");
        json.Write(arguments, screen, () => new JsonObject
        {
            ["model"] = model.Name,
            ["dataset"] = source.Name,
            ["samples"] = test.Count,
            ["epsilon"] = job.Epsilon,
            ["flips"] = job.Flips,
            ["natural"] = ToJson(rows[0].Result, before),
            ["certified"] = ToJson(rows[1].Result, after),
        });
        screen.Say();
        screen.Say("Where to go next:");
        screen.Say($"  {program} models                      the networks, layer by layer");
        screen.Say($"  {program} certify --model {model.Name} --weights {after} {Flag} --records certificates.jsonl");
        screen.Say($"  {program} train --help                with your own data, epsilon, recipe");
        return ExitCodes.Success;
    }

    private string Size => job.Epsilon is { } epsilon
        ? string.Create(CultureInfo.InvariantCulture, $"epsilon {epsilon}")
        : $"{job.Flips} flips";

    private string Flag => job.Epsilon is { } epsilon
        ? string.Create(CultureInfo.InvariantCulture, $"--epsilon {epsilon}")
        : $"--flips {job.Flips}";

    private string Train(
        SpikingModule network, Dataset data, TrainingOptions options, string path, Screen screen, CancellationToken cancellation)
    {
        options = options with { BatchSize = job.BatchSize };
        var trainer = new Trainer(network, data, options);
        screen.Say(Training.Announce(network.Description.Name, options));
        screen.Track("train", progress => trainer.Run(progress: Training.Relay(progress), cancellation: cancellation));
        Weights.Save(network, path, Training.Metadata(network, options, data));
        return path;
    }

    private Judgement Judge(SpikingModule network, Dataset data, string name, Screen screen, CancellationToken cancellation)
    {
        Perturbation budget = job.Epsilon is { } epsilon ? new LInfinity(epsilon) : new SpikeFlips(job.Flips ?? 0);
        Attack attack = budget is LInfinity box ? new Pgd(box) : new SpikeFlipAttack((SpikeFlips)budget);
        using var attacked = screen.Track(
            $"attack {name}", progress => new Attacker(network, attack).Run(data, Evaluations.Relay(progress, "stand"), cancellation));
        CertificationReport[] certified =
        [
            .. new[] { CertificationMethod.SIbp, CertificationMethod.SCrown }.Select(method => screen.Track(
                $"certify {name}", progress => new Certifier(network, budget, method).Run(
                    data, progress: Evaluations.Relay(progress, "certified"), cancellation: cancellation))),
        ];
        cancellation.ThrowIfCancellationRequested();
        int any = Enumerable.Range(0, data.Count).Count(i => certified.Any(report => report.Records[i].Verdict == Verdict.Certified));
        return new(
            attacked.Summary.Accuracy, attack.Name, attacked.Summary.AttackError,
            certified[0].Summary.CertifiedError, certified[1].Summary.CertifiedError, 1 - any / (double)data.Count, certified[0].Setting);
    }

    private static JsonObject ToJson(Judgement result, string weights) => new()
    {
        ["weights"] = weights,
        ["accuracy"] = result.Accuracy,
        ["attack"] = result.Attack,
        ["attackError"] = result.AttackError,
        ["certifiedErrorSIbp"] = result.IbpError,
        ["certifiedErrorSCrown"] = result.CrownError,
        ["certifiedError"] = result.CertifiedError,
    };

    private static Table Compare(IReadOnlyList<(string Name, Judgement Result)> rows, string title)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
        table.AddColumn("training");
        foreach (string column in new[] { "accuracy", $"attack error ({rows[0].Result.Attack})", "certified error (S-IBP)", "(S-CROWN)", "(better of both)" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var (name, result) in rows)
        {
            double[] shares = [result.Accuracy, result.AttackError, result.IbpError, result.CrownError, result.CertifiedError];
            table.AddRow([new Text(name), .. shares.Select(share => new Text(Screen.Percent(share)))]);
        }

        return table;
    }

    /// <summary>What came out for one network, shares of all test samples, and what its bounds were asked for.</summary>
    private sealed record Judgement(
        double Accuracy, string Attack, double AttackError, double IbpError, double CrownError, double CertifiedError, CertificationSetting Setting);
}
