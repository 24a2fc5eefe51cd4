using SnnDsl.Certification;
using SnnDsl.CommandLine.Commands;
using SnnDsl.Evaluation.Records;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>Certified accuracy and what attacks leave standing, against the size of the perturbation.</summary>
/// <param name="Name">What tells it from other curves.</param>
/// <param name="Word">What the samples below it are: certified, or bounded.</param>
/// <param name="Points">By ascending size.</param>
internal sealed record RobustnessCurve(string Name, string Word, IReadOnlyList<RobustnessPoint> Points)
{
    private const int Resolution = 200;

    /// <summary>The curves of record files: those of one network and method make one, and radii make one by themselves.</summary>
    public static IReadOnlyList<RobustnessCurve> Of(
        IReadOnlyList<IReadOnlyList<CertificateRecord>> certificates, IReadOnlyList<IReadOnlyList<RadiusRecord>> radii)
    {
        var curves = certificates.GroupBy(records => Key(records[0].Setting)).Select(group => (
            group.First()[0].Setting, Points: (IReadOnlyList<RobustnessPoint>)[.. group.Select(At).OrderBy(point => point.Size)]));
        (CertificationSetting Setting, IReadOnlyList<RobustnessPoint> Points)[] all =
            [.. curves, .. radii.Select(records => (records[0].Setting, Along(records)))];
        return Numbered([.. all.Select(curve => new RobustnessCurve(
            Distinguish(curve.Setting, [.. all.Select(other => other.Setting)]), CertificationTables.Word(curve.Setting), curve.Points))]);
    }

    /// <summary>What a perturbation's size is, for the axis; null if it has none.</summary>
    public static string? Axis(RecordedPerturbation perturbation) => perturbation switch
    {
        { Epsilon: not null } => "epsilon: how far each pixel may move, in units of [0, 1]",
        { Flips: not null } => "entries that may be flipped",
        { Moves: not null } => "spikes that may move",
        { Jitter: not null } => "steps that each spike may move",
        _ => null,
    };

    /// <summary>Draws curves: what is certified (or bounded) below, what stands above, and what is unknown between the two.</summary>
    public static void Draw(IReadOnlyList<RobustnessCurve> curves, string axis, string title, string path)
    {
        var plot = Picture.Begin(title);
        for (int i = 0; i < curves.Count; i++)
        {
            var (colour, points, prefix) = (Picture.Colours[i % Picture.Colours.Length], curves[i].Points, curves.Count > 1 ? curves[i].Name + ": " : "");
            double[] sizes = [.. points.Select(point => point.Size)];
            double[] proved = [.. points.Select(point => 100 * point.Proved)], standing = [.. points.Select(point => 100 * point.Standing)];
            var unknown = plot.Add.FillY(sizes, proved, standing);
            (unknown.FillColor, unknown.LineWidth, unknown.MarkerSize) = (colour.WithAlpha(0.12), 0, 0);
            var above = plot.Add.Scatter(sizes, standing, colour);
            // Thin and hollow, not dashed: SVG knows no dashes here, and Skia says so on the console.
            (above.LegendText, above.LineWidth, above.MarkerShape) = ($"{prefix}not falsified", 1, ScottPlot.MarkerShape.OpenCircle);
            var below = plot.Add.Scatter(sizes, proved, colour);
            (below.LegendText, below.LineWidth) = ($"{prefix}{curves[i].Word}", 2);
            above.MarkerSize = below.MarkerSize = points.Count > 30 ? 0 : 7;
        }

        Picture.Label(plot, axis, "share of test samples (%)");
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.5 };
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TickDensity = 0.5 };
        double most = curves.Max(curve => curve.Points[^1].Size);
        plot.Axes.SetLimits(0, most > 0 ? 1.03 * most : 1, 0, 102);
        var legend = plot.ShowLegend(ScottPlot.Alignment.LowerLeft);
        (legend.OutlineWidth, legend.ShadowColor, legend.FontSize) = (0, ScottPlot.Colors.Transparent, 13);
        Picture.Save(plot, path, 760, 500);
    }

    private static RobustnessPoint At(IReadOnlyList<CertificateRecord> records)
    {
        double count = records[0].Setting.Dataset.Count;
        return new(
            records[0].Setting.Perturbation.Size ?? 0,
            records.Count(record => record.Verdict.IsByBounds()) / count,
            1 - records.Count(record => record.Verdict == Verdict.Falsified) / count);
    }

    private static IReadOnlyList<RobustnessPoint> Along(IReadOnlyList<RadiusRecord> records)
    {
        var perturbation = records[0].Setting.Perturbation;
        double most = perturbation.Size ?? 0, count = records.Count;
        int steps = perturbation.Epsilon is null ? (int)most : Resolution;
        return
        [
            .. Enumerable.Range(0, steps + 1).Select(i => most * i / Math.Max(steps, 1)).Select(size => new RobustnessPoint(
                size,
                records.Count(record => record.Radius >= size) / count,
                records.Count(record => record.Radius is not null && !(record.Broken <= size)) / count)),
        ];
    }

    private static object Key(CertificationSetting setting) => (
        setting.Model, setting.WeightsSha256, setting.Dataset, setting.Steps, setting.Seed, setting.Method, setting.Intermediate,
        setting.Alpha, setting.MostSubproblems, setting.Precision, setting.TimeLimit, setting.Perturbation.Norm, setting.Perturbation.Clamp, setting.Perturbation.FlipMode,
        setting.Perturbation.Moves is null);

    // What distinguishes a curve among all: no more than that.
    private static string Distinguish(CertificationSetting setting, IReadOnlyList<CertificationSetting> all)
    {
        (string Text, Func<CertificationSetting, object?> Of)[] parts =
        [
            (setting.Model, other => other.Model),
            (setting.Dataset.Name, other => other.Dataset.Name),
            ($"weights {setting.WeightsSha256[..Math.Min(6, setting.WeightsSha256.Length)]}", other => other.WeightsSha256),
            (setting.Method, other => other.Method),
            (setting.Intermediate is { } intermediate ? $"intermediate {intermediate}" : "no intermediate", other => other.Intermediate),
            (setting.Alpha is { } alpha ? Invariant($"{alpha.Iterations} iterations") : "no iterations", other => other.Alpha?.Iterations),
            (setting.Precision, other => other.Precision),
            (setting.TimeLimit is { } seconds ? Invariant($"{seconds} s a sample") : "no time limit", other => other.TimeLimit),
            (setting.MostSubproblems is { } most ? Invariant($"{most} subproblems") : "any number of subproblems", other => other.MostSubproblems),
            (Invariant($"T = {setting.Steps}"), other => other.Steps),
            (Invariant($"seed {setting.Seed}"), other => other.Seed),
            (setting.Dataset.Split, other => other.Dataset.Split),
            (Invariant($"{setting.Dataset.Count} samples"), other => other.Dataset.Count),
            (setting.Perturbation.Clamp == false ? "not cut" : "cut", other => other.Perturbation.Clamp),
            (setting.Perturbation.FlipMode ?? "", other => other.Perturbation.FlipMode),
            (setting.RadiusTolerance is { } tolerance ? Invariant($"radii to {tolerance}") : "at each size", other => other.RadiusTolerance),
        ];
        // A part is named if it tells apart what those before it do not.
        List<(string Text, Func<CertificationSetting, object?> Of)> named = [];
        foreach (var part in parts)
        {
            if (Kinds([.. named, part]) > Kinds(named))
            {
                named.Add(part);
            }
        }

        return string.Join(", ", named.Select(part => part.Text));

        int Kinds(List<(string Text, Func<CertificationSetting, object?> Of)> told) =>
            all.Select(other => string.Join('\n', told.Select(part => part.Of(other)))).Distinct().Count();
    }

    // What still looks alike (runs repeated, or with other seeds of the attack) is numbered.
    private static RobustnessCurve[] Numbered(RobustnessCurve[] curves) => curves.GroupBy(curve => curve.Name).All(group => group.Count() == 1)
        ? curves
        : [.. curves.Select((curve, i) => curve with { Name = curve.Name.Length == 0 ? $"run {i + 1}" : $"{curve.Name}, run {i + 1}" })];
}
