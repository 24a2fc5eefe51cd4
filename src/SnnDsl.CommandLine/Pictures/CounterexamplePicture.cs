using System.Globalization;
using ScottPlot;
using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;
using static TorchSharp.torch;
using Color = ScottPlot.Color;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>A sample, the counterexample that was found for it, and what differs, side by side.</summary>
internal static class CounterexamplePicture
{
    private const double Gap = 0.12;

    /// <summary>Draws the stored counterexample of a record.</summary>
    /// <param name="records">The record file.</param>
    /// <param name="record">The record.</param>
    /// <param name="counterexample">Its counterexample.</param>
    /// <param name="path">The picture's file.</param>
    public static void Draw(string records, SampleRecord record, RecordedCounterexample counterexample, string path)
    {
        var (sample, found, isPicture) = Read(records, record, counterexample);
        bool events = record.Setting.Encoding == "spikes";
        double most = Math.Max(sample.Cast<double>().Max(), found.Cast<double>().Max());
        var (height, width) = (sample.GetLength(0), sample.GetLength(1));
        var difference = Difference(found, sample);
        double change = Math.Max(difference.Cast<double>().Max(Math.Abs), 1e-9);
        var setting = record.Setting;
        var plot = Picture.Begin("");
        // A picture keeps its shape; a vector, or its spikes over time, fills a square.
        double across = isPicture ? (double)width / height : 1, step = across + Gap;
        Panel(plot, sample, 0, across, new Shades(Colors.Black, Colors.White), new(0, most), "the sample", $"class {record.Prediction}");
        Panel(
            plot, found, step, across, new Shades(Colors.Black, Colors.White), new(0, most), "the counterexample",
            Outcome(record, counterexample));
        Panel(
            plot, difference, 2 * step, across, new Signed(), new(-change, change), "the difference",
            events
                ? string.Create(CultureInfo.InvariantCulture, $"{counterexample.Distance:0} {(setting.Perturbation.Norm == "retiming" ? "moved" : "flips")}; orange added, blue removed")
                : string.Create(CultureInfo.InvariantCulture, $"at most {counterexample.Distance:0.####}; orange brighter, blue darker"));
        Write(
            plot, $"{setting.Model}: sample {record.Index} of {setting.Dataset.Name} ({setting.Dataset.Split}), class {record.Label}",
            step + across / 2, 1.2, Alignment.UpperCenter, 16);
        plot.HideGrid();
        plot.Axes.Right.MinimumSize = 0;
        plot.Layout.Frameless();
        plot.Axes.SetLimits(-0.04, 2 * step + across + 0.04, -0.16, 1.24);
        Picture.Save(plot, path, 1000, (int)(1000 * 1.4 / (2 * step + across + 0.08)));
    }

    /// <summary>The sample and its counterexample as planes, as <see cref="Flat"/> makes them, and whether they are pictures.</summary>
    /// <exception cref="DataFileException">The file is not there, or not the one of the record.</exception>
    internal static (double[,] Sample, double[,] Found, bool IsPicture) Read(string records, SampleRecord record, RecordedCounterexample counterexample)
    {
        string stored = RecordFolders.Counterexample(records, record.Index);
        if (!File.Exists(stored) || SafeTensors.FileHash(stored) != counterexample.File?.Sha256)
        {
            throw new DataFileException($"'{stored}' is not there or was changed since its record was written, so it cannot be drawn.");
        }

        using var scope = NewDisposeScope();
        using var file = SafeTensors.Read(stored);
        var input = file.Tensors["input"];
        return (Flat(file.Tensors["sample"]), Flat(input), input.dim() == (record.Setting.Encoding == "spikes" ? 5 : 4));
    }

    /// <summary>What one plane has more than another.</summary>
    internal static double[,] Difference(double[,] plane, double[,] less)
    {
        var difference = new double[plane.GetLength(0), plane.GetLength(1)];
        for (int y = 0; y < plane.GetLength(0); y++)
        {
            for (int x = 0; x < plane.GetLength(1); x++)
            {
                difference[y, x] = plane[y, x] - less[y, x];
            }
        }

        return difference;
    }

    /// <summary>What the network makes of the counterexample: another class, or a tie, which is no certificate either.</summary>
    internal static string Outcome(SampleRecord record, RecordedCounterexample counterexample)
    {
        double least = counterexample.Margins.Min();
        if (least != 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"class {counterexample.Prediction}, least margin {least:0.###}");
        }

        var rivals = counterexample.Margins.Select((margin, i) => (margin, Class: i < record.Label ? i : i + 1)).Where(rival => rival.margin == 0).Select(rival => rival.Class);
        return $"a tie: class {record.Label} and {string.Join(", ", rivals)}";
    }

    private static void Panel(
        Plot plot, double[,] values, double left, double across, IColormap colours, ScottPlot.Range range, string title, string text)
    {
        double right = left + across;
        Picture.Fill(plot, values, new(left, right, 0, 1), colours, range);
        var frame = plot.Add.Rectangle(left, right, 0, 1);
        (frame.FillColor, frame.LineColor, frame.LineWidth) = (Colors.Transparent, new("#CCCCCC"), 1);
        Write(plot, title, (left + right) / 2, 1.02, Alignment.LowerCenter, 15);
        Write(plot, text, (left + right) / 2, -0.03, Alignment.UpperCenter, 13);
    }

    private static void Write(Plot plot, string words, double x, double y, Alignment alignment, float size)
    {
        var text = plot.Add.Text(words, x, y);
        (text.LabelAlignment, text.LabelFontSize, text.LabelFontColor) = (alignment, size, Picture.Ink);
        text.LabelFontName = plot.Axes.Title.Label.FontName;
    }

    /// <summary>[height, width]: time and channels (polarities) are added up. Of vectors [steps, features], one step where the input has no time.</summary>
    internal static double[,] Flat(Tensor input)
    {
        using var scope = NewDisposeScope();
        var numbers = input.to(ScalarType.Float64);
        var plane = numbers.dim() switch
        {
            2 => numbers,
            3 => numbers.squeeze(1),
            _ => numbers.flatten(0, -3).sum(0L),
        };
        double[] values = plane.contiguous().data<double>().ToArray();
        var (height, width) = ((int)plane.shape[0], (int)plane.shape[1]);
        var result = new double[height, width];
        Buffer.BlockCopy(values, 0, result, 0, values.Length * sizeof(double));
        return result;
    }

    private sealed class Shades(Color dark, Color light) : IColormap
    {
        public string Name => "shades";

        public Color GetColor(double position) => dark.InterpolateRgb(light, Math.Clamp(position, 0, 1));
    }

    // Blue below the middle, white there, orange above.
    private sealed class Signed : IColormap
    {
        public string Name => "signed";

        public Color GetColor(double position) => Colors.White.InterpolateRgb(
            position < 0.5 ? Picture.Colours[0] : Picture.Colours[1], Math.Clamp(Math.Abs(2 * position - 1), 0, 1));
    }
}
