using System.Globalization;
using SkiaSharp;
using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>A sample; and the counterexample that was found for it, with what differs.</summary>
internal static class SamplePicture
{
    /// <summary>The stored counterexample of a record, between its sample and the difference.</summary>
    /// <param name="records">The record file.</param>
    /// <param name="record">The record.</param>
    /// <param name="counterexample">Its counterexample.</param>
    /// <param name="names">What the classes are called.</param>
    /// <exception cref="DataFileException">The file is not there, or not the one of the record.</exception>
    public static Figure Of(string records, SampleRecord record, RecordedCounterexample counterexample, ClassNames names)
    {
        string stored = RecordFolders.Counterexample(records, record.Index);
        if (!File.Exists(stored) || SafeTensors.FileHash(stored) != counterexample.File?.Sha256)
        {
            throw new DataFileException($"'{stored}' is not there or was changed since its record was written, so it cannot be drawn.");
        }

        using var file = SafeTensors.Read(stored);
        bool isRecording = record.Setting.Encoding == "spikes";
        var (sample, found) = (InputView.Of(file.Tensors["sample"], isRecording), InputView.Of(file.Tensors["input"], isRecording));
        var (least, most) = Range(sample, found);
        string change = (isRecording, record.Setting.Perturbation.Norm) switch
        {
            (true, "retiming") => $"{counterexample.Distance:0} spikes moved",
            (true, _) => $"{counterexample.Distance:0} flip{(counterexample.Distance == 1 ? "" : "s")}",
            _ => string.Create(CultureInfo.InvariantCulture, $"at most {counterexample.Distance:0.####}"),
        };
        (string Title, string Words, SKColor[,] Pixels)[] panels =
        [
            ("sample", names.Of(record.Prediction), sample.Picture(most, least)),
            ("counterexample", Outcome(record, counterexample, names), found.Picture(most, least)),
            ("difference", change, sample.Difference(found)),
        ];
        return new(
            $"{record.Setting.Model}: sample {record.Index} of {record.Setting.Dataset.Name} ({record.Setting.Dataset.Split}), {names.Of(record.Label)}, and its counterexample",
            Reading(least, most, ("Sample", sample), ("Counterexample", found)), Figure.Small, (drawing, top) => Draw(drawing, top, sample, panels));
    }

    /// <summary>A sample alone.</summary>
    /// <param name="title">Whose it is.</param>
    /// <param name="sample">The sample.</param>
    public static Figure Of(string title, InputView sample)
    {
        var (least, most) = Range(sample);
        return new(
            title, Reading(least, most, ("Values", sample)), Figure.Small,
            (drawing, top) => Draw(drawing, top, sample, [("sample", "", sample.Picture(most, least))]));
    }

    /// <summary>What the network makes of the counterexample: another class, or a tie, which is no certificate either.</summary>
    public static string Outcome(SampleRecord record, RecordedCounterexample counterexample, ClassNames names)
    {
        double least = counterexample.Margins.Min();
        if (least != 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{names.Of(counterexample.Prediction)}, least margin {least:0.###}");
        }

        var rivals = counterexample.Margins.Select((margin, i) => (margin, Class: MarginBars.Rival(record.Label, i))).Where(rival => rival.margin == 0).Select(rival => rival.Class);
        return $"a tie: {names.Of(record.Label)} and {string.Join(", ", rivals.Select(rival => names.Short(rival)))}";
    }

    // From black to white: pixels begin at 0, other numbers where they begin.
    private static (double Least, double Most) Range(params InputView[] views)
    {
        double least = Math.Min(views.Min(view => view.Least), 0);
        return (least, Math.Max(views.Max(view => view.Most), least + 1e-12));
    }

    private static string Reading(double least, double most, params (string Name, InputView View)[] views)
    {
        var sample = views[0].View;
        if (sample.IsRecording)
        {
            return sample.Reading;
        }

        string scale = least < 0 || most > 1 ? string.Create(CultureInfo.InvariantCulture, $"Black is {least:0.####}, white {most:0.####}. ") : "";
        return scale + string.Concat(views.Where(view => view.View.Reading.Length > 0).Select(view => $"{view.Name}: {view.View.Reading}. ")).TrimEnd();
    }

    // Images side by side, for they are small; recordings one below the other, for they are long.
    private static void Draw(Drawing drawing, double top, InputView sample, IReadOnlyList<(string Title, string Words, SKColor[,] Pixels)> panels)
    {
        const int gap = 6;
        double across = sample.IsRecording ? drawing.Width : (drawing.Width - (2 * gap)) / 3.0, lowest = top;
        for (int i = 0; i < panels.Count; i++)
        {
            var (title, words, pixels) = panels[i];
            var (rows, columns) = (pixels.GetLength(0), pixels.GetLength(1));
            // A list of features is a strip, a raster fills the width, all others keep their shape.
            double x = sample.IsRecording ? 0 : i * (across + gap), y = sample.IsRecording ? lowest : top;
            double down = sample.IsRecording && !sample.HasPlace ? Math.Clamp(3 * rows, 60, 160) : Math.Max(across * rows / columns, 12);
            y = drawing.Paragraph(sample.IsRecording && words.Length > 0 ? $"{title}: {words}" : title, x, y + 14, across, size: 11) - 9;
            drawing.Pixels(pixels, x, y, across, down);
            drawing.Frame(x, y, across, down, Tone.Line);
            double foot = y + down + 4;
            lowest = Math.Max(lowest, sample.IsRecording || words.Length == 0 ? foot : drawing.Paragraph(words, x, foot + 12, across, Tone.Faint, size: 11) - 9);
        }

        IReadOnlyList<(Action<Drawing, double, double>, string)> legend = [.. sample.Legend(), .. panels.Count > 1 ? sample.DifferenceLegend() : []];
        drawing.Height = legend.Count == 0 ? lowest + 4 : drawing.Legend(legend, 0, lowest + 6);
    }
}
