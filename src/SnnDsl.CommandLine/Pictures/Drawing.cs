using System.Globalization;
using System.Net;
using System.Text;
using SkiaSharp;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>Lines, areas, words and pixels on a sheet, as SVG and as PNG. Lengths are pixels of a screen at its usual size.</summary>
/// <param name="width">How wide it is.</param>
/// <param name="margin">How much of the sheet is left free on all sides.</param>
internal sealed class Drawing(int width, int margin = 0)
{
    /// <summary>The size of words.</summary>
    public const int Size = 12;

    // Browsers, and programs that open SVG, take the first that there is.
    private static readonly string[] s_fonts = ["Helvetica Neue", "Segoe UI", "Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans"];

    private readonly List<(Action<StringBuilder, Func<Tone, string>> Write, Action<SKCanvas> Paint)> marks = [];

    /// <summary>How wide it is, without the margin.</summary>
    public int Width { get; } = width;

    /// <summary>How high it is, without the margin; whoever draws says so.</summary>
    public double Height { get; set; }

    /// <summary>About how wide words are.</summary>
    public static double Length(string words, int size = Size) => LengthOf(Letters(words).Sum(Share), size);

    /// <summary>Words, or as many of their letters as there is room for, and an ellipsis. Letters as people read them: none is cut in two.</summary>
    public static string Shorten(string words, double across, int size = Size)
    {
        if (Length(words, size) <= across)
        {
            return words;
        }

        const string ellipsis = "\u2026";
        double shares = Share(ellipsis);
        return string.Concat(Letters(words).TakeWhile(letter => LengthOf(shares += Share(letter), size) <= across)) + ellipsis;
    }

    /// <summary>A line through points.</summary>
    public void Line(IReadOnlyList<(double X, double Y)> points, Tone tone, double thickness = 1, bool dashed = false) => Add(
        (svg, colour) => svg.Append(Invariant($"<polyline points=\"{Points(points)}\" fill=\"none\" style=\"stroke:{colour(tone)}\" stroke-width=\"{thickness}\"{(dashed ? " stroke-dasharray=\"4 3\"" : "")}/>")),
        canvas =>
        {
            using var path = Path(points);
            using var dashes = dashed ? SKPathEffect.CreateDash([4, 3], 0) : null;
            using var paint = new SKPaint { Color = Palette.Colour(tone), Style = SKPaintStyle.Stroke, StrokeWidth = (float)thickness, PathEffect = dashes, IsAntialias = true };
            canvas.DrawPath(path, paint);
        });

    /// <summary>What lies within points.</summary>
    public void Area(IReadOnlyList<(double X, double Y)> points, Tone tone, double opacity = 1) => Add(
        (svg, colour) => svg.Append(Invariant($"<polygon points=\"{Points(points)}\" style=\"fill:{colour(tone)}\"{(opacity < 1 ? Invariant($" opacity=\"{opacity}\"") : "")}/>")),
        canvas =>
        {
            using var path = Path(points);
            path.Close();
            using var paint = new SKPaint { Color = Palette.Colour(tone).WithAlpha((byte)(255 * opacity)), IsAntialias = true };
            canvas.DrawPath(path, paint);
        });

    /// <summary>A rectangle.</summary>
    public void Fill(double x, double y, double across, double down, Tone tone) => Area([(x, y), (x + across, y), (x + across, y + down), (x, y + down)], tone);

    /// <summary>A rectangle's edge.</summary>
    public void Frame(double x, double y, double across, double down, Tone tone) => Line([(x, y), (x + across, y), (x + across, y + down), (x, y + down), (x, y)], tone);

    /// <summary>A point; hollow ones show the paper.</summary>
    public void Dot(double x, double y, Tone tone, bool hollow = false, double radius = 3.2) => Add(
        (svg, colour) => svg.Append(Invariant($"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius}\" style=\"fill:{colour(hollow ? Tone.Paper : tone)};stroke:{colour(tone)}\"/>")),
        canvas =>
        {
            using var inside = new SKPaint { Color = Palette.Colour(hollow ? Tone.Paper : tone), IsAntialias = true };
            using var edge = new SKPaint { Color = Palette.Colour(tone), Style = SKPaintStyle.Stroke, StrokeWidth = 1, IsAntialias = true };
            canvas.DrawCircle((float)x, (float)y, (float)radius, inside);
            canvas.DrawCircle((float)x, (float)y, (float)radius, edge);
        });

    /// <summary>One line of words.</summary>
    /// <param name="words">The words.</param>
    /// <param name="x">Where they begin, are in the middle, or end.</param>
    /// <param name="y">What they stand on.</param>
    /// <param name="tone">Their colour.</param>
    /// <param name="side">-1: x is their beginning; 0: their middle; 1: their end.</param>
    /// <param name="size">How large.</param>
    public void Write(string words, double x, double y, Tone tone = Tone.Ink, int side = -1, int size = Size) => Add(
        (svg, colour) => svg.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"{size}\" text-anchor=\"{(side < 0 ? "start" : side == 0 ? "middle" : "end")}\" style=\"fill:{colour(tone)}\">{WebUtility.HtmlEncode(words)}</text>")),
        canvas =>
        {
            using var font = new SKFont(Face, size) { Edging = SKFontEdging.Antialias, Subpixel = true };
            using var paint = new SKPaint { Color = Palette.Colour(tone), IsAntialias = true };
            canvas.DrawText(words, (float)x, (float)y, side < 0 ? SKTextAlign.Left : side == 0 ? SKTextAlign.Center : SKTextAlign.Right, font, paint);
        });

    /// <summary>Words in as many lines as they need.</summary>
    /// <returns>What the next line would stand on.</returns>
    public double Paragraph(string words, double x, double y, double across, Tone tone = Tone.Ink, int size = Size)
    {
        string line = "";
        // A word that is longer than a line would run into what stands beside it.
        foreach (string word in words.Split(' ').Select(word => Shorten(word, across, size)))
        {
            if (line.Length > 0 && Length($"{line} {word}", size) > across)
            {
                Write(line, x, y, tone, size: size);
                (line, y) = (word, y + size + 4);
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        Write(line, x, y, tone, size: size);
        return y + size + 4;
    }

    /// <summary>Numbers as pixels, the first row on top.</summary>
    public void Pixels(SKColor[,] pixels, double x, double y, double across, double down) => Add(
        (svg, _) => svg.Append(Invariant($"<image x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{across:0.#}\" height=\"{down:0.#}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{Convert.ToBase64String(Png(pixels))}\"/>")),
        canvas =>
        {
            using var bitmap = Bitmap(pixels);
            using var image = SKImage.FromBitmap(bitmap);
            canvas.DrawImage(image, SKRect.Create((float)x, (float)y, (float)across, (float)down), new SKSamplingOptions(SKFilterMode.Nearest));
        });

    /// <summary>What marks mean, side by side and in as many rows as they need.</summary>
    /// <param name="entries">How each looks, and what it means.</param>
    /// <param name="x">Where they begin.</param>
    /// <param name="y">The upper edge.</param>
    /// <returns>The lower edge.</returns>
    public double Legend(IReadOnlyList<(Action<Drawing, double, double> Look, string Words)> entries, double x, double y)
    {
        const int row = 18, swatch = 26;
        double at = x;
        foreach (var (look, words) in entries)
        {
            double length = swatch + Length(words) + 14;
            if (at > x && at + length > Width)
            {
                (at, y) = (x, y + row);
            }

            look(this, at, y + (row / 2));
            double next = Paragraph(words, at + swatch, y + 13, Width - at - swatch) - Size - 4;
            y = Math.Max(y, next - 13);
            at += length;
        }

        return y + row;
    }

    /// <summary>A line's look in a legend.</summary>
    public static Action<Drawing, double, double> LineLook(Tone tone, double thickness = 1, bool dashed = false, bool? hollow = null) => (drawing, x, y) =>
    {
        drawing.Line([(x, y), (x + 20, y)], tone, thickness, dashed);
        if (hollow is { } isHollow)
        {
            drawing.Dot(x + 10, y, tone, isHollow);
        }
    };

    /// <summary>An area's look in a legend.</summary>
    public static Action<Drawing, double, double> AreaLook(Tone tone, double opacity = 1) => (drawing, x, y) =>
        drawing.Area([(x + 4, y - 6), (x + 16, y - 6), (x + 16, y + 6), (x + 4, y + 6)], tone, opacity);

    /// <summary>A pixel's look in a legend.</summary>
    public static Action<Drawing, double, double> PixelLook(SKColor colour) => (drawing, x, y) =>
    {
        drawing.Pixels(new[,] { { colour } }, x + 4, y - 6, 12, 12);
        drawing.Frame(x + 4, y - 6, 12, 12, Tone.Line);
    };

    /// <summary>The drawing as an element of a page, in the page's colours.</summary>
    /// <param name="words">What it shows, for those who do not see it.</param>
    /// <param name="look">Its class in the page's style sheet.</param>
    public string InPage(string words, string look) => Svg($"class=\"{look}\"", words, tone => $"var({Palette.Variable(tone)})", "");

    /// <summary>The drawing as a file of its own.</summary>
    /// <param name="words">What it shows.</param>
    public string ToSvg(string words) => Svg(
        "xmlns=\"http://www.w3.org/2000/svg\"", words, Palette.Light,
        $"<rect x=\"{-margin}\" y=\"{-margin}\" width=\"{Across}\" height=\"{Down}\" fill=\"{Palette.Light(Tone.Paper)}\"/>");

    /// <summary>The drawing as a picture.</summary>
    /// <param name="scale">How many pixels one is wide: 2 is sharp on screens and in print.</param>
    public byte[] ToPng(float scale)
    {
        using var surface = SKSurface.Create(new SKImageInfo((int)(scale * Across), (int)(scale * Down), SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw new InvalidOperationException($"There is no memory for a picture of {scale * Across} x {scale * Down} pixels.");
        surface.Canvas.Clear(Palette.Colour(Tone.Paper));
        surface.Canvas.Scale(scale);
        surface.Canvas.Translate(margin, margin);
        marks.ForEach(mark => mark.Paint(surface.Canvas));
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static double LengthOf(double shares, int size) => 0.6 * size * shares;

    private static IEnumerable<string> Letters(string words)
    {
        for (var letters = StringInfo.GetTextElementEnumerator(words); letters.MoveNext();)
        {
            yield return letters.GetTextElement();
        }
    }

    // Chinese, Japanese and Korean letters and emoji are as wide as they are high.
    private static double Share(string letter) => (Rune.TryGetRuneAt(letter, 0, out var rune) ? rune.Value : 0) is
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F)
        or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F000 and <= 0x3FFFF) ? 1.8 : 1;

    private int Across => Width + (2 * margin);

    private int Down => (int)Math.Ceiling(Height) + (2 * margin);

    private static SKTypeface Face { get; } =
        SKTypeface.FromFamilyName(s_fonts.FirstOrDefault(SKFontManager.Default.FontFamilies.Contains) ?? SKFontManager.Default.FontFamilies.FirstOrDefault());

    private string Svg(string attributes, string words, Func<Tone, string> colour, string ground)
    {
        var svg = new StringBuilder(Invariant(
            $"<svg {attributes} role=\"img\" aria-label=\"{WebUtility.HtmlEncode(words)}\" viewBox=\"{-margin} {-margin} {Across} {Down}\" width=\"{Across}\" height=\"{Down}\" font-family=\"{string.Join(", ", s_fonts)}, sans-serif\">"));
        svg.Append(ground);
        marks.ForEach(mark => mark.Write(svg, colour));
        return svg.Append("</svg>").ToString();
    }

    private void Add(Action<StringBuilder, Func<Tone, string>> write, Action<SKCanvas> paint) => marks.Add((write, paint));

    private static string Points(IEnumerable<(double X, double Y)> points) => string.Join(' ', points.Select(point => Invariant($"{point.X:0.#},{point.Y:0.#}")));

    private static SKPath Path(IReadOnlyList<(double X, double Y)> points)
    {
        var path = new SKPath();
        path.AddPoly([.. points.Select(point => new SKPoint((float)point.X, (float)point.Y))], close: false);
        return path;
    }

    private static byte[] Png(SKColor[,] pixels)
    {
        using var bitmap = Bitmap(pixels);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static SKBitmap Bitmap(SKColor[,] pixels)
    {
        var (height, width) = (pixels.GetLength(0), pixels.GetLength(1));
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, pixels[y, x]);
            }
        }

        return bitmap;
    }
}
