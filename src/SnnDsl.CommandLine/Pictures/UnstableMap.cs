using System.Globalization;
using SkiaSharp;
using SnnDsl.Evaluation.Records;

using static System.FormattableString;

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

    /// <summary>The first layer on top, darker where a greater share of its neurons is open: layers differ by orders of magnitude in size, and 10 open neurons of 10 are all, of 256 few.</summary>
    /// <param name="title">Of which network.</param>
    public Figure ToFigure(string title) => new(
        title,
        "The share of a layer's neurons whose spike a change within the limits can make or stop, as far as is known: the darker, the more.",
        Figure.Broad,
        Draw);

    private void Draw(Drawing drawing, double top)
    {
        int steps = Means[0].Length;
        const int row = 30;
        double left = Math.Min(Layers.Max(name => Drawing.Length(name)) + 12, drawing.Width / 3.0), right = drawing.Width - 6, cell = Math.Min((right - left) / steps, 60);
        double darkest = Math.Max(Layers.SelectMany((_, layer) => Enumerable.Range(0, steps).Select(t => Share(layer, t))).Max(), 1e-9);
        drawing.Write(Invariant($"spiking layer (its neurons): % open, mean of n = {Samples:N0} unknown samples"), 0, top + 14);
        for (int layer = 0; layer < Layers.Count; layer++)
        {
            double y = top + 24 + (layer * row);
            drawing.Write(Layers[layer], 0, y + 13);
            drawing.Write(Invariant($"({Neurons[layer]:N0})"), 0, y + 26, Tone.Faint, size: 11);
            var shades = new SKColor[1, steps];
            for (int t = 0; t < steps; t++)
            {
                shades[0, t] = Palette.Mix(SKColors.White, Palette.Colour(Tone.First), Share(layer, t) / darkest);
            }

            drawing.Pixels(shades, left, y, cell * steps, row);
            for (int t = 0; t < steps && cell >= 26; t++)
            {
                double percent = 100 * Share(layer, t);
                // On shades that are the same on light paper and on dark.
                bool isDark = Share(layer, t) > 0.6 * darkest;
                drawing.Write(percent.ToString(percent < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture), left + ((t + 0.5) * cell), y + 19, isDark ? Tone.OnDark : Tone.OnLight, side: 0);
            }
        }

        double foot = top + 24 + (Layers.Count * row);
        drawing.Frame(left, top + 24, cell * steps, Layers.Count * row, Tone.Line);
        drawing.Height = new Axes(drawing, (left, top + 24, left + (cell * steps), foot), (0.5, steps + 0.5), (0, 1)).Lower("time step", Axes.Steps(steps)) - 8;
    }
}
