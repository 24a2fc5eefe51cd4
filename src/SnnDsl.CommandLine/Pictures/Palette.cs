using SkiaSharp;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>The colours of all tones, on light paper and on dark.</summary>
internal static class Palette
{
    private static readonly (string Light, string Dark)[] s_colours =
    [
        ("#ffffff", "#15181c"), ("#222222", "#e6e6e6"), ("#6b6b6b", "#a0a4a8"), ("#dddddd", "#3a3f45"), ("#f5f6f7", "#1f242a"),
        ("#0072b2", "#4aa3df"), ("#56b4e9", "#8fd0f5"), ("#d55e00", "#f28e4b"), ("#b5b5b5", "#6d7278"), ("#222222", "#222222"), ("#ffffff", "#ffffff"),
        ("#0072b2", "#4aa3df"), ("#d55e00", "#f28e4b"), ("#009e73", "#2fc39b"), ("#cc79a7", "#dd99bf"), ("#e69f00", "#f0b840"), ("#56b4e9", "#8fd0f5"),
    ];

    /// <summary>One of six, by its place among curves.</summary>
    public static Tone Series(int place) => Tone.First + (place % 6);

    /// <summary>The name of a tone's variable in style sheets.</summary>
    public static string Variable(Tone tone) => $"--{tone.ToString().ToLowerInvariant()}";

    /// <summary>A tone on light paper: #rrggbb.</summary>
    public static string Light(Tone tone) => s_colours[(int)tone].Light;

    /// <summary>A tone on light paper.</summary>
    public static SKColor Colour(Tone tone) => SKColor.Parse(Light(tone));

    /// <summary>A colour between two, from the first at 0 to the second at 1.</summary>
    public static SKColor Mix(SKColor from, SKColor to, double share)
    {
        byte Channel(byte low, byte high) => (byte)Math.Round(low + ((high - low) * Math.Clamp(share, 0, 1)));
        return new(Channel(from.Red, to.Red), Channel(from.Green, to.Green), Channel(from.Blue, to.Blue));
    }

    /// <summary>The variables of a style sheet.</summary>
    /// <param name="dark">Those for dark paper.</param>
    public static string Variables(bool dark) =>
        string.Join(' ', Enum.GetValues<Tone>().Select(tone => $"{Variable(tone)}: {(dark ? s_colours[(int)tone].Dark : Light(tone))};"));
}
