using SnnDsl.Certification;
using SnnDsl.CommandLine.Commands;
using SnnDsl.CommandLine.Output;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Serialization;

using static System.FormattableString;
using static SnnDsl.CommandLine.Html.Page;

namespace SnnDsl.CommandLine.Html;

/// <summary>What was proved of a network, for readers who did not prove it: one page to send.</summary>
/// <param name="files">Record files of certificates; the first is told in full, all of them make the curves.</param>
/// <param name="radii">Record files of radii, which make curves, too; of both at least one.</param>
/// <param name="inside">The network with weights and samples; null where only records are at hand.</param>
internal sealed class ReportPage(
    IReadOnlyList<(string Path, IReadOnlyList<CertificateRecord> Records)> files, IReadOnlyList<(string Path, IReadOnlyList<RadiusRecord> Records)> radii, Inside? inside)
{
    private const int MostSquares = 2000;

    // Files have them in the order in which they were settled.
    private readonly IReadOnlyList<CertificateRecord> records = files.Count == 0 ? [] : [.. files[0].Records.OrderBy(record => record.Position)];
    private readonly IReadOnlyList<SampleRecord> all = files.Count == 0
        ? [.. radii[0].Records.OrderBy(record => record.Position)]
        : [.. files[0].Records.OrderBy(record => record.Position)];
    private readonly CertificationSetting setting = (files.Count == 0 ? (SampleRecord)radii[0].Records[0] : files[0].Records[0]).Setting;

    private string Word => CertificationTables.Word(setting);

    /// <summary>How many samples are shown one by one.</summary>
    public int Samples { get; init; } = 10;

    /// <summary>The sample that is looked into; null for the first that was proved.</summary>
    public long? Index { get; init; }

    /// <summary>The commands that check the files again.</summary>
    public required IReadOnlyList<string> Checks { get; init; }

    /// <summary>The files' names that the commands leave open, and what they stand for.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Where the commands are to be run.</summary>
    public required string Where { get; init; }

    /// <summary>What the classes are called.</summary>
    public ClassNames Names { get; init; } = ClassNames.None;

    /// <summary>What verify found of the files, as far as this was given.</summary>
    public IReadOnlyList<VerificationReport> Verified { get; init; } = [];

    /// <summary>How often the network's neurons fire over these samples; null where only records are at hand.</summary>
    public Activity? Activity { get; init; }

    /// <summary>The same of the weights before, and the file that they are in; null where that was not asked.</summary>
    public (string Weights, Activity Activity)? Before { get; init; }

    /// <summary>The curves of training runs.</summary>
    public IReadOnlyList<Figure> Training { get; init; } = [];

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="UsageException">There is no record of the sample that was asked for.</exception>
    public void Save(string path)
    {
        var page = new Page($"{setting.Model} on {setting.Dataset.Name}: what is proved");
        page.Add($"<h1>{Text(setting.Model)} on {Text(setting.Dataset.Name)}: what is proved</h1>");
        if (records.Count > 0)
        {
            var summary = CertificationSummary.Of(records, setting.Dataset.Count);
            Claim(page, summary);
            Sizes(page);
            OfFirst(page, "What follows by class, by stage and by sample");
            Classes(page);
            Stages(page, summary);
            Each(page);
        }
        else
        {
            Radii(page);
            OfFirst(page, "What is told above");
            Sizes(page);
        }

        if (inside is not null)
        {
            Look(page, inside);
            Network(page, inside.Description);
        }

        Trained(page);
        Check(page);
        AtomicFile.WriteText(path, page.ToString());
    }

    private void Claim(Page page, CertificationSummary summary)
    {
        int all = summary.Samples, wrong = records.Count(record => record.Prediction != record.Label);
        (string Class, int Count, string Meaning)[] parts =
        [
            (Word, records.Count(record => record.Verdict.IsByBounds()), Word == "certified"
                ? "predicted right, and proved to be so for every such change"
                : $"predicted right, and bounded in plain {setting.Precision}, which takes no account of rounding: no certificate"),
            ("falsified", records.Count(record => record.Verdict == Verdict.Falsified),
                $"a change is known that makes the network wrong or leaves it undecided between two classes, or none is needed ({Count(wrong)} {(wrong == 1 ? "is" : "are")} wrong without one; ties: {Count(records.Count(IsTie))})"),
            ("unknown", all - records.Count(record => record.Verdict != Verdict.Unknown), "neither proved nor refuted"
                + (records.Count < all ? $", or not tried yet ({Count(all - records.Count)})" : "")),
        ];
        page.Add($"<p class=\"lead\">The first {Count(all)} {Text(setting.Dataset.Split)} samples of {Text(setting.Dataset.Name)}, if an adversary moves "
            + $"<b>{Text(Evaluations.Describe(setting.Perturbation))}</b>: {Percent(parts[0].Count, all)} are {Word}. "
            + $"Unperturbed, {Screen.Percent(summary.Accuracy)} of {(summary.Recorded < all ? $"the {Count(summary.Recorded)} that are done" : "them")} are predicted right.</p>");
        page.Add($"<div class=\"bar\">{string.Concat(parts.Select(part => Invariant($"<span class=\"{part.Class}\" style=\"width:{100.0 * part.Count / all:0.##}%\" title=\"{part.Class}: {part.Count}\"></span>")))}</div>");
        page.Add($"<ul class=\"key\">{string.Concat(parts.Select(part => $"<li><i class=\"{part.Class}\"></i><b>{part.Class}</b> {Count(part.Count)} of {Count(all)} ({Percent(part.Count, all)}): {Text(part.Meaning)}</li>"))}</ul>");
        if (Word == "certified")
        {
            page.Say("A certificate is about one sample. It says that whatever is changed within these limits, by chance or by intent, the network gives the class that it gives now: as it "
                + "runs in float32, in whatever order its sums are added. It says nothing of other samples, nor of larger changes.");
        }

        if (setting.Perturbation.Clamp is { } isCut)
        {
            page.Say(isCut
                ? "Cut to [0, 1]: a changed value stays between 0 and 1, as those of an image do."
                : "Not cut: a changed value may be any number within these limits; values are in the unit of the data.");
        }

        if (setting.Encoding == "poisson")
        {
            page.Say($"The network draws spikes at random from the pixels. What is {Word} holds for one draw, that of seed {setting.Seed}.");
        }
    }

    // Only curves are of all files.
    private void OfFirst(Page page, string what)
    {
        if (files.Count + radii.Count > 1)
        {
            string first = files.Count > 0 ? files[0].Path : radii[0].Path;
            page.Say($"{what} is of <code>{Text(Path.GetFileName(first))}</code> alone: {Text(Evaluations.Describe(setting.Perturbation))}.");
        }
    }

    // The network gives no single class, of the sample itself or of its counterexample: that counts as wrong, and is no other class.
    private static bool IsTie(CertificateRecord record) => record.Verdict == Verdict.Falsified
        && (record.Counterexample is { } found ? found.Margins.Min() == 0 : record.Prediction == record.Label);

    private void Radii(Page page)
    {
        var summary = RadiusSummary.Of(radii[0].Records, setting.Dataset.Count);
        page.Add($"<p class=\"lead\">How large a change the first {Count(summary.Samples)} {Text(setting.Dataset.Split)} samples of {Text(setting.Dataset.Name)} are {(Word == "certified" ? "proved" : "bounded")} to withstand, up to "
            + $"<b>{Text(Evaluations.Describe(setting.Perturbation))}</b>: {Number(summary.MeanRadius)} in the mean, {Number(summary.MedianRadius)} in the median. "
            + $"Unperturbed, {Screen.Percent(summary.Accuracy)} of the {Count(summary.Recorded)} that are done are predicted right.</p>");
    }

    private void Sizes(Page page)
    {
        page.Head("By the size of the change");
        CertificationSetting[] settings = [.. files.Select(file => file.Records[0].Setting), .. radii.Select(file => file.Records[0].Setting)];
        if (RobustnessCurve.CommonAxis(settings) is not { } axis)
        {
            // Changes of several kinds, or such that have no size, have no axis in common: a row a file, of radii for the largest change.
            RobustnessCurve[] each = [.. files.SelectMany(file => RobustnessCurve.Of([file.Records], [])), .. radii.SelectMany(file => RobustnessCurve.Of([], [file.Records]))];
            page.Add(Table(
                ["the change", "n", "right", "not falsified", "proved"],
                each.Zip(settings, (curve, asked) => (string[])
                    [Text(Evaluations.Describe(asked.Perturbation)), Count(curve.Samples), Screen.Percent(curve.Points[^1].Right), Screen.Percent(curve.Points[^1].Standing), Screen.Percent(curve.Points[^1].Proved)])));
            return;
        }

        var curves = RobustnessCurve.Of([.. files.Select(file => file.Records)], [.. radii.Select(file => file.Records)]);
        page.Add(Figure(RobustnessCurve.ToFigure(curves, axis, $"{Figures.Names(settings)}: {Word} accuracy")));
        bool isOne = curves.Count == 1;
        page.Add(Table(
            [.. isOne ? [] : new[] { "run" }, Text(axis.Split(':')[0]), "n", "right", "not falsified", curves.Select(curve => curve.Word).Distinct().Count() == 1 ? curves[0].Word : "proved"],
            curves.SelectMany(curve => curve.Told.Select(point => (string[])
            [
                .. isOne ? [] : new[] { Text(curve.Name) }, Number(point.Size), Count(curve.Samples), Screen.Percent(point.Right), Screen.Percent(point.Standing), Screen.Percent(point.Proved),
            ]))));
    }

    private void Classes(Page page)
    {
        page.Head("By class");
        page.Add(Table(
            ["class", "samples", "right", Word, "falsified", "unknown"],
            records.GroupBy(record => record.Label).OrderBy(group => group.Key).Select(group => new[]
            {
                Names.Short(group.Key, Name), Count(group.Count()), Percent(group.Count(record => record.Prediction == record.Label), group.Count()),
                Percent(group.Count(record => record.Verdict.IsByBounds()), group.Count()), Percent(group.Count(record => record.Verdict == Verdict.Falsified), group.Count()),
                Percent(group.Count(record => record.Verdict == Verdict.Unknown), group.Count()),
            })));
    }

    private void Stages(Page page, CertificationSummary summary)
    {
        page.Head("Who decided what");
        page.Say($"Method <code>{Text(setting.Method)}</code>: every stage works on what those before it left open. All in all {Text(Screen.Duration(TimeSpan.FromSeconds(summary.Seconds)))}.");
        page.Add(Table(
            ["stage", "samples", Word, "falsified", "left open", "time", "a sample"],
            summary.Stages.Select(stage =>
            {
                int proved = stage.Certified + stage.Bounded;
                return new[]
                {
                    Text(stage.Name), Count(stage.Samples), Count(proved), Count(stage.Falsified), Count(stage.Samples - proved - stage.Falsified),
                    Text(Screen.Duration(TimeSpan.FromSeconds(stage.Seconds))), $"{Number(1000 * stage.Seconds / stage.Samples, "0.##")} ms",
                };
            })));
        page.Add($"<ul class=\"faint\">{string.Concat(summary.Stages.Select(stage => StageWords(stage.Name) is { } words ? $"<li><code>{Text(stage.Name)}</code>: {words}</li>" : ""))}</ul>");
    }

    // What a stage does, in words for who has not heard of it.
    private static string? StageWords(string stage) => stage switch
    {
        "prediction" => "the network as it runs, unperturbed; what is wrong or tied there needs no change",
        "s-ibp" => "intervals: of every membrane the least and the greatest value that a change can give it",
        "s-crown" or "s-crown-paper" => "straight lines below and above every spike, added up from the last layer back to the input",
        "alpha" => "the same with lines that are adjusted to each margin",
        "bab" => "branch and bound: cases are told apart, spike or none, until each is decided",
        "pgd" or "spike-flip" or "spike-retiming" => "an attack: it looks for a change that breaks the sample, and proves nothing where it finds none",
        _ => null,
    };

    private void Each(Page page)
    {
        page.Head("The samples");
        var shown = Chosen();
        if (records.Count <= MostSquares)
        {
            var there = shown.ToHashSet();
            page.Add($"<div class=\"grid\">{string.Concat(records.Select(record => $"<a class=\"{Class(record.Verdict)}\" title=\"{Title(record, Text)}\"{(there.Contains(record) ? $" href=\"#s{record.Index}\"" : "")}></a>"))}</div>");
            page.Add("<p class=\"faint\">A square a sample, in the order of the data set.</p>");
        }

        if (shown.Any(IsTie))
        {
            page.Say("A tie: the network gives the class and another one the same logit, and so no single answer. That counts as wrong.");
        }

        foreach (var record in shown)
        {
            page.Add($"<div class=\"sample\" id=\"s{record.Index}\"><h3><i class=\"{Class(record.Verdict)}\"></i> {Title(record, Name)}</h3>{Pictures(record)}</div>");
        }

        if (shown.Count < records.Count)
        {
            page.Add($"<p class=\"faint\">{Count(shown.Count)} of {Count(records.Count)} are shown one by one, the first of each verdict in turn; every one is a line of the record file.</p>");
        }
    }

    // Of each verdict the first ones, in turn, in the data set's order.
    private IReadOnlyList<CertificateRecord> Chosen() =>
    [
        .. records.GroupBy(record => record.Verdict).SelectMany(group => group.Select((record, place) => (record, place)))
            .OrderBy(entry => entry.place).ThenBy(entry => entry.record.Verdict).Take(Samples).Select(entry => entry.record).OrderBy(record => record.Position),
    ];

    private string Pictures(CertificateRecord record)
    {
        var figures = new List<Figure>();
        if (record.Counterexample is { File: not null } found)
        {
            figures.Add(SamplePicture.Of(files[0].Path, record, found, Names));
        }
        else if (inside is not null)
        {
            figures.Add(inside.Sample(record));
        }

        if (record.LowerBounds.Length > 0)
        {
            figures.Add(MarginBars.Of(record, record.LowerBounds, Names));
        }

        return $"<div class=\"row\">{string.Concat(figures.Select(figure => Figure(figure)))}</div>{(record.Reason is { } reason ? $"<p class=\"faint\">{Text(reason)}</p>" : "")}";
    }

    private void Look(Page page, Inside inside)
    {
        var record = Index is { } wanted
            ? all.FirstOrDefault(record => record.Index == wanted)
                ?? throw new UsageException($"There is no record of sample {wanted} in '{(files.Count == 0 ? radii[0].Path : files[0].Path)}', so it cannot be looked into.")
            : records.FirstOrDefault(record => record.Verdict.IsByBounds()) ?? all[0];
        page.Head($"Inside: sample {record.Index}");
        page.Say(inside.HasBounds
            ? $"Every spiking layer for {Text(Evaluations.Describe(setting.Perturbation))}: its spikes, those that a change can make or stop, and the membranes of the neurons that are most open (of the last layer: of the label and its nearest rivals)."
            : "Every spiking layer: its spikes, and the membranes of some neurons. The records name the box of each pixel by its hash alone; with its file (<code>--epsilon-file</code>) bounds are drawn, too.");
        page.Add(inside.Look(record));
        if (Activity is null)
        {
            return;
        }

        page.Head("Firing, and what it costs");
        page.Say($"Means over the first {Count(Activity.Samples)} samples, unperturbed. A synaptic operation is one weight that one value other than zero meets.{(Before is { } earlier
            ? $" Before: the weights of <code>{Text(Path.GetFileName(earlier.Weights))}</code>, with which {Screen.Percent(earlier.Activity.Accuracy)} are predicted right; now {Screen.Percent(Activity.Accuracy)}." : "")}");
        page.Add(Figure(Figures.FiringRates(Activity, Before?.Activity)));
        page.Add(Inside.TableOf(Activity, Before?.Activity));
    }

    private static void Network(Page page, NetworkDescription network)
    {
        page.Head("The network");
        page.Add(Figure(NetworkDrawing.Of(network)));
        page.Add(Table(
            ["layer", "kind", "output", "parameters", "equation"],
            network.Layers.Select(layer => new[] { Text(layer.Name), Text(layer.Kind), Text(layer.Shape), Count(layer.Parameters), $"<code>{Text(layer.Equation)}</code>" })));
        page.Say($"Read out as {Text(network.Readout)}; {Count(network.Parameters)} parameters.");
    }

    private void Trained(Page page)
    {
        if (Training.Count == 0)
        {
            return;
        }

        page.Head("Training");
        foreach (var run in Training)
        {
            page.Say(Text(run.Title)).Add(Figure(run));
        }
    }

    private void Check(Page page)
    {
        page.Head("Check it again");
        foreach (string path in files.Select(file => file.Path).Concat(radii.Select(file => file.Path)))
        {
            string hash = SafeTensors.FileHash(path), name = $"<code>{Text(Path.GetFileName(path))}</code>";
            page.Say(Verified.FirstOrDefault(report => report.RecordsSha256 == hash) is { } report
                ? $"By what <code>verify</code> wrote of this very file{When(report)}, it accepted {Count(report.Accepted)} of the {Count(report.Results.Count)} records of {name}{Accepted(report)}"
                    + (report.Rejected == 0 ? "." : $", and <b>rejected {Count(report.Rejected)}</b>: those claim what is not so, or what it could not prove.")
                : $"This page does not know whether anybody has checked {name}.");
        }

        page.Say($"The records hold all that is needed to check them, by arithmetic that shares no code with what made them. {Text(Where)}");
        page.Add($"<pre>{Text(string.Join('\n', Checks))}</pre>");
        page.Say("It takes the project, its weights and data, and a record file with the folders beside it: <code>.counterexamples</code> and, of <code>alpha</code> and <code>bab</code>, <code>.proofs</code>. Ask whoever sent this page.");
        if (Missing.Count > 0)
        {
            page.Say($"Put your own in the place of {string.Join("; ", Missing.Select(Text))}.");
        }

        page.Add(Table(
            ["what", "SHA-256"],
            [
                .. files.Select(file => file.Path).Concat(radii.Select(file => file.Path)).Select(path => new[] { Text(Path.GetFileName(path)), $"<code>{SafeTensors.FileHash(path)}</code>" }),
                ["weights", $"<code>{Text(setting.WeightsSha256)}</code>"],
                ["architecture", $"<code>{Text(setting.ArchitectureSha256)}</code>"],
            ]));
        page.Say("A record names the SHA-256 of its sample, of its counterexample and of its proof: the hash of a record file stands for those, too.");
        page.Add($"<p class=\"faint\">SnnDsl {Text(all[0].Version)}; method {Text(setting.Method)}, arithmetic {Text(setting.Precision)}, T = {setting.Steps}.</p>");
    }

    private static string When(VerificationReport report) => report.Checked is { } time ? $" on {time.ToUniversalTime():yyyy-MM-dd} (UTC)" : "";

    // Of what: that an unknown sample is accepted says that nothing is known of it.
    private static string Accepted(VerificationReport report)
    {
        var verdicts = report.Results.Where(result => result.Accepted).GroupBy(result => result.Verdict!).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{Count(group.Count())} {Text(group.Key)}");
        int taken = report.Results.Where(result => result.Accepted).Sum(result => result.Unchecked);
        return $" ({string.Join(", ", verdicts)}){(taken == 0 ? "" : $"; how high {Count(taken)} of their lower bounds lie is taken from the records, and no verdict rests on it")}";
    }

    // As HTML; names by themselves, since those of attributes cannot have elements.
    private string Title(CertificateRecord record, Func<string, string> name)
    {
        string by = record.DecidedBy switch
        {
            null => "",
            "prediction" => " as it is",
            { } stage => $" by {Text(stage)}",
        };
        string prediction = record.Prediction != record.Label ? $"predicted as {Names.Of(record.Prediction, name)}"
            : IsTie(record) && record.Counterexample is null ? "a tie with another class"
            : "predicted right";
        return $"Sample {record.Index}, {Names.Of(record.Label, name)}, {prediction}: {Class(record.Verdict)}{by}";
    }

    private static string Class(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Percent(int count, int all) => Screen.Percent(count / (double)all);
}
