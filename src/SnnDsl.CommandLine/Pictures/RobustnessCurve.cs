using SnnDsl.Certification;
using SnnDsl.CommandLine.Commands;
using SnnDsl.Evaluation.Records;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>Certified accuracy and what attacks leave standing, against the size of the perturbation.</summary>
/// <param name="Name">What tells it from other curves.</param>
/// <param name="Word">What the samples below it are: certified, or bounded.</param>
/// <param name="Samples">n, of how many samples they are shares.</param>
/// <param name="Points">By ascending size.</param>
internal sealed record RobustnessCurve(string Name, string Word, int Samples, IReadOnlyList<RobustnessPoint> Points)
{
    private const int Resolution = 200;

    // Of more points than these single ones are not marked, nor told one by one.
    private const int Many = 30;

    /// <summary>How long each point was tried for, where that differs along the curve; else null.</summary>
    public string? Efforts { get; private init; }

    /// <summary>
    /// The curves of record files: those of one network and method make one, whatever time they had, unless there are several of one size; and radii make one by themselves.
    /// </summary>
    public static IReadOnlyList<RobustnessCurve> Of(
        IReadOnlyList<IReadOnlyList<CertificateRecord>> certificates, IReadOnlyList<IReadOnlyList<RadiusRecord>> radii)
    {
        var curves = certificates.GroupBy(records => Key(records[0].Setting))
            .SelectMany(group => group.Select(records => records[0].Setting.Perturbation.Size).Distinct().Count() == group.Count()
                ? [[.. group]]
                : group.GroupBy(records => Effort(records[0].Setting)).Select(same => same.ToList()))
            .Select(files => (
                files[0][0].Setting, Samples: files[0][0].Setting.Dataset.Count, Points: (IReadOnlyList<RobustnessPoint>)[.. files.Select(At).OrderBy(point => point.Size)],
                Efforts: EffortsOf([.. files.Select(records => records[0].Setting)])));
        (CertificationSetting Setting, int Samples, IReadOnlyList<RobustnessPoint> Points, string? Efforts)[] all =
            [.. curves, .. radii.Select(records => (records[0].Setting, records.Count, Along(records), (string?)null))];
        return Numbered([.. all.Select(curve => new RobustnessCurve(
            Distinguish(curve.Setting, [.. all.Select(other => other.Setting)]), CertificationTables.Word(curve.Setting), curve.Samples, curve.Points) { Efforts = curve.Efforts })]);
    }

    /// <summary>What a perturbation's size is, for the axis; null if it has none.</summary>
    public static string? Axis(RecordedPerturbation perturbation) => perturbation switch
    {
        { Epsilon: not null, Clamp: true } => "epsilon: how far each pixel may move, in units of [0, 1]",
        { Epsilon: not null } => "epsilon: how far each value may move",
        { Flips: not null } => "entries that may be flipped",
        { Moves: not null } => "spikes that may move",
        { Jitter: not null } => "steps that each spike may move",
        _ => null,
    };

    /// <summary>The axis that perturbations have in common; null if they differ in kind or have no size.</summary>
    public static string? CommonAxis(IEnumerable<CertificationSetting> settings) =>
        settings.Select(setting => Axis(setting.Perturbation)).Distinct().ToArray() is [{ } axis] ? axis : null;

    /// <summary>The points that a table tells: of a curve along radii those at round sizes.</summary>
    public IEnumerable<RobustnessPoint> Told => Points.Count <= Many
        ? Points
        : Axes.Ticks(Points[0].Size, Points[^1].Size, 8).Select(size => Points.MinBy(point => Math.Abs(point.Size - size)));

    /// <summary>Curves: what is certified (or bounded) below, what stands above, what is unknown between the two; and what is right unperturbed.</summary>
    /// <param name="curves">At most six are told apart.</param>
    /// <param name="axis">What the size is.</param>
    /// <param name="title">What of which network.</param>
    public static Figure ToFigure(IReadOnlyList<RobustnessCurve> curves, string axis, string title) => new(
        title,
        "Thick, filled points: proved. Thin, hollow points: no attack got it wrong, nor to a tie. Between the two lies what is unknown. Dashed: predicted right, unperturbed. Lines join the sizes that were run; what is proved at one size holds at every smaller one."
            + string.Concat(curves.Where(curve => curve.Efforts is not null).Select(curve => $" {(curves.Count == 1 ? "" : $"{curve.Name}: ")}{curve.Efforts}.")),
        Figure.Broad,
        (drawing, top) => Draw(curves, axis, drawing, top));

    private static void Draw(IReadOnlyList<RobustnessCurve> curves, string axis, Drawing drawing, double top)
    {
        int[] counts = [.. curves.Select(curve => curve.Samples).Distinct()];
        double most = curves.Max(curve => curve.Points[^1].Size), bottom = top + 22 + (drawing.Width > Figure.Slim ? 270 : 200);
        var axes = new Axes(drawing, (32, top + 24, drawing.Width - 12, bottom), (0, most > 0 ? most : 1), (0, 100))
            .Upright(counts is [var all] ? Invariant($"share of n = {all:N0} samples (%)") : "share of each run's samples (%)", ticks: [0, 20, 40, 60, 80, 100]);
        double y = axes.Lower(axis);
        List<(Action<Drawing, double, double>, string)> legend = [];
        for (int i = 0; i < curves.Count; i++)
        {
            var (tone, points) = (Palette.Series(i), curves[i].Points);
            string prefix = curves.Count == 1 ? "" : $"{curves[i].Name}{(counts.Length > 1 ? Invariant($" (n = {curves[i].Samples:N0})") : "")}: ";
            (double, double)[] Line(Func<RobustnessPoint, double> of) => [.. points.Select(point => (axes.X(point.Size), axes.Y(100 * of(point))))];
            var (proved, standing) = (Line(point => point.Proved), Line(point => point.Standing));
            bool isMarked = points.Count <= Many;
            drawing.Area([.. standing, .. proved.Reverse()], tone, 0.12);
            // Nothing need be perturbed to be right or wrong: it is drawn from 0 on, a single file's, too.
            drawing.Line([(axes.X(0), axes.Y(100 * points[0].Right)), .. Line(point => point.Right)], tone, dashed: true);
            drawing.Line(standing, tone);
            drawing.Line(proved, tone, 2);
            foreach (var (x, at) in isMarked ? standing : [])
            {
                drawing.Dot(x, at, tone, hollow: true);
            }

            foreach (var (x, at) in isMarked ? proved : [])
            {
                drawing.Dot(x, at, tone);
            }

            legend.AddRange(
            [
                (Drawing.LineLook(tone, 2, hollow: isMarked ? false : null), $"{prefix}{curves[i].Word}"),
                (Drawing.LineLook(tone, hollow: isMarked ? true : null), $"{prefix}not falsified"),
                (Drawing.LineLook(tone, dashed: true), $"{prefix}right, unperturbed"),
            ]);
        }

        drawing.Height = drawing.Legend(legend, 0, y - 8);
    }

    private static RobustnessPoint At(IReadOnlyList<CertificateRecord> records)
    {
        double count = records[0].Setting.Dataset.Count;
        return new(
            records[0].Setting.Perturbation.Size ?? 0,
            records.Count(record => record.Prediction == record.Label) / (double)records.Count,
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
                records.Count(record => record.Prediction == record.Label) / count,
                records.Count(record => record.Radius >= size) / count,
                records.Count(record => record.Radius is not null && !(record.Broken <= size)) / count)),
        ];
    }

    private static object Key(CertificationSetting setting) => (
        setting.Model, setting.WeightsSha256, setting.Dataset, setting.Steps, setting.Seed, setting.Method, setting.Intermediate,
        setting.Alpha, setting.Precision, setting.Perturbation.Norm, setting.Perturbation.Clamp, setting.Perturbation.FlipMode,
        setting.Perturbation.Moves is null);

    private static (double? Seconds, long? Subproblems) Effort(CertificationSetting setting) => (setting.TimeLimit, setting.MostSubproblems);

    private static string? EffortsOf(IReadOnlyList<CertificationSetting> settings) => settings.Select(Effort).Distinct().Count() == 1
        ? null
        : $"Tried for {string.Join(", ", settings.OrderBy(setting => setting.Perturbation.Size).Select(setting => $"{Limits(setting)} at {Axes.Number(setting.Perturbation.Size ?? 0)}"))}";

    private static string Limits(CertificationSetting setting) => (setting.TimeLimit, setting.MostSubproblems) switch
    {
        (null, null) => "any time",
        ({ } seconds, null) => Invariant($"{seconds} s a sample"),
        (null, { } most) => Invariant($"{most} subproblems"),
        ({ } seconds, { } most) => Invariant($"{seconds} s a sample and {most} subproblems"),
    };

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
