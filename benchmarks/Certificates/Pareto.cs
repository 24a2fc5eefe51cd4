using ScottPlot;

namespace SnnDsl.Benchmarks.Certificates;

/// <summary>Certified share against time: what one gets for what one pays.</summary>
internal static class Pareto
{
    /// <summary>Draws the methods of one network.</summary>
    /// <param name="all">Measurements of one network.</param>
    /// <param name="path">Where the picture goes; its extension says what it is.</param>
    public static void Draw(IReadOnlyList<Measurement> all, string path)
    {
        using var plot = new Plot();
        plot.Title($"{all[0].Network}: {all[0].Samples} test samples");
        plot.XLabel("milliseconds a sample (logarithmic)");
        plot.YLabel("certified, % of samples");
        var methods = all.Where(one => one.Certified > 0).OrderBy(one => one.Milliseconds).ToArray();
        double best = 0;
        var labels = new List<(double X, double Share, string Text, Color Colour)>();
        foreach (var one in methods)
        {
            var (x, share) = (Math.Log10(one.Milliseconds), 100.0 * one.Certified / one.Samples);
            bool leads = share > best;
            best = Math.Max(best, share);
            var colour = leads ? Colors.SteelBlue : Colors.LightSlateGray;
            plot.Add.Marker(x, share, leads ? MarkerShape.FilledCircle : MarkerShape.OpenCircle, 10, colour);
            // Neighbours of the same share have one label, behind the last of them.
            bool joins = labels is [.., var last] && last.Share == share && x - last.X < 0.5;
            string text = joins ? $"{labels[^1].Text}; {one.Way}" : one.Way;
            var labelled = joins ? labels[^1].Colour : colour;
            labels.RemoveRange(labels.Count - (joins ? 1 : 0), joins ? 1 : 0);
            labels.Add((x, share, text, joins ? labelled : colour));
        }

        foreach (var (x, share, text, colour) in labels)
        {
            var label = plot.Add.Text(text, x, share);
            (label.LabelFontColor, label.OffsetX, label.OffsetY) = (colour, 9, -9);
        }

        if (all.FirstOrDefault(one => one.Way == "pgd") is { } attack)
        {
            double standing = 100.0 * (attack.Samples - attack.Falsified) / attack.Samples;
            plot.Add.HorizontalLine(standing, 1.5f, Colors.IndianRed, LinePattern.Dashed);
            var note = plot.Add.Text("not broken by PGD", methods.Length > 0 ? Math.Log10(methods[0].Milliseconds) : 0, standing);
            (note.LabelFontColor, note.OffsetY) = (Colors.IndianRed, 4);
        }

        var ticks = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = exponent => Math.Pow(10, exponent).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture),
        };
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Margins(0.1, 0.3, 0.12, 0.12);
        plot.Save(path, 900, 560);
    }
}
