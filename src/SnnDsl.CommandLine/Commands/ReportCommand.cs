using System.CommandLine;
using SnnDsl.CommandLine.Html;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Reads record files: tables and pictures.</summary>
internal sealed class ReportCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources, string program)
    : HostCommand("report", "Read record files: who settled what, what is open and where, and pictures.")
{
    private readonly Argument<string[]> files = new("FILE") { Description = "Files that certify, radius or merge wrote.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<int?> list = Choice.AtLeast(0, "--list", "N", "How many unknown samples are listed, those with the greatest bounds first, and how many samples of all verdicts --html shows. [default: 10]");
    private readonly Option<string> plot = OutputFile.Picture("--plot", "Draw certified and attacked accuracy against epsilon or flips, from all files");
    private readonly Option<string> heatMap = OutputFile.Picture("--heat-map", "Draw which layers and steps hold the open spikes of unknown samples");
    private readonly Option<string> counterexample = OutputFile.Picture("--counterexample", "Draw a sample, its counterexample and the difference");
    private readonly Option<string> html = new("--html")
    {
        HelpName = "FILE",
        Description = "Write one page for readers who were not there, about the certificates of the first file; several files, those of radii among them, make a curve.",
    };

    private readonly Option<string> weights = new("--weights", "-w")
    {
        HelpName = "FILE",
        Description = "With --html: the network's weights, so that the page shows it from inside: spikes, membranes and their bounds, firing rates.",
    };

    private readonly Option<string> before = new("--before")
    {
        HelpName = "FILE",
        Description = "With --html and --weights: the same network's weights before, as of another training; firing rates and operations are shown side by side.",
    };

    private readonly Option<string[]> verified = new("--verified")
    {
        HelpName = "FILE",
        Description = "With --html: what verify --json wrote of these records; the page then says that they were checked. May be given several times.",
    };

    private readonly Option<string[]> metrics = new("--metrics")
    {
        HelpName = "FILE",
        Description = "With --html: what train --metrics wrote, drawn as curves; may be given several times.",
    };

    private readonly Option<string> box = new("--epsilon-file")
    {
        HelpName = "FILE",
        Description = "With --html: the file that states the box of each pixel, where the records are of one: for membranes with bounds, and for the command that checks the records.",
    };

    private readonly JsonFile json = new("setting and summary of every file", "Summaries");
    private readonly DataOptions data = new(sources, "");
    private readonly Option<long?> index = Choice.Number<long>(
        "--index", "I", "Whose counterexample is drawn, and which sample --html looks into. [default: the first that was stored, the first that was proved]");

    public override IReadOnlyList<string> Examples =>
    [
        "report certificates.jsonl --heat-map open.png --counterexample found.png",
        "report eps-0.02.jsonl eps-0.05.jsonl eps-0.1.jsonl --plot accuracy.svg",
        "report radii.jsonl --plot accuracy.png",
        .. models.Count == 0 ? [] : new[] { $"report certificates.jsonl --html report.html --weights runs/{models[0].Name}.safetensors --metrics runs/metrics.csv" },
    ];

    public override string Remarks =>
        """
        A file that is still being written, or that was left by a killed run, is read up to its last whole line. Every line is JSON, for
        questions that this command does not answer.
        """;

    protected override IEnumerable<Argument> Arguments => [files];

    protected override string? WhyNot(string option) => option switch
    {
        "--model" or "-m" => "the records name their network",
        "--records" => "give the files as they are, report FILE",
        "--epsilon" or "--flips" or "--jitter" or "--steps" or "--method" => "the records say it",
        _ => null,
    };

    protected override IEnumerable<Option> Options => [list, plot, heatMap, counterexample, html, weights, before, .. data.Whole, box, verified, metrics, index, json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        foreach (var option in new[] { plot, heatMap, counterexample })
        {
            OutputFile.CheckPicture(arguments.GetValue(option), option.Name);
        }

        json.Check(arguments);
        OutputFile.Check(arguments.GetValue(html), "--html");
        if (arguments.GetValue(index) is not null && arguments.GetValue(counterexample) is null && arguments.GetValue(html) is null)
        {
            throw new UsageException("--index chooses whose counterexample is drawn, and which sample --html looks into: give --counterexample FILE or --html FILE with it.");
        }

        string?[] ofPage =
        [
            arguments.GetValue(weights), arguments.GetValue(before), data.Path(arguments), data.DatasetName(arguments), arguments.GetValue(box),
            .. arguments.GetValue(verified) ?? [], .. arguments.GetValue(metrics) ?? [],
        ];
        if (ofPage.Any(value => value is not null) && arguments.GetValue(html) is null)
        {
            throw new UsageException("--weights, --before, --data, --dataset, --epsilon-file, --verified and --metrics are for the page that --html writes: give --html FILE with them.");
        }

        if (arguments.GetValue(before) is not null && arguments.GetValue(weights) is null)
        {
            throw new UsageException("--before compares with the weights that the records are of: give --weights FILE as well.");
        }

        string[] paths = arguments.GetRequiredValue(files);
        var kinds = paths.ToDictionary(path => path, path => RecordLog.FormatOf(path)
            ?? throw new UsageException($"'{path}' holds no record yet: its run was ended before the first sample was done."));
        (string Path, IReadOnlyList<CertificateRecord> Records)[] certificates =
            [.. paths.Where(path => kinds[path] != RadiusRecord.FormatName).Select(path => (path, RecordLog.Read<CertificateRecord>(path)))];
        (string Path, IReadOnlyList<RadiusRecord> Records)[] radii =
            [.. paths.Where(path => kinds[path] == RadiusRecord.FormatName).Select(path => (path, RecordLog.Read<RadiusRecord>(path)))];
        foreach (var (path, records) in certificates)
        {
            Show(path, records, arguments.GetValue(list) ?? 10, screen);
        }

        foreach (var (path, records) in radii)
        {
            screen.Show(CertificationTables.Radii(records, records[0].Setting.Dataset.Count).Title(Markup.Escape(path)));
            CertificationTables.SayPromise(records[0].Setting, screen);
        }

        DrawCurves(arguments.GetValue(plot), certificates, radii, screen);
        DrawMap(arguments.GetValue(heatMap), [.. certificates.SelectMany(file => file.Records)], screen);
        // Before the counterexample: the data may say what its classes are called.
        using var inside = Open(arguments, certificates.Length > 0 ? certificates[0].Records[0].Setting : radii[0].Records[0].Setting, screen);
        DrawCounterexample(
            arguments.GetValue(counterexample), arguments.GetValue(index), inside,
            [
                .. certificates.SelectMany(file => file.Records.Select(record => (file.Path, (SampleRecord)record, record.Counterexample))),
                .. radii.SelectMany(file => file.Records.Select(record => (file.Path, (SampleRecord)record, record.Counterexample))),
            ],
            screen);
        Write(arguments, certificates, radii, inside, screen, cancellation);
        json.Write(arguments, screen, () => CertificationTables.ToJson(certificates, radii));
        return ExitCodes.Success;
    }

    // The network and the data, where their files are given; records alone make a page, too.
    private Inside? Open(ParseResult arguments, CertificationSetting setting, Screen screen) => arguments.GetValue(weights) is not { } file ? null : Inside.Of(
        ModelOptions.Find(models, setting.Model).Create(setting.Seed), file,
        network => DataOptions.Load(
            DataOptions.Find(sources, data.DatasetName(arguments) ?? Source(setting)?.Name, network.Description),
            data.Path(arguments), network.Description, setting.Dataset.Split, network.Steps, null, screen),
        setting, arguments.GetValue(box));

    private DataSource? Source(CertificationSetting setting) => sources.FirstOrDefault(source => source.Name == setting.Dataset.Name);

    private void Write(
        ParseResult arguments, (string Path, IReadOnlyList<CertificateRecord> Records)[] certificates, (string Path, IReadOnlyList<RadiusRecord> Records)[] radii, Inside? inside,
        Screen screen, CancellationToken cancellation)
    {
        if (arguments.GetValue(html) is not { } path)
        {
            return;
        }

        (string Path, CertificationSetting Setting)[] all =
            [.. certificates.Select(file => (file.Path, file.Records[0].Setting)), .. radii.Select(file => (file.Path, file.Records[0].Setting))];
        var setting = all[0].Setting;
        // Read first: a wrong file is told before minutes of measuring.
        Figure[] curves = [.. (arguments.GetValue(metrics) ?? []).Select(Figures.Training)];
        VerificationReport[] findings = [.. (arguments.GetValue(verified) ?? []).Select(found => VerificationReport.Of(found, all.Select(one => one.Path)))];
        string? file = arguments.GetValue(weights), earlier = arguments.GetValue(before);
        using var other = earlier is null ? null : ModelOptions.Find(models, setting.Model).Create(setting.Seed);
        var activity = inside is null ? null : screen.Track(
            "activity", progress => inside.Measure(setting.Dataset.Count, Evaluations.Relay(progress, "right"), cancellation));
        var activityBefore = other is null ? null : screen.Track(
            "activity before", progress => inside!.Measure(other, earlier!, setting.Dataset.Count, Evaluations.Relay(progress, "right"), cancellation));
        var check = new CheckLine(program, sources) { Weights = file, Data = data.Path(arguments), Dataset = data.DatasetName(arguments), Box = arguments.GetValue(box) };
        new ReportPage(certificates, radii, inside)
        {
            Samples = arguments.GetValue(list) ?? 10, Index = arguments.GetValue(index), Activity = activity,
            Before = activityBefore is null ? null : (earlier!, activityBefore), Training = curves,
            Checks = [.. all.Select(one => check.Of(one.Path, one.Setting))], Missing = check.Missing(all.Select(one => one.Setting)),
            Where = check.Where(setting.Model), Verified = findings, Names = NamesOf(certificates.Length > 0 ? certificates[0].Records : radii[0].Records, inside),
        }.Save(path);
        Evaluations.SayWritten(path, "Page", screen);
    }

    private static void Show(string path, IReadOnlyList<CertificateRecord> records, int most, Screen screen)
    {
        // A shard's file names the whole run's samples: those of other shards are not its own to miss.
        var report = new CertificationReport(records[0].Setting, records, CertificationSummary.Of(records, records[0].Setting.Dataset.Count));
        screen.Show(CertificationTables.Verdicts(report).Title(Markup.Escape(path)));
        screen.Show(CertificationTables.Stages(report));
        CertificationTables.SayPromise(report.Setting, screen);
        if (UnstableMap.Of(records) is not { } map)
        {
            return;
        }

        screen.Show(CertificationTables.Open(map));
        if (most > 0)
        {
            screen.Show(CertificationTables.Unknown(records, most));
        }
    }

    private static void DrawCurves(
        string? path, (string Path, IReadOnlyList<CertificateRecord> Records)[] certificates,
        (string Path, IReadOnlyList<RadiusRecord> Records)[] radii, Screen screen)
    {
        if (path is null)
        {
            return;
        }

        CertificationSetting[] settings =
            [.. certificates.Select(file => file.Records[0].Setting), .. radii.Select(file => file.Records[0].Setting)];
        if (RobustnessCurve.CommonAxis(settings) is null)
        {
            throw new UsageException("--plot has one axis, but the perturbations of these files differ in kind, or have no size: draw those of one kind.");
        }

        Figures.Robustness([.. certificates.Select(file => file.Records)], [.. radii.Select(file => file.Records)]).Save(path);
        string shares = string.Join(" and ", settings.Select(CertificationTables.Word).Distinct().OrderDescending(StringComparer.Ordinal));
        Evaluations.SayWritten(path, $"{char.ToUpperInvariant(shares[0])}{shares[1..]} accuracy", screen);
    }

    private static void DrawMap(string? path, IReadOnlyList<CertificateRecord> records, Screen screen)
    {
        if (path is null)
        {
            return;
        }

        if (records.Select(record => (record.Setting.ArchitectureSha256, record.Setting.Steps)).Distinct().Count() > 1)
        {
            throw new UsageException("--heat-map is of one network, but the files are of several: draw them apart.");
        }

        if (UnstableMap.Of(records) is null)
        {
            throw new UsageException("No record in these files tells which spikes are open (those of unknown samples do, where there was time to find out), so --heat-map has nothing to show: leave it out.");
        }

        Figures.OpenSpikes(records).Save(path);
        Evaluations.SayWritten(path, "Open spikes", screen);
    }

    // What the data says, where it was read, and else what is known without.
    private ClassNames NamesOf(IReadOnlyList<SampleRecord> records, Inside? inside)
    {
        var setting = records[0].Setting;
        var names = setting.Dataset.Name == inside?.DatasetName ? inside.ClassNames : Source(setting)?.KnownNames();
        if (names is not null && records.FirstOrDefault(record => record.Label >= names.Count) is { } beyond)
        {
            throw new UsageException($"Sample {beyond.Index} of {setting.Dataset.Name} is of class {beyond.Label}, but {names.Count} names are given for its classes, from 0 on: give each one.");
        }

        if (names is not null && records.Max(Rivals) is > 0 and var rivals && names.Count > rivals + 1)
        {
            throw new UsageException($"{setting.Model} tells {rivals + 1} classes apart, but {setting.Dataset.Name} has names for {names.Count}: give no more names than classes.");
        }

        return new(names);
    }

    // How many other classes the network knows; 0 where nothing was bounded or found.
    private static int Rivals(SampleRecord record)
    {
        var (bounds, found) = record switch
        {
            CertificateRecord certificate => (certificate.LowerBounds, certificate.Counterexample),
            RadiusRecord radius => (radius.LowerBounds, radius.Counterexample),
            _ => ([], null),
        };
        return found?.Margins.Length ?? bounds.Length;
    }

    private void DrawCounterexample(
        string? path, long? wanted, Inside? inside, IReadOnlyList<(string Path, SampleRecord Record, RecordedCounterexample? Counterexample)> all, Screen screen)
    {
        if (path is null)
        {
            return;
        }

        var (file, record, found) = all.FirstOrDefault(
            entry => entry.Record.StoredCounterexample is not null && (wanted is null || entry.Record.Index == wanted));
        if (found is null)
        {
            throw new UsageException(wanted is null
                ? "No counterexample is stored in these files (samples that are wrong unperturbed have none), so --counterexample has nothing to show."
                : $"No counterexample of sample {wanted} is stored in these files: leave --index out for the first that is.");
        }

        var names = NamesOf([.. all.Select(entry => entry.Record).Where(other => other.Setting.Dataset.Name == record.Setting.Dataset.Name)], inside);
        SamplePicture.Of(file, record, found, names).Save(path);
        Evaluations.SayWritten(path, $"Counterexample of sample {record.Index}", screen);
    }
}
