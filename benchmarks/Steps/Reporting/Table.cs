using static System.FormattableString;

namespace SnnDsl.Benchmarks.Reporting;

/// <summary>A report as a table that reads well in a terminal and is Markdown at the same time.</summary>
internal static class Table
{
    private static readonly string[] Header =
        ["case", "model", "batch", "T", "eager ms", "fused ms", "ratio", "p99 ms", "GFLOP", "MB", "floor ms", "floor share"];

    /// <summary>The machine, the steps, and the single layer where it was measured.</summary>
    public static IEnumerable<string> Lines(Report report)
    {
        var m = report.Machine;
        yield return Invariant($"{m.Cpu}, {m.Cores} cores, {m.Threads} threads of torch, vectors of {m.VectorBits} bits; {m.System}; ") +
            Invariant($"{m.Runtime}, libtorch {m.LibTorch}; {m.Date}.");
        yield return Invariant($"Peaks in this process: {m.PeakGflops} GFLOP/s (float32 product), {m.CopyGigabytesPerSecond} GB/s (copy)") +
            (m.Load is { } load ? Invariant($"; load average at the start {load}.") : ".");
        if (report.Results.Count > 0)
        {
            yield return "";
            foreach (string line in Aligned([Header, .. report.Results.Select(Cells)]))
                yield return line;
        }

        if (report.Layer is { } layer)
        {
            yield return "";
            foreach (string line in Aligned(LayerCells(layer)))
                yield return line;
        }
    }

    private static string[] Cells(Result result) =>
    [
        result.Case, result.Model, Invariant($"{result.Batch}"), Invariant($"{result.Steps}"),
        Ms(result.EagerMs), Ms(result.FusedMs), Invariant($"{result.Ratio:0.0}x"),
        result.EagerP99Ms is { } eager && result.FusedP99Ms is { } fused ? $"{Ms(eager)} / {Ms(fused)}" : "",
        Invariant($"{result.Gflop:0.###}"), Invariant($"{result.Megabytes:0.#}"), Ms(result.FloorMs),
        Invariant($"{100 * result.FloorShare:0} %"),
    ];

    private static string[][] LayerCells(LayerResult layer) =>
    [
        [$"layer [{string.Join(", ", layer.Shape)}], forward and backward", "ms", "eager over it", "it over a copy"],
        LayerRow("eager ops", layer.EagerMs, layer),
        LayerRow("emitted layer through autograd", layer.FusedMs, layer),
        LayerRow("emitted kernels alone, buffers kept", layer.KernelsMs, layer),
        LayerRow("copy of the kernels' bytes", layer.CopyMs, layer),
    ];

    private static string[] LayerRow(string name, double ms, LayerResult layer) =>
        [name, Ms(ms), Invariant($"{layer.EagerMs / ms:0.0}x"), Invariant($"{ms / layer.CopyMs:0.00}x")];

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
