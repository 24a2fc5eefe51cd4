using static System.FormattableString;

namespace SnnDsl.Benchmarks.Reporting;

/// <summary>A report as tables that read well in a terminal and are Markdown at the same time.</summary>
internal static class Table
{
    /// <summary>The machine, and a table for each kind of result that there is.</summary>
    public static IEnumerable<string> Lines(Report report)
    {
        var m = report.Machine;
        yield return Invariant($"{m.Cpu}, {m.Cores} cores, {m.Threads} threads of torch, vectors of {m.VectorBits} bits; {m.System}; ") +
            Invariant($"{m.Runtime}, libtorch {m.LibTorch}; {m.Date}.");
        yield return Invariant($"Peaks in this process: {m.PeakGflops} GFLOP/s (float32 product), {m.CopyGigabytesPerSecond} GB/s (copy)") +
            (m.Load is { } load ? Invariant($"; load average at the start {load}.") : ".");
        foreach (var precision in report.Precisions.Where(precision => precision.Omitted is not null))
            yield return $"No rows in {precision.Name}: {precision.Omitted}.";

        IEnumerable<string[]>[] tables =
        [
            Steps(report.Results), Subjects(report.Subjects), Layer(report.Layer), Csnn(report.Csnn), Memory(report.Memory),
            report.Accuracy.SelectMany(Accuracy), Endurance(report.Endurance),
        ];
        foreach (string line in tables.Select(rows => rows.ToArray()).Where(rows => rows.Length > 1).SelectMany(rows => Aligned(rows).Prepend("")))
            yield return line;
    }

    private static IEnumerable<string[]> Steps(IReadOnlyList<Result> results) =>
    [
        [
            "case", "model", "state", "batch", "T", "eager ms", "plain ms", "fused ms", "ratio", "p99 ms", "GFLOP", "useful", "MB",
            "floor ms", "floor / fused", "event floor ms", "event floor / fused",
        ],
        .. results.Select(result => new[]
        {
            result.Case, result.Model, result.State, Number(result.Batch), Number(result.Steps),
            Ms(result.EagerMs), Ms(result.PlainMs), Ms(result.FusedMs), Invariant($"{result.Ratio:0.0}x"),
            result is { EagerP99Ms: { } eager, PlainP99Ms: { } plain, FusedP99Ms: { } fused } ? $"{Ms(eager)} / {Ms(plain)} / {Ms(fused)}" : "",
            Invariant($"{result.Gflop:0.###}"), Invariant($"{result.UsefulGflop:0.###}"), Invariant($"{result.Megabytes:0.#}"),
            Ms(result.FloorMs), Percent(result.FloorShare), Ms(result.EventFloorMs), Percent(result.EventFloorShare),
        }),
    ];

    private static IEnumerable<string[]> Subjects(IReadOnlyList<SubjectResult> subjects) =>
    [
        ["network", "state", "T", "epsilon", "accuracy", "spiking layer", "fires", "certain", "unstable", "live"],
        .. subjects.SelectMany(subject => subject.Layers.Select((layer, i) => new[]
        {
            subject.Model, subject.State, Number(subject.Steps), Invariant($"{subject.Epsilon:0.0000}"), Percent(subject.Accuracy, 1),
            Number(i + 1), Percent(layer.Fired, 1), Percent(layer.Certain, 1), Percent(layer.Unstable, 1), Percent(layer.Live, 1),
        })),
    ];

    private static IEnumerable<string[]> Layer(LayerResult? layer) => layer is null ? [] :
    [
        [$"layer [{string.Join(", ", layer.Shape)}], forward and backward", "ms", "eager over it", "it over a copy"],
        LayerRow("eager ops", layer.EagerMs, layer),
        LayerRow("emitted layer through autograd", layer.FusedMs, layer),
        LayerRow("emitted kernels alone, buffers kept", layer.KernelsMs, layer),
        LayerRow("copy of the kernels' bytes", layer.CopyMs, layer),
    ];

    private static IEnumerable<string[]> Csnn(CsnnResult? result) => result is null ? [] :
    [
        [
            "training step", "batch", "T", "eager ms", "plain ms", "fused ms", "ratio", "fires (conv2, fc1, fc2)", "GFLOP", "useful", "floor ms", "event floor ms",
            "event floor / fused",
        ],
        [
            "csnn", Number(result.Batch), Number(result.Steps), Ms(result.EagerMs), Ms(result.PlainMs), Ms(result.FusedMs),
            Invariant($"{result.EagerMs / result.FusedMs:0.0}x"), string.Join(", ", result.Rates.Select(rate => Percent(rate))),
            Invariant($"{result.Gflop:0.#}"), Invariant($"{result.UsefulGflop:0.#}"), Ms(result.FloorMs), Ms(result.EventFloorMs),
            Percent(result.EventFloorMs / result.FusedMs),
        ],
    ];

    private static string[] LayerRow(string name, double ms, LayerResult layer) =>
        [name, Ms(ms), Invariant($"{layer.EagerMs / ms:0.0}x"), Invariant($"{ms / layer.CopyMs:0.00}x")];

    private static IEnumerable<string[]> Memory(IReadOnlyList<MemoryResult> results) =>
    [
        ["peak memory of", "model", "state", "batch", "T", "eager MB", "fused MB", "fused / eager"],
        .. results.Select(result => new[]
        {
            result.Case, result.Model, result.State, Number(result.Batch), Number(result.Steps), Invariant($"{result.EagerPeakMb:0}"),
            Invariant($"{result.FusedPeakMb:0}"), Percent(result.Share),
        }),
    ];

    private static IEnumerable<string[]> Accuracy(AccuracyResult result) =>
    [
        [$"{result.Model}, {result.Epochs} epochs of {result.TrainingSamples} samples", "accuracy eager", "accuracy fused", "seconds eager", "seconds fused"],
        .. result.Seeds.Select((seed, i) => new[] { Invariant($"seed {seed}"), Percent(result.Eager[i], 2), Percent(result.Fused[i], 2), "", "" }),
        [
            "mean (standard deviation)", Spread(result.Eager), Spread(result.Fused), Invariant($"{result.EagerSeconds:0.0}"),
            Invariant($"{result.FusedSeconds:0.0}"),
        ],
    ];

    private static string Spread(double[] values)
    {
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1));
        return $"{Percent(mean, 2)} ({Percent(deviation, 2)})";
    }

    private static IEnumerable<string[]> Endurance(IReadOnlyList<EnduranceResult> results) =>
    [
        [
            "training", "model", "batch", "T", "steps", "seconds", "least MB", "most MB", "most - least", "drift MB", "finalised / step",
            "most pending", "tensors", "allocated B / step",
        ],
        .. results.Select(result => new[]
        {
            result.Training, result.Model, Number(result.Batch), Number(result.TimeSteps), Number(result.Steps),
            Invariant($"{result.Seconds:0}"), Invariant($"{result.LeastMb:0.0}"), Invariant($"{result.MostMb:0.0}"),
            Invariant($"{result.MostMb - result.LeastMb:0.0}"), Invariant($"{result.DriftMb:0.0}"), Invariant($"{result.FinalisedPerStep:0.00}"),
            Number(result.MostPending), Invariant($"{result.TensorDrift:+0;-0;0}"), Invariant($"{result.AllocatedPerStep:0}"),
        }),
    ];

    private static string Number(long value) => Invariant($"{value}");

    private static string Percent(double share, int decimals = 0) => (100 * share).ToString($"F{decimals}", null) + " %";

    private static string Ms(double ms) => ms >= 100 ? Invariant($"{ms:0}") : ms >= 10 ? Invariant($"{ms:0.0}") : Invariant($"{ms:0.000}");

    /// <summary>Texts to the left, numbers to the right.</summary>
    private static IEnumerable<string> Aligned(string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        bool[] isText = [.. widths.Select((_, column) => rows.Skip(1).All(row => row[column].Length == 0 || char.IsLetter(row[column][0])))];
        yield return Row(rows[0]);
        yield return "|" + string.Join("|", widths.Select((width, i) => isText[i] ? new string('-', width + 2) : new string('-', width + 1) + ":")) + "|";
        foreach (var row in rows.Skip(1))
            yield return Row(row);

        string Row(string[] cells) => "| " + string.Join(
            " | ", cells.Select((cell, i) => isText[i] ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))) + " |";
    }
}
