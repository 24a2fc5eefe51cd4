using ScottPlot;
using SnnDsl.CommandLine.Options;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>What all pictures have in common: a file, PNG or SVG by its name, and a plain look.</summary>
internal static class Picture
{
    /// <summary>Strong enough for lines on white, and told apart by colour-blind readers.</summary>
    public static readonly Color[] Colours =
        [new("#0072B2"), new("#D55E00"), new("#009E73"), new("#CC79A7"), new("#E69F00"), new("#56B4E9")];

    /// <summary>Of axes and words.</summary>
    public static readonly Color Ink = new("#333333");

    private static readonly string[] Fonts = ["Helvetica Neue", "Segoe UI", "Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans"];

    /// <summary>An option that takes a picture's file.</summary>
    public static System.CommandLine.Option<string> Option(string name, string description) =>
        new(name) { HelpName = "FILE", Description = $"{description} (.png or .svg)." };

    /// <summary>Refuses a path that cannot become a picture.</summary>
    public static void Check(string? path, string option)
    {
        OutputFile.Check(path, option);
        if (path is not null && !IsSvg(path) && !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{option} '{path}' is neither a .png nor an .svg: give a name that ends in one of them.");
        }
    }

    /// <summary>An empty plot with light axes.</summary>
    public static Plot Begin(string title)
    {
        var plot = new Plot();
        if (Fonts.FirstOrDefault(SkiaSharp.SKFontManager.Default.FontFamilies.Contains) is { } font)
        {
            plot.Font.Set(font);
        }

        plot.Title(title, size: 16);
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Color(Ink);
        // Their lines go, their room stays: labels at the end of the other axes reach into it.
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.MinimumSize = 25;
        plot.Grid.MajorLineColor = new("#E8E8E8");
        return plot;
    }

    /// <summary>Names the axes.</summary>
    public static void Label(Plot plot, string x, string y)
    {
        plot.XLabel(x, size: 14);
        plot.YLabel(y, size: 14);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        plot.Axes.Bottom.MinorTickStyle.Length = plot.Axes.Left.MinorTickStyle.Length = 0;
    }

    /// <summary>Fills a rectangle with cells, the first row on top.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="values">By row and column.</param>
    /// <param name="place">The rectangle.</param>
    /// <param name="colours">The shades.</param>
    /// <param name="range">The values of the first and the last shade.</param>
    public static void Fill(Plot plot, double[,] values, CoordinateRect place, IColormap colours, ScottPlot.Range range)
    {
        var (rows, columns) = (values.GetLength(0), values.GetLength(1));
        // A heat map's place is that of the centres of its outer cells, which a single row does not have: every cell is drawn as four.
        var quarters = new double[2 * rows, 2 * columns];
        for (int y = 0; y < 2 * rows; y++)
        {
            for (int x = 0; x < 2 * columns; x++)
            {
                quarters[y, x] = values[y / 2, x / 2];
            }
        }

        double right = place.Width / (4 * columns), up = place.Height / (4 * rows);
        var map = plot.Add.Heatmap(quarters);
        (map.Colormap, map.ManualRange) = (colours, range);
        map.Position = new CoordinateRect(place.Left + right, place.Right - right, place.Bottom + up, place.Top - up);
    }

    /// <summary>Writes a plot, whole or not at all.</summary>
    public static void Save(Plot plot, string path, int width, int height)
    {
        if (IsSvg(path))
        {
            AtomicFile.WriteText(path, plot.GetSvgXml(width, height));
            return;
        }

        // Twice as many pixels, so that it is sharp on screens and in print.
        plot.ScaleFactor = 2;
        AtomicFile.Write(path, stream => stream.Write(plot.GetImageBytes(2 * width, 2 * height, ImageFormat.Png)));
    }

    private static bool IsSvg(string path) => path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase);
}
