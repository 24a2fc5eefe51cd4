using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Serialization;
using SnnDsl.Verification;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Checks certificate records again, with arithmetic of its own.</summary>
internal sealed class VerifyCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("verify", "Check certificate records again, by slow arithmetic of its own that shares nothing with certify's.")
{
    private readonly ModelOptions model = new(
        models,
        "Poisson encoding: the draw that the certificates should hold for. [default: 0]",
        "T, the time steps that the certificates should hold for. [default: as declared]");

    private readonly DataOptions data = new(sources, "");
    private readonly PerturbationOptions perturbation = new();
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly Argument<string?> file = new("FILE")
    {
        Description = "The records, as certify wrote them; their counterexamples and proofs lie in folders beside them.", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> records = new("--records") { HelpName = "FILE", Description = "The same as FILE." };

    private readonly Option<VerificationArithmetic?> arithmetic = Choice.Of(
        "--arithmetic", "arithmetic", "float64 with every result moved outward, or exact fractions for small networks. [default: auto]",
        ("auto", VerificationArithmetic.Auto), ("float64", VerificationArithmetic.Float64), ("exact", VerificationArithmetic.Exact));

    private readonly Option<double?> timeLimit = Choice.Number<double>(
        "--time-limit", "S", "How many seconds one record may take; one that takes longer is rejected. [default: 600]",
        value => value is > 0 and < 1e9 ? null : "it must be a number of seconds above 0");

    private readonly JsonFile json = new("what was found of every record", "Findings");

    public override IReadOnlyList<string> Examples { get; } = models.Count == 0 ? [] :
    [
        $"verify --model {models[0].Name} --weights runs/{models[0].Name}.safetensors --records runs/certificates.jsonl",
    ];

    public override string Remarks =>
        """
        A record is accepted if its sample, network and perturbation are those that it names, its lower bounds are proved again by
        arithmetic that shares no code with certify, and its verdict follows from them; a falsified one, if its counterexample lies in
        the set and the network fails on it. Give --epsilon or --flips to accept records of that perturbation alone; records of a box
        from a file need it: --epsilon-file.
        The exit code is 0 if all records are accepted, 4 if one is rejected. docs/verification.md says what has to be trusted.
        """;

    protected override IEnumerable<Argument> Arguments => [file];

    protected override IEnumerable<Option> Options =>
        [.. model.All.Take(1), weights, records, .. data.Whole, .. perturbation.All, arithmetic, timeLimit, .. model.All.Skip(1), json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        json.Check(arguments);
        string path = (arguments.GetValue(file), arguments.GetValue(records)) switch
        {
            ({ } named, null) => named,
            (null, { } named) => named,
            (null, null) => throw new UsageException("Give the records that are checked: verify FILE, or --records FILE."),
            _ => throw new UsageException("The records are given twice, as FILE and by --records: leave one out."),
        };
        using var network = model.Create(arguments);
        perturbation.Check(arguments, network.Description);
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
        var verifier = new RecordVerifier(network, samples)
        {
            Arithmetic = arguments.GetValue(arithmetic) ?? VerificationArithmetic.Auto,
            TimeLimit = arguments.GetValue(timeLimit) is { } seconds ? TimeSpan.FromSeconds(seconds) : RecordVerifier.DefaultTimeLimit,
            BoxFile = perturbation.EpsilonFile(arguments),
            Perturbation = perturbation.Stated(arguments) ? perturbation.Read(arguments, network.Description).Record() : null,
        };
        var results = screen.Track("verify", progress => verifier.VerifyFile(path, Relay(progress), cancellation));
        SayWhatDiffers(results, screen);
        // What all lines have in common is said once.
        foreach (var alike in results.Where(result => !result.Accepted).GroupBy(result => result.Rejection))
        {
            var first = alike.First();
            string sample = first.Position is { } position ? $" (sample {position.ToString(CultureInfo.InvariantCulture)})" : "";
            string others = alike.Count() > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {alike.Count() - 1:N0} more") : "";
            screen.Say($"Rejected: line {first.Line.ToString(CultureInfo.InvariantCulture)}{sample}{others}. {alike.Key}");
        }

        screen.Show(Table(path, results));
        json.Write(arguments, screen, file => VerificationReport.Save(file, path, results));
        return results.All(result => result.Accepted) ? ExitCodes.Success : ExitCodes.Rejected;
    }

    // A way out where every record is of something else.
    private static void SayWhatDiffers(IReadOnlyList<VerifiedRecord> results, Screen screen)
    {
        bool All(string what) => results.Count > 0 && results.All(result => result.Rejection?.StartsWith($"The {what} is recorded as ", StringComparison.Ordinal) == true);
        if (All("weights' hash"))
        {
            screen.Say("None of the records is of these weights: give those that they were made with.");
        }
        else if (All("input's hash"))
        {
            screen.Say("None of the samples is the one that its record is of: give the data that the records were made with. Data that a function makes must be the same whenever it is asked, as from a random generator with a seed.");
        }
        else if (All("perturbation"))
        {
            screen.Say("None of the records is of the perturbation that was stated: leave --epsilon, --flips, --retime and --clamp out to check what the records claim.");
        }
    }

    private static Relay<(VerifiedRecord Record, int Count)> Relay(IProgressReport progress)
    {
        var watch = Stopwatch.StartNew();
        return new(now =>
        {
            double share = now.Record.Line / (double)now.Count;
            progress.Report(share, $"{now.Record.Line:N0} of {now.Count:N0} records", watch.Elapsed * (1 / share - 1));
        });
    }

    private static Table Table(string path, IReadOnlyList<VerifiedRecord> results)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Row(string name, string value) => table.AddRow(new Text(name), new Text(value));
        Row("records", $"{results.Count:N0} of {path}");
        foreach (string claim in results.Select(result => result.Claim).OfType<string>().Distinct())
        {
            Row("claim", claim);
        }

        foreach (var verdict in results.Where(result => result.Accepted).GroupBy(result => result.Verdict!).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Row($"{verdict.Key}, accepted", $"{verdict.Count():N0}");
        }

        foreach (var replay in results.Where(result => result.Accepted).GroupBy(result => result.Replay).Where(group => group.Key is not null))
        {
            Row(replay.Key == "any order" ? "falsified in any order of sums" : "falsified by the deployed network", $"{replay.Count():N0}");
        }

        if (results.Where(result => result.Accepted).Sum(result => result.Unchecked) is > 0 and var taken)
        {
            Row("lower bounds, unchecked", $"{taken:N0} (how high alpha or bab found them; no verdict rests on it)");
        }

        Row("rejected", $"{results.Count(result => !result.Accepted):N0}");
        string[] arithmetics = [.. results.Select(result => result.Arithmetic).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        Row("arithmetic", arithmetics.Length > 0 ? string.Join(", ", arithmetics) : "none needed");
        Row("time", Screen.Duration(TimeSpan.FromSeconds(results.Sum(result => result.Seconds))));
        return table;
    }
}
