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
        foreach (var one in methods)
        {
            double share = 100.0 * one.Certified / one.Samples;
            bool leads = share > best;
            best = Math.Max(best, share);
            var colour = leads ? Colors.SteelBlue : Colors.LightSlateGray;
            var point = plot.Add.Marker(Math.Log10(one.Milliseconds), share, leads ? MarkerShape.FilledCircle : MarkerShape.OpenCircle, 10, colour);
            var label = plot.Add.Text(one.Way, point.X, point.Y);
            label.LabelFontColor = colour;
            label.OffsetX = 9;
            label.OffsetY = -9;
        }

        if (all.FirstOrDefault(one => one.Way == "pgd") is { } attack)
        {
            var line = plot.Add.HorizontalLine(100.0 * (attack.Samples - attack.Falsified) / attack.Samples, 1.5f, Colors.IndianRed, LinePattern.Dashed);
            line.LabelText = "not broken by PGD";
            line.LabelOppositeAxis = true;
            line.LabelRotation = 0;
        }

        var ticks = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = exponent => Math.Pow(10, exponent).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture),
        };
        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Margins(0.15, 0.12);
        plot.Save(path, 900, 560);
    }
}
