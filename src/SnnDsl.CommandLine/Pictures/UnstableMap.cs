using System.Globalization;
using ScottPlot;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>Which layers and steps hold the open spikes of unknown samples: their mean number a sample.</summary>
/// <param name="Layers">The layers' names, in order.</param>
/// <param name="Means">By layer and step.</param>
/// <param name="Neurons">How many neurons each layer has.</param>
/// <param name="Samples">How many unknown samples there are.</param>
internal sealed record UnstableMap(IReadOnlyList<string> Layers, IReadOnlyList<double[]> Means, IReadOnlyList<int> Neurons, int Samples)
{
    /// <summary>The map of records; null if none of them is unknown.</summary>
    public static UnstableMap? Of(IEnumerable<CertificateRecord> records)
    {
        var unknown = records.Select(record => record.Unstable).OfType<UnstableSpikes[]>().ToList();
        if (unknown.Count == 0)
        {
            return null;
        }

        return new(
            [.. unknown[0].Select(layer => layer.Layer)],
            [.. unknown[0].Select((layer, i) => layer.Steps.Select((_, t) => unknown.Average(sample => (double)sample[i].Steps[t])).ToArray())],
            [.. unknown[0].Select(layer => layer.Neurons)],
            unknown.Count);
    }

    /// <summary>The share of a layer's neurons that is open at a step, in the mean.</summary>
    public double Share(int layer, int step) => Means[layer][step] / Neurons[layer];

    /// <summary>Draws it: the first layer on top, darker where a greater share of its neurons is open.</summary>
    public void Draw(string title, string path)
    {
        var plot = Picture.Begin(title);
        int steps = Means[0].Length;
        // Layers differ by orders of magnitude in size: 10 open neurons of 10 are all, of 256 they are few.
        var shades = new double[Layers.Count, steps];
        for (int layer = 0; layer < Layers.Count; layer++)
        {
            for (int t = 0; t < steps; t++)
            {
                shades[layer, t] = Share(layer, t);
            }
        }

        double darkest = shades.Cast<double>().Max();
        Picture.Fill(plot, shades, new(0.5, steps + 0.5, 0.5, Layers.Count + 0.5), new Whitened(), new(0, Math.Max(darkest, 1e-9)));
        for (int layer = 0; layer < Layers.Count; layer++)
        {
            for (int t = 0; t < steps && steps <= 20; t++)
            {
                double percent = 100 * Share(layer, t);
                var text = plot.Add.Text(percent.ToString(percent < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture), t + 1, Layers.Count - layer);
                text.LabelAlignment = Alignment.MiddleCenter;
                (text.LabelFontSize, text.LabelFontName) = (13, plot.Axes.Title.Label.FontName);
                text.LabelFontColor = shades[layer, t] > 0.6 * darkest ? Colors.White : Picture.Ink;
            }
        }

        plot.Axes.Left.SetTicks([.. Enumerable.Range(1, Layers.Count).Select(i => (double)i)], [.. Layers.Select((name, layer) => string.Create(CultureInfo.InvariantCulture, $"{name} ({Neurons[layer]:N0})")).Reverse()]);
        plot.Axes.Bottom.SetTicks([.. Ticks(steps)], [.. Ticks(steps).Select(t => t.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimits(0.5, steps + 0.5, 0.5, Layers.Count + 0.5);
        plot.HideGrid();
        Picture.Label(plot, "time step", "spiking layer (its neurons)");
        plot.Axes.Left.MajorTickStyle.Length = 0;
        Picture.Save(plot, path, Math.Clamp(160 + 60 * steps, 520, 1200), 170 + 60 * Layers.Count);
    }

    private static IEnumerable<double> Ticks(int steps) => Enumerable.Range(1, steps).Where(t => steps <= 20 || t % 5 == 0).Select(t => (double)t);

    // From white to the first of the pictures' colours.
    private sealed class Whitened : IColormap
    {
        public string Name => "white to blue";

        public Color GetColor(double position) => Colors.White.InterpolateRgb(Picture.Colours[0], Math.Clamp(position, 0, 1));
    }
}
