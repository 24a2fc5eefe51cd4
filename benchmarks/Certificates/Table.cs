using System.Globalization;
using System.Text;

namespace SnnDsl.Benchmarks.Certificates;

/// <summary>Figures as text.</summary>
internal static class Table
{
    /// <summary>A measurement in one line.</summary>
    public static string Line(Measurement one) => string.Create(
        CultureInfo.InvariantCulture,
        $"{one.Network}, {one.Way}: certified {Percent(one.Certified, one)}, falsified {Percent(one.Falsified, one)}, unknown {Percent(one.Unknown, one)}, {one.Milliseconds:0.#} ms a sample");

    /// <summary>All measurements as a Markdown table.</summary>
    public static string Of(IReadOnlyList<Measurement> all)
    {
        var text = new StringBuilder();
        text.AppendLine("| network | method | certified | falsified (misled) | unknown | mean margin | ms a sample | peak MB | decided by | open spikes of the unknown, median |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var one in all)
        {
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {one.Network} | {one.Way} | {Percent(one.Certified, one)} | {Percent(one.Falsified, one)} ({Percent(one.Misled, one)}) | {Percent(one.Unknown, one)} | {one.MeanMargin:0.000} | {one.Milliseconds:0.#} | {one.PeakMegabytes:0} | {Counts(one.DecidedBy)} | {Counts(one.OpenSpikes)} |"));
        }

        return text.ToString();
    }

    private static string Percent(int part, Measurement one) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / one.Samples:0.0} %");

    private static string Counts(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.Select(pair => $"{pair.Key} {pair.Value}"));
}
