using SnnDsl.CommandLine.Pictures;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine;

/// <summary>A picture of results, as PNG and as SVG; <see cref="Figures"/> makes them.</summary>
public sealed class Figure
{
    /// <summary>As wide as a page's text.</summary>
    internal const int Broad = 640;

    /// <summary>As wide as a telephone shows, in the same pixels, so that words stay as large as they are.</summary>
    internal const int Slim = 328;

    /// <summary>As wide as a telephone shows within a box.</summary>
    internal const int Small = 292;

    private readonly int width;
    private readonly Action<Drawing, double> draw;

    /// <summary>A figure.</summary>
    /// <param name="title">What it shows, of what.</param>
    /// <param name="caption">How it is read.</param>
    /// <param name="width">How wide it is, where there is room.</param>
    /// <param name="draw">Draws it below a line, and sets the sheet's height.</param>
    internal Figure(string title, string caption, int width, Action<Drawing, double> draw) =>
        (Title, Caption, this.width, this.draw) = (title, caption, width, draw);

    /// <summary>What it shows, of what: it stands above the picture.</summary>
    public string Title { get; }

    /// <summary>How it is read; not a part of the picture.</summary>
    public string Caption { get; }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="path">The file, PNG or SVG by its name.</param>
    /// <exception cref="ArgumentException">The name ends in neither .png nor .svg.</exception>
    public void Save(string path)
    {
        if (IsSvg(path))
        {
            AtomicFile.WriteText(path, ToSvg());
        }
        else if (IsPng(path))
        {
            AtomicFile.Write(path, stream => stream.Write(ToPng()));
        }
        else
        {
            throw new ArgumentException($"'{path}' is neither a .png nor an .svg: give a name that ends in one of them.");
        }
    }

    /// <summary>The whole of an SVG file, on white paper; it needs nothing else.</summary>
    public string ToSvg() => Sheet().ToSvg(Title);

    /// <summary>The bytes of a PNG file, on white paper.</summary>
    /// <param name="scale">How many pixels wide a pixel of the SVG is; 2 is sharp on screens and in print.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not from 0.1 to 10.</exception>
    public byte[] ToPng(double scale = 2) => scale is >= 0.1 and <= 10
        ? Sheet().ToPng((float)scale)
        : throw new ArgumentOutOfRangeException(nameof(scale), scale, "It must lie in [0.1, 10].");

    /// <summary>Whether a name is one of an SVG file.</summary>
    internal static bool IsSvg(string path) => path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a name is one of a PNG file.</summary>
    internal static bool IsPng(string path) => path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Without its title and in the page's colours: once for wide screens and once for narrow ones, of which the style sheet shows one.</summary>
    internal string InPage() => width <= Slim ? InPage(width, "chart") : InPage(width, "chart broad") + InPage(Slim, "chart slim");

    private string InPage(int across, string look)
    {
        var drawing = new Drawing(across);
        draw(drawing, 0);
        return drawing.InPage(Title, look);
    }

    private Drawing Sheet()
    {
        var sheet = new Drawing(width, margin: 16);
        draw(sheet, sheet.Paragraph(Title, 0, 14, width, size: 14) - 6);
        return sheet;
    }
}
