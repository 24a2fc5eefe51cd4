using SkiaSharp;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Html;

/// <summary>Inputs and spikes as small pictures inside the page, a pixel a number.</summary>
internal static class Pixels
{
    /// <summary>Grey, black at 0 and white at the greatest value.</summary>
    /// <param name="values">By row and column.</param>
    /// <param name="most">The greatest value.</param>
    /// <param name="words">What it shows, for those who do not see it.</param>
    public static string Grey(double[,] values, double most, string words) => Picture(values, words, value =>
    {
        byte shade = (byte)Math.Round(255 * Math.Clamp(value / Math.Max(most, 1e-12), 0, 1));
        return new(shade, shade, shade);
    });

    /// <summary>White at 0, orange above, blue below.</summary>
    /// <param name="values">By row and column.</param>
    /// <param name="words">What it shows.</param>
    public static string Signed(double[,] values, string words)
    {
        double most = Math.Max(values.Cast<double>().Max(Math.Abs), 1e-12);
        return Picture(values, words, value =>
        {
            var full = Pictures.Picture.Colours[value < 0 ? 0 : 1];
            double share = Math.Abs(value) / most;
            byte Mix(byte channel) => (byte)Math.Round(255 + ((channel - 255) * share));
            return new(Mix(full.R), Mix(full.G), Mix(full.B));
        });
    }

    /// <summary>Spikes of a layer: a row a step, a column a neuron, or the mean of several where there are many.</summary>
    /// <param name="spikes">By step and neuron.</param>
    /// <param name="words">What it shows.</param>
    public static string Raster(double[,] spikes, string words)
    {
        const int mostColumns = 400, row = 8;
        var (steps, neurons) = (spikes.GetLength(0), spikes.GetLength(1));
        int together = (neurons + mostColumns - 1) / mostColumns, columns = (neurons + together - 1) / together;
        var values = new double[steps, columns];
        for (int t = 0; t < steps; t++)
        {
            for (int i = 0; i < neurons; i++)
            {
                values[t, i / together] += spikes[t, i] / Math.Min(together, neurons - (i / together * together));
            }
        }

        return Picture(values, words, value => new((byte)(255 * value), (byte)(255 * value), (byte)(255 * value)), Invariant($"class=\"pixels raster\" style=\"height:{row * steps}px\""));
    }

    private static string Picture(double[,] values, string words, Func<double, SKColor> colour, string? look = null)
    {
        var (height, width) = (values.GetLength(0), values.GetLength(1));
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, colour(values[y, x]));
            }
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        // Some 112 pixels of the screen, whole ones for each of the picture's.
        int scale = Math.Max(1, 112 / Math.Max(height, width));
        string size = look ?? Invariant($"class=\"pixels\" width=\"{scale * width}\" height=\"{scale * height}\"");
        return $"<img {size} alt=\"{Page.Text(words)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png.AsSpan())}\">";
    }
}
