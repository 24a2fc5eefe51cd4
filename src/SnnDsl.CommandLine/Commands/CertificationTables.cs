using System.Globalization;
using System.Text.Json.Nodes;
using SnnDsl.Certification;
using SnnDsl.CommandLine.Output;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>What a certification came to, as tables.</summary>
internal static class CertificationTables
{
    /// <summary>What was asked, and the shares of the verdicts.</summary>
    public static Table Verdicts(CertificationReport report)
    {
        var (setting, summary) = (report.Setting, report.Summary);
        return Evaluations.Table(
            (setting.Model, setting.Perturbation, setting.Dataset, setting.Steps),
            [
                ("method", Method(setting)),
                ("done", string.Create(CultureInfo.InvariantCulture, $"{summary.Recorded:N0} of {summary.Samples:N0} samples")),
                ("accuracy", Screen.Percent(summary.Accuracy)),
                .. Shares(setting, summary),
                ("falsified", Screen.Percent(summary.Falsified)),
                ("unknown", Screen.Percent(summary.Unknown)),
                ("time", Screen.Duration(TimeSpan.FromSeconds(summary.Seconds))),
            ]);
    }

    /// <summary>"certified", or in a plain precision "bounded", which promises less.</summary>
    public static string Word(CertificationSetting setting) => IsPlain(setting) ? "bounded" : "certified";

    /// <summary>What the records of a file come to: a shard's file names the whole run's samples, and those of other shards are not its own to miss.</summary>
    public static CertificationReport Of(IReadOnlyList<CertificateRecord> records) =>
        new(records[0].Setting, records, CertificationSummary.Of(records, records[0].Setting.Dataset.Count));

    /// <summary>The same of radii.</summary>
    public static RadiusReport Of(IReadOnlyList<RadiusRecord> records) =>
        new(records[0].Setting, records, RadiusSummary.Of(records, records[0].Setting.Dataset.Count));

    /// <summary>What the tables of record files say, for other programs: an object for each file.</summary>
    public static JsonArray ToJson(
        IEnumerable<(string Path, IReadOnlyList<CertificateRecord> Records)> certificates, IEnumerable<(string Path, IReadOnlyList<RadiusRecord> Records)> radii) =>
    [
        .. certificates.Select(file => new JsonObject([new("records", file.Path), .. Parts(Of(file.Records).ToJson())])),
        .. radii.Select(file => new JsonObject([new("records", file.Path), .. Parts(Of(file.Records).ToJson())])),
    ];

    // A node has one parent.
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Parts(JsonObject whole) => [.. whole.Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone()))];

    /// <summary>
    /// Says what is not promised: nothing of other draws where a network draws its spikes at random, and nothing of a run where samples are bounded and not certified.
    /// </summary>
    public static void SayPromise(CertificationSetting setting, Screen screen)
    {
        if (setting.Encoding == "poisson")
        {
            screen.Say($"{setting.Model} draws its spikes at random from the pixels: what is {Word(setting)} holds for one draw of the noise, that of seed {setting.Seed}, and says nothing of others.");
        }

        if (IsPlain(setting))
        {
            screen.Say($"Bounded is not certified: plain {setting.Precision} takes no account of rounding next to a threshold, so a run of the network may leave these bounds; leave --precision out for certificates.");
        }
    }

    /// <summary>Which stage settled what.</summary>
    public static Table Stages(CertificationReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("stage");
        foreach (string column in new[] { "samples", Word(report.Setting), "falsified", "left open", "time", "a sample" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var stage in report.Summary.Stages)
        {
            int proved = stage.Certified + stage.Bounded;
            int[] counts = [stage.Samples, proved, stage.Falsified, stage.Samples - proved - stage.Falsified];
            table.AddRow([
                stage.Name,
                .. counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)),
                Screen.Duration(TimeSpan.FromSeconds(stage.Seconds)),
                string.Create(CultureInfo.InvariantCulture, $"{1000 * stage.Seconds / stage.Samples:0.##} ms"),
            ]);
        }

        return table;
    }

    /// <summary>Where the open spikes of unknown samples are.</summary>
    public static Table Open(UnstableMap map)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn($"open spikes, mean of {map.Samples:N0} unknown");
        table.AddColumn(new TableColumn("neurons").RightAligned());
        table.AddColumn(new TableColumn("all steps").RightAligned());
        int steps = map.Means[0].Length;
        // Wider tables would wrap.
        for (int t = 0; t < steps && steps <= 12; t++)
        {
            table.AddColumn(new TableColumn($"t = {t + 1}").RightAligned());
        }

        for (int layer = 0; layer < map.Layers.Count; layer++)
        {
            double[] means = [map.Means[layer].Sum(), .. steps <= 12 ? map.Means[layer] : []];
            table.AddRow([map.Layers[layer], map.Neurons[layer].ToString("N0", CultureInfo.InvariantCulture), .. means.Select(mean => mean.ToString("0.#", CultureInfo.InvariantCulture))]);
        }

        return table;
    }

    /// <summary>The unknown samples that are closest to a certificate.</summary>
    public static Table Unknown(IReadOnlyList<CertificateRecord> records, int most)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("unknown sample");
        foreach (string column in new[] { "class", "least bound", "open rivals", "open spikes", "subproblems", "time" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var record in records.Where(record => record.Unstable is not null)
            .OrderByDescending(record => record.LowerBounds.DefaultIfEmpty(float.MinValue).Min()).Take(most))
        {
            int[] open = [.. record.LowerBounds.Select((bound, rival) => record.Setting.Proves(bound) ? -1 : rival >= record.Label ? rival + 1 : rival).Where(rival => rival >= 0)];
            table.AddRow(
                record.Index.ToString(CultureInfo.InvariantCulture),
                record.Label.ToString(CultureInfo.InvariantCulture),
                record.LowerBounds.DefaultIfEmpty(float.MinValue).Min().ToString("0.####", CultureInfo.InvariantCulture),
                string.Join(' ', open),
                record.Unstable!.Sum(layer => layer.Steps.Sum()).ToString("N0", CultureInfo.InvariantCulture),
                record.Subproblems?.ToString("N0", CultureInfo.InvariantCulture) ?? "",
                Screen.Duration(TimeSpan.FromSeconds(record.Seconds)));
        }

        return table;
    }

    /// <summary>Radii of many samples.</summary>
    public static Table Radii(IReadOnlyList<RadiusRecord> records, int count)
    {
        var (setting, summary) = (records[0].Setting, RadiusSummary.Of(records, count));
        string Size(double size) => size.ToString(setting.Perturbation.Epsilon is null ? "0.##" : "0.0000", CultureInfo.InvariantCulture);
        return Evaluations.Table(
            (setting.Model, setting.Perturbation, setting.Dataset, setting.Steps),
            [
                ("method", Method(setting)),
                ("done", string.Create(CultureInfo.InvariantCulture, $"{summary.Recorded:N0} of {summary.Samples:N0} samples")),
                ("accuracy", Screen.Percent(summary.Accuracy)),
                ($"{Word(setting)} radius", $"{Size(summary.MeanRadius)} in the mean, {Size(summary.MedianRadius)} in the median"),
                ("broken at", $"{Size(summary.MeanBroken)} in the mean"),
                ("time", Screen.Duration(TimeSpan.FromSeconds(summary.Seconds))),
            ]);
    }

    private static bool IsPlain(CertificationSetting setting) => setting.Precision != PrecisionNames.Of(Precision.RoundingSafe);

    private static (string Name, string Value)[] Shares(CertificationSetting setting, CertificationSummary summary) => IsPlain(setting)
        ? [("bounded accuracy", Screen.Percent(summary.BoundedAccuracy)), ("bounded error", Screen.Percent(1 - summary.BoundedAccuracy))]
        : [("certified accuracy", Screen.Percent(summary.CertifiedAccuracy)), ("certified error", Screen.Percent(summary.CertifiedError))];

    private static string Method(CertificationSetting setting)
    {
        string limit = setting.TimeLimit is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", at most {seconds} s a sample") : "";
        string intermediate = setting.Intermediate == "s-crown" ? ", intermediate bounds by s-crown" : "";
        return $"{setting.Method}{intermediate}{limit}, {setting.Precision}";
    }
}
