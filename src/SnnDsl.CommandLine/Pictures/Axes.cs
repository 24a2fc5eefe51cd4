using System.Globalization;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>Two axes with names, units and round ticks. The name of the upright one stands above it, where narrow screens have room for it.</summary>
internal sealed class Axes
{
    private readonly Drawing drawing;
    private readonly (double Left, double Top, double Right, double Bottom) place;
    private readonly (double From, double To) across;
    private readonly (double From, double To) up;

    /// <summary>Axes within a rectangle, without their ticks.</summary>
    /// <param name="drawing">What they are drawn on.</param>
    /// <param name="place">The rectangle that values lie in.</param>
    /// <param name="across">The numbers at its left and right edge.</param>
    /// <param name="up">The numbers at its lower and upper edge.</param>
    public Axes(Drawing drawing, (double Left, double Top, double Right, double Bottom) place, (double From, double To) across, (double From, double To) up)
    {
        (this.drawing, this.place) = (drawing, place);
        (this.across, this.up) = (Apart(across), Apart(up));
    }

    /// <summary>Where a number lies along the lower axis.</summary>
    public double X(double value) => place.Left + ((place.Right - place.Left) * (value - across.From) / (across.To - across.From));

    /// <summary>Where a number lies along the upright axis.</summary>
    public double Y(double value) => place.Bottom - ((place.Bottom - place.Top) * (value - up.From) / (up.To - up.From));

    /// <summary>Draws the upright axis: a faint line for each tick.</summary>
    /// <param name="name">What is counted, in which unit, of how many.</param>
    /// <param name="left">Where the name begins.</param>
    /// <param name="ticks">Where; null for round numbers.</param>
    public Axes Upright(string name, double left = 0, IEnumerable<double>? ticks = null)
    {
        foreach (double tick in ticks ?? Ticks(up.From, up.To, 4))
        {
            drawing.Line([(place.Left, Y(tick)), (place.Right, Y(tick))], Tone.Line);
            drawing.Write(Number(tick), place.Left - 6, Y(tick) + 4, Tone.Faint, side: 1);
        }

        drawing.Write(name, left, place.Top - 10);
        return this;
    }

    /// <summary>Draws the lower axis.</summary>
    /// <param name="name">What is counted, and in which unit.</param>
    /// <param name="ticks">Where; null for round numbers, some five of them.</param>
    /// <returns>What the name's next line would stand on.</returns>
    public double Lower(string name, IEnumerable<double>? ticks = null)
    {
        drawing.Line([(place.Left, place.Bottom), (place.Right, place.Bottom)], Tone.Faint);
        foreach (double tick in ticks ?? Ticks(across.From, across.To, 5))
        {
            drawing.Line([(X(tick), place.Bottom), (X(tick), place.Bottom + 4)], Tone.Faint);
            drawing.Write(Number(tick), X(tick), place.Bottom + 17, Tone.Faint, side: 0);
        }

        return drawing.Paragraph(name, place.Left, place.Bottom + 34, place.Right - place.Left);
    }

    /// <summary>Round numbers between two, some of them.</summary>
    public static IEnumerable<double> Ticks(double from, double to, int some)
    {
        double raw = (to - from) / some, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = new[] { 1, 2, 5, 10 }.Select(factor => factor * power).First(size => size >= raw * (1 - 1e-9));
        for (double i = Math.Ceiling((from / step) - 1e-9); i * step <= to + (step * 1e-9); i++)
        {
            yield return i * step;
        }
    }

    /// <summary>Steps from 1 on, or of many every second, fifth, tenth...: whole numbers.</summary>
    public static IEnumerable<double> Steps(int last, int some = 10) =>
        last <= some ? Enumerable.Range(1, last).Select(step => (double)step) : Ticks(1, last, some).Where(tick => tick >= 1 && tick == Math.Floor(tick));

    /// <summary>A tick's number, without what rounding left.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        < 1e-12 => "0",
        >= 1e-4 and < 1e7 => value.ToString("0.#####", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##e0", CultureInfo.InvariantCulture),
    };

    private static (double From, double To) Apart((double From, double To) ends) =>
        Math.Abs(ends.To - ends.From) > 1e-12 * Math.Max(1, Math.Abs(ends.From)) ? ends : (ends.From - 0.5, ends.From + 0.5);
}
