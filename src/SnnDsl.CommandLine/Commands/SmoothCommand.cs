using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Serialization;
using SnnDsl.Smoothing;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Certifies the classifier that rate coding makes of a network, by sampling.</summary>
internal sealed class SmoothCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("smooth", "Rate-coded networks: certify in l1, with a stated confidence, the class that most draws of the encoding predict.")
{
    private static readonly double[] Radii = [0, 0.01, 0.02, 0.05];

    private readonly ModelOptions model = new(
        models, "What the draws depend on, with the sample's index. [default: 0]",
        "T, the time steps that the network runs for. [default: as declared]");

    private readonly DataOptions data = new(sources, "Only the first N test samples, in file order. [default: all]");
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly Option<int?> samples = Choice.AtLeast(1, "--samples", "N", "How many draws the probability is estimated from. [default: 1000]");
    private readonly Option<int?> selection = Choice.AtLeast(1, "--selection", "N", "How many other draws choose the class. [default: 100]");
    private readonly Option<double?> confidence = Choice.Number<double>(
        "--confidence", "C", "The probability with which each sample's statement holds, over the draws. [default: 0.999]",
        value => value is > 0 and < 1 ? null : "it must lie between 0 and 1: no finite number of draws is certain");

    private readonly Option<string> records = new("--records")
    {
        HelpName = "FILE",
        Description = "Write a record of every sample (JSON Lines) as soon as it is there; an existing file is not replaced.",
    };

    private readonly JsonFile json = new("what was asked and the shares", "Results");

    public override IReadOnlyList<string> Examples { get; } =
    [
        .. models.Take(1).Select(entry => $"smooth --model {entry.Name} --weights runs/{entry.Name}.safetensors --count 100 --samples 1000 --records smooth.jsonl"),
    ];

    public override string Remarks =>
        """
        Under Poisson encoding a pixel x spikes at each of T steps with probability x, so the spikes are random and the network's class is,
        too. The smoothed classifier predicts the class that is most likely over the draws. If that class leads by a gap, no image nearer
        than 1 - (1 - gap / 2)^(1 / T) in l1 (the sum over all pixels) has another one. The gap is bounded from draws (Clopper and Pearson),
        so the statement is wrong with at most probability 1 - confidence for each sample. This is another kind of claim than certify's,
        which is certain, but for one named draw of the encoding. Where no class leads clearly, the classifier abstains.
        """;

    protected override IEnumerable<Option> Options =>
        [.. model.All.Take(1), weights, .. data.All, samples, selection, confidence, .. model.All.Skip(1), records, json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string? path = arguments.GetValue(records);
        OutputFile.Check(path, "--records");
        json.Check(arguments);
        if (File.Exists(path))
        {
            throw new UsageException($"'{path}' exists already: give --records another file.");
        }

        using var network = model.Create(arguments);
        if (network.Description.Encoding != Encoding.Poisson)
        {
            throw new UsageException($"{network.Description.Name} does not draw spikes from pixels, so nothing smooths it: give a model with Poisson encoding.");
        }

        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        var defaults = new SmoothingOptions();
        var options = new SmoothingOptions
        {
            Samples = arguments.GetValue(samples) ?? defaults.Samples,
            Selection = arguments.GetValue(selection) ?? defaults.Selection,
            Confidence = arguments.GetValue(confidence) ?? defaults.Confidence,
            Seed = model.Seed(arguments),
        };
        var set = data.Load(arguments, network.Description, "test", network.Steps, screen);
        using var file = path is null ? null : Create(path);
        var found = screen.Track("smooth", progress =>
        {
            var watch = Stopwatch.StartNew();
            List<SmoothingRecord> done = [];
            foreach (var record in SmoothingRecord.Of(network, set, options, cancellation))
            {
                file?.WriteLine(record.Line());
                done.Add(record);
                double share = done.Count / (double)set.Count;
                progress.Report(share, $"{done.Count:N0} of {set.Count:N0} samples", watch.Elapsed * (1 / share - 1));
            }

            return done;
        });
        screen.Show(Table(found, options));
        Evaluations.SayWritten(path, "Records", screen);
        json.Write(arguments, screen, () => new JsonObject
        {
            ["model"] = network.Description.Name,
            ["dataset"] = set.Name,
            ["split"] = set.Split,
            ["steps"] = network.Steps,
            ["seed"] = options.Seed,
            ["draws"] = options.Samples,
            ["selection"] = options.Selection,
            ["confidence"] = options.Confidence,
            ["norm"] = "l1",
            ["samples"] = found.Count,
            ["abstained"] = Share(found, Abstains),
            ["right"] = new JsonArray([.. Radii.Select(radius => new JsonObject { ["radius"] = radius, ["share"] = Share(found, record => record.IsRight(radius)) })]),
        });
        return ExitCodes.Success;
    }

    private static StreamWriter Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read)) { AutoFlush = true, NewLine = "\n" };
    }

    private static Table Table(IReadOnlyList<SmoothingRecord> found, SmoothingOptions options)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        table.AddRow(new Text("samples"), new Text($"{found.Count:N0}, each of {options.Selection:N0} + {options.Samples:N0} draws"));
        table.AddRow(new Text("confidence"), new Text($"{options.Confidence.ToString(CultureInfo.InvariantCulture)} for each sample"));
        table.AddRow(new Text("abstained"), new Text(Screen.Percent(Share(found, Abstains))));
        foreach (double radius in Radii)
        {
            string name = radius == 0 ? "right" : string.Create(CultureInfo.InvariantCulture, $"right within l1 radius {radius}");
            table.AddRow(new Text(name), new Text(Screen.Percent(Share(found, record => record.IsRight(radius)))));
        }

        return table;
    }

    private static bool Abstains(SmoothingRecord record) => record.Smoothed.Class is null;

    private static double Share(IReadOnlyList<SmoothingRecord> found, Func<SmoothingRecord, bool> holds) => found.Count(holds) / (double)found.Count;
}
