using System.Globalization;
using SnnDsl.CommandLine.Output;
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
                ("certified accuracy", Screen.Percent(summary.CertifiedAccuracy)),
                ("certified error", Screen.Percent(summary.CertifiedError)),
                ("falsified", Screen.Percent(summary.Falsified)),
                ("unknown", Screen.Percent(summary.Unknown)),
                ("time", Screen.Duration(TimeSpan.FromSeconds(summary.Seconds))),
            ]);
    }

    /// <summary>Which stage settled what.</summary>
    public static Table Stages(CertificationSummary summary)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("stage");
        foreach (string column in new[] { "samples", "certified", "falsified", "left open", "time", "a sample" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var stage in summary.Stages)
        {
            int[] counts = [stage.Samples, stage.Certified, stage.Falsified, stage.Samples - stage.Certified - stage.Falsified];
            table.AddRow([
                stage.Name,
                .. counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture)),
                Screen.Duration(TimeSpan.FromSeconds(stage.Seconds)),
                string.Create(CultureInfo.InvariantCulture, $"{1000 * stage.Seconds / stage.Samples:0.##} ms"),
            ]);
        }

        return table;
    }

    private static string Method(CertificationSetting setting)
    {
        string limit = setting.TimeLimit is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", at most {seconds} s a sample") : "";
        string intermediate = setting.Intermediate == "s-crown" ? ", intermediate bounds by s-crown" : "";
        return $"{setting.Method}{intermediate}{limit}, {setting.Precision}";
    }
}
