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

    private static readonly Color Ink = new("#333333");

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
        plot.Title(title, size: 16);
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Color(Ink);
        plot.Axes.Right.IsVisible = false;
        plot.Axes.Top.IsVisible = false;
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
