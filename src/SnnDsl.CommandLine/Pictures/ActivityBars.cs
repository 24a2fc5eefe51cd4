using System.Globalization;
using SnnDsl.Evaluation;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>Firing rates and synaptic operations of layers, of one network or of two: shares, since layers differ in size.</summary>
internal static class ActivityBars
{
    /// <summary>The bars.</summary>
    /// <param name="title">Of which network.</param>
    /// <param name="runs">What was measured, each with what it is called; of the same layers.</param>
    public static Figure Of(string title, IReadOnlyList<(string Name, Activity Activity)> runs) => new(
        title,
        "A synaptic operation is one weight that one value other than zero meets; in % of those if every value counted.",
        Figure.Broad,
        (drawing, top) => Draw(drawing, top, runs));

    private static void Draw(Drawing drawing, double top, IReadOnlyList<(string Name, Activity Activity)> runs)
    {
        bool isBroad = drawing.Width > Figure.Slim;
        double across = isBroad ? (drawing.Width - 24) / 2.0 : drawing.Width;
        int[] samples = [.. runs.Select(run => run.Activity.Samples).Distinct()];
        string n = string.Join(" and ", samples.Select(count => Invariant($"{count:N0}")));
        double rates = Panel(drawing, 0, top, across, runs, $"spikes, % of neurons and steps, n = {n} samples", layer => layer.FiringRate, layer => "");
        double operations = Panel(
            drawing, isBroad ? across + 24 : 0, isBroad ? top : rates + 6, across, runs, "synaptic operations a sample, % of dense",
            layer => layer.DenseOperations == 0 ? 0 : layer.Operations / layer.DenseOperations, layer => layer.Operations.ToString("N0", CultureInfo.InvariantCulture));
        drawing.Height = runs.Count == 1
            ? Math.Max(rates, operations)
            : drawing.Legend([.. runs.Select((run, i) => (Drawing.AreaLook(Palette.Series(i)), run.Name))], 0, Math.Max(rates, operations));
    }

    private static double Panel(
        Drawing drawing, double left, double top, double across, IReadOnlyList<(string Name, Activity Activity)> runs, string name,
        Func<LayerActivity, double> share, Func<LayerActivity, string> words)
    {
        const int bar = 13;
        var layers = runs[0].Activity.Layers;
        double most = Math.Max(runs.Max(run => run.Activity.Layers.Max(share)), 1e-9) * 100;
        double label = Math.Min(layers.Max(layer => Drawing.Length(layer.Name)) + 10, across / 3), row = (bar * runs.Count) + 10, foot = top + 26 + (row * layers.Count);
        var axes = new Axes(drawing, (left + label, top + 26, left + across - 64, foot), (0, most), (0, 1));
        drawing.Write(name, left, top + 14);
        double end = axes.Lower("%", Axes.Ticks(0, most, 3));
        for (int i = 0; i < layers.Count; i++)
        {
            double y = top + 26 + (row * i) + 5;
            drawing.Write(layers[i].Name, left, y + (row / 2) - 1, Tone.Faint);
            for (int run = 0; run < runs.Count; run++)
            {
                var layer = runs[run].Activity.Layers[i];
                double right = axes.X(100 * share(layer));
                drawing.Fill(axes.X(0), y + (run * bar), Math.Max(right - axes.X(0), 1), bar - 2, Palette.Series(run));
                string count = words(layer);
                drawing.Write(count.Length > 0 ? count : Invariant($"{100 * share(layer):0.#} %"), right + 4, y + (run * bar) + 9, Tone.Faint, size: 11);
            }
        }

        return end - 8;
    }
}
