using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>Lower bounds of the margins of one sample over its rivals, as bars from 0.</summary>
internal static class MarginBars
{
    private const int MostRivals = 20;
    private const int MostLetters = 18;

    /// <summary>The bars of a sample that something was bounded for.</summary>
    public static Figure Of(SampleRecord record, IReadOnlyList<float> bounds, ClassNames names)
    {
        var rivals = bounds.Select((bound, i) => (Class: Rival(record.Label, i), Bound: (double)bound)).ToList();
        bool isCut = rivals.Count > MostRivals;
        var shown = isCut ? [.. rivals.OrderBy(rival => rival.Bound).Take(MostRivals).OrderBy(rival => rival.Class)] : rivals;
        string word = record.Setting.Precision == PrecisionNames.Of(Precision.RoundingSafe) ? "proved" : "bounded";
        return new(
            $"{record.Setting.Model}: sample {record.Index} of {record.Setting.Dataset.Name}, bounds of all rivals",
            $"The least by which the logit of {names.Of(record.Label)} is above that of each other class, as far as it is {word}. Above 0 that class cannot win; at 0 the two may be tied, which is not proved right."
                + (isCut ? Invariant($" The {MostRivals} least of {rivals.Count:N0}.") : ""),
            Figure.Small,
            (drawing, top) => Draw(drawing, top, record, shown, word, names));
    }

    /// <summary>The class that is i-th among the rivals of a label.</summary>
    public static long Rival(long label, int i) => i < label ? i : i + 1;

    private static void Draw(Drawing drawing, double top, SampleRecord record, IReadOnlyList<(long Class, double Bound)> rivals, string word, ClassNames names)
    {
        const int line = 17, numbers = 60;
        // A name of any length leaves room for the bars.
        double mostAcross = Drawing.Length(new string('n', MostLetters));
        string[] rows = [.. rivals.Select(rival => Drawing.Shorten($"class {names.Short(rival.Class)}", mostAcross))];
        double left = Math.Max(58, rows.Max(row => Drawing.Length(row)) + 4);
        double least = Math.Min(rivals.Min(rival => rival.Bound), 0), most = Math.Max(rivals.Max(rival => rival.Bound), 0);
        double foot = top + 24 + (line * rivals.Count);
        var axes = new Axes(drawing, (left, top + 24, drawing.Width - numbers, foot), most > least ? (least, most) : (-1, 1), (0, 1));
        drawing.Write("rival", 0, top + 14);
        double end = axes.Lower(Invariant($"lower bound of logit {record.Label} less the rival's"), Axes.Ticks(most > least ? least : -1, most > least ? most : 1, 3));
        for (int i = 0; i < rivals.Count; i++)
        {
            double bound = rivals[i].Bound, y = top + 24 + (line * i), from = Math.Min(axes.X(0), axes.X(bound)), to = Math.Max(axes.X(0), axes.X(bound));
            drawing.Write(rows[i], 0, y + 13, Tone.Faint);
            drawing.Write(Axes.Number(Math.Round(bound, 4)), drawing.Width, y + 13, Tone.Faint, side: 1);
            drawing.Fill(from, y + 3, Math.Max(to - from, 1), line - 6, record.Setting.Proves(bound) ? Tone.Certified : Tone.Falsified);
        }

        drawing.Line([(axes.X(0), top + 20), (axes.X(0), foot)], Tone.Ink);
        drawing.Height = drawing.Legend([(Drawing.AreaLook(Tone.Certified), word), (Drawing.AreaLook(Tone.Falsified), "open")], 0, end - 8);
    }
}
