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
/// <param name="program">How people call the program, for the command that checks the records again.</param>
/// <param name="files">Record files of certificates, at least one; the first is told in full, all of them make the curves.</param>
/// <param name="inside">The network with weights and samples; null where only records are at hand.</param>
internal sealed class ReportPage(string program, IReadOnlyList<(string Path, IReadOnlyList<CertificateRecord> Records)> files, Inside? inside)
{
    private const int MostSquares = 2000;

    // Files have them in the order in which they were settled.
    private readonly IReadOnlyList<CertificateRecord> records = [.. files[0].Records.OrderBy(record => record.Position)];
    private readonly CertificationSetting setting = files[0].Records[0].Setting;

    private string Word => CertificationTables.Word(setting);

    /// <summary>How many samples are shown one by one.</summary>
    public int Samples { get; init; } = 10;

    /// <summary>The sample that is looked into; null for the first that was proved.</summary>
    public long? Index { get; init; }

    /// <summary>The file that the weights are in, for the command that checks the records again; null where it is not known.</summary>
    public string? WeightsPath { get; init; }

    /// <summary>How often the network's neurons fire over these samples; null where only records are at hand.</summary>
    public Activity? Activity { get; init; }

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="UsageException">There is no record of the sample that was asked for.</exception>
    public void Save(string path)
    {
        var summary = CertificationSummary.Of(records, setting.Dataset.Count);
        var page = new Page($"{setting.Model} on {setting.Dataset.Name}: what is proved");
        page.Add($"<h1>{Text(setting.Model)} on {Text(setting.Dataset.Name)}: what is proved</h1>");
        Claim(page, summary);
        Sizes(page);
        Classes(page);
        Stages(page, summary);
        Each(page);
        if (inside is not null)
        {
            Look(page);
            Network(page, inside.Description);
        }

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
                $"a change is known that makes the network wrong, or none is needed ({Count(wrong)} {(wrong == 1 ? "is" : "are")} wrong without one)"),
            ("unknown", all - records.Count(record => record.Verdict != Verdict.Unknown), "neither proved nor refuted"
                + (records.Count < all ? $", or not tried yet ({Count(all - records.Count)})" : "")),
        ];
        page.Add($"<p class=\"lead\">The first {Count(all)} {Text(setting.Dataset.Split)} samples of {Text(setting.Dataset.Name)}, if an adversary moves "
            + $"<b>{Text(Evaluations.Describe(setting.Perturbation))}</b>: {Percent(parts[0].Count, all)} are {Word}.</p>");
        page.Add($"<div class=\"bar\">{string.Concat(parts.Select(part => Invariant($"<span class=\"{part.Class}\" style=\"width:{100.0 * part.Count / all:0.##}%\" title=\"{part.Class}: {part.Count}\"></span>")))}</div>");
        page.Add($"<ul class=\"key\">{string.Concat(parts.Select(part => $"<li><i class=\"{part.Class}\"></i><b>{part.Class}</b> {Count(part.Count)} of {Count(all)} ({Percent(part.Count, all)}): {Text(part.Meaning)}</li>"))}</ul>");
        if (Word == "certified")
        {
            page.Say("A certificate is about one sample. It says that whatever is changed within these limits, by chance or by intent, the network gives the class that it gives now: as it "
                + "runs in float32, in whatever order its sums are added. It says nothing of other samples, nor of larger changes.");
        }

        if (setting.Encoding == "poisson")
        {
            page.Say($"The network draws spikes at random from the pixels. What is {Word} holds for one draw, that of seed {setting.Seed}.");
        }
    }

    private void Sizes(Page page)
    {
        if (files.Select(file => RobustnessCurve.Axis(file.Records[0].Setting.Perturbation)).Distinct().ToArray() is not [{ } axis] || files.Count < 2)
        {
            return;
        }

        var curves = RobustnessCurve.Of([.. files.Select(file => file.Records)], []);
        page.Head("By the size of the change");
        page.Add(Figure(
            Svg.Curves(curves, axis),
            $"Thick, filled points: {Word}. Thin, hollow points: not falsified. Between the two lies what is unknown. Shares of {Count(setting.Dataset.Count)} samples."));
        if (curves.Count > 1)
        {
            page.Add($"<ul class=\"key\">{string.Concat(curves.Select((curve, i) => $"<li><svg width=\"12\" height=\"12\" class=\"c{i % 6}\"><g class=\"c{i % 6}\"><rect class=\"dot\" width=\"12\" height=\"12\"/></g></svg> {Text(curve.Name)}</li>"))}</ul>");
        }
    }

    private void Classes(Page page)
    {
        page.Head("By class");
        page.Add(Table(
            ["class", "samples", "right", Word, "falsified", "unknown"],
            records.GroupBy(record => record.Label).OrderBy(group => group.Key).Select(group => new[]
            {
                Invariant($"{group.Key}"), Count(group.Count()), Percent(group.Count(record => record.Prediction == record.Label), group.Count()),
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
    }

    private void Each(Page page)
    {
        page.Head("The samples");
        var shown = Chosen();
        if (records.Count <= MostSquares)
        {
            var there = shown.ToHashSet();
            page.Add($"<div class=\"grid\">{string.Concat(records.Select(record => $"<a class=\"{Class(record.Verdict)}\" title=\"{Text(Title(record))}\"{(there.Contains(record) ? $" href=\"#s{record.Index}\"" : "")}></a>"))}</div>");
            page.Add("<p class=\"faint\">A square a sample, in the order of the data set.</p>");
        }

        foreach (var record in shown)
        {
            page.Add($"<div class=\"sample\" id=\"s{record.Index}\"><h3><i class=\"{Class(record.Verdict)}\"></i> {Text(Title(record))}</h3>{Pictures(record)}</div>");
        }

        if (shown.Count < records.Count)
        {
            page.Add($"<p class=\"faint\">{Count(shown.Count)} of {Count(records.Count)} are shown one by one, of each verdict some; every one is a line of the record file.</p>");
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
        var figures = new List<string>();
        if (record.Counterexample is { File: not null } found)
        {
            var (sample, changed, _) = CounterexamplePicture.Read(files[0].Path, record, found);
            double most = Math.Max(sample.Cast<double>().Max(), changed.Cast<double>().Max());
            figures.Add(Figure(Pixels.Grey(sample, most, "the sample"), "the sample"));
            figures.Add(Figure(Pixels.Grey(changed, most, "the counterexample"), CounterexamplePicture.Outcome(record, found)));
            figures.Add(Figure(Pixels.Signed(CounterexamplePicture.Difference(changed, sample), "the difference"), "the difference: orange more, blue less"));
        }
        else if (inside is not null)
        {
            double[,] sample = inside.Sample(record);
            figures.Add(Figure(Pixels.Grey(sample, sample.Cast<double>().Max(), "the sample"), "the sample"));
        }

        if (record.LowerBounds.Length > 0)
        {
            (long, double, bool)[] rivals = [.. record.LowerBounds.Select((bound, i) => ((long)(i < record.Label ? i : i + 1), (double)bound, setting.Proves(bound)))];
            figures.Add(Figure(
                Svg.Margins(rivals),
                $"The least by which the logit of class {record.Label} is above that of each other class, as far as it is proved. Above 0 that class cannot win."));
        }

        return $"<div class=\"row\">{string.Concat(figures)}</div>{(record.Reason is { } reason ? $"<p class=\"faint\">{Text(reason)}</p>" : "")}";
    }

    private void Look(Page page)
    {
        var record = Index is { } wanted
            ? records.FirstOrDefault(record => record.Index == wanted) ?? throw new UsageException($"There is no record of sample {wanted} in '{files[0].Path}', so it cannot be looked into.")
            : records.FirstOrDefault(record => record.Verdict.IsByBounds()) ?? records[0];
        page.Head($"Inside: sample {record.Index}");
        page.Add("<p class=\"faint\">Spikes: a row a time step, from above; a column a neuron, or several next to each other. White fires.</p>");
        page.Add(inside!.Look(record));
        page.Add("<p class=\"faint\">Membranes of the last layer: the line is the sample's own, filled where it fires; the band is where the changes allowed can move it (intervals, plain float32, for the eye); "
            + "dashed is the threshold.</p>");
        if (Activity is null)
        {
            return;
        }

        page.Head("Firing, and what it costs");
        page.Say($"Means over the {Count(setting.Dataset.Count)} samples, unperturbed. A synaptic operation is one weight that one value other than zero meets.");
        page.Add(Inside.TableOf(Activity));
    }

    private static void Network(Page page, NetworkDescription network)
    {
        page.Head("The network");
        string[] boxes =
        [
            Box("input", $"{string.Join('x', network.InputShape)}, {network.Encoding.ToString().ToLowerInvariant()}, T = {network.TimeSteps}"),
            .. network.Layers.Select(layer => Box(layer.Kind, $"{layer.Name}: {layer.Shape}", layer.States > 0)),
            Box("readout", $"{network.Classes} logits"),
        ];
        page.Add($"<div class=\"flow\">{string.Join("\u2192", boxes)}</div>");
        page.Add(Table(
            ["layer", "kind", "output", "parameters", "equation"],
            network.Layers.Select(layer => new[] { Text(layer.Name), Text(layer.Kind), Text(layer.Shape), Count(layer.Parameters), $"<code>{Text(layer.Equation)}</code>" })));
        page.Say($"{Count(network.Parameters)} parameters.");
    }

    private static string Box(string head, string words, bool fires = false) =>
        $"<div{(fires ? " class=\"fires\"" : "")}>{Text(head)}<small>{Text(words)}</small></div>";

    private void Check(Page page)
    {
        page.Head("Check it again");
        page.Say("The records hold all that is needed to check them, by arithmetic that shares no code with what made them:");
        page.Add($"<pre>{Text(string.Join('\n', files.Select(file => $"{program} verify --model {setting.Model} --weights {WeightsPath ?? "WEIGHTS.safetensors"} --records {file.Path}")))}</pre>");
        page.Add(Table(
            ["what", "SHA-256"],
            [
                .. files.Select(file => new[] { Text(Path.GetFileName(file.Path)), $"<code>{SafeTensors.FileHash(file.Path)}</code>" }),
                ["weights", $"<code>{Text(setting.WeightsSha256)}</code>"],
                ["architecture", $"<code>{Text(setting.ArchitectureSha256)}</code>"],
            ]));
        page.Add($"<p class=\"faint\">SnnDsl {Text(records[0].Version)}; method {Text(setting.Method)}, arithmetic {Text(setting.Precision)}, T = {setting.Steps}.</p>");
    }

    private string Title(CertificateRecord record)
    {
        string by = record.DecidedBy switch
        {
            null => "",
            "prediction" => " as it is",
            { } stage => $" by {stage}",
        };
        string prediction = record.Prediction == record.Label ? "predicted right" : $"predicted as class {record.Prediction}";
        return $"Sample {record.Index}, class {record.Label}, {prediction}: {Class(record.Verdict)}{by}";
    }

    private static string Class(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Percent(int count, int all) => Screen.Percent(count / (double)all);
}
