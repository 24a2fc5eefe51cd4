using System.Globalization;

namespace SnnDsl.Generator.Model;

/// <summary>Numbers as text that is the same under every culture.</summary>
internal static class Numbers
{
    private static readonly string[] s_formats = ["G7", "G8", "G9"];

    /// <summary>"-12544".</summary>
    public static string Plain(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>"535,818", for reading.</summary>
    public static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"0.25": the shortest text that gives this float32 again.</summary>
    public static string Plain(float value)
    {
        // "R" of a .NET Framework host is not the same text as that of .NET; the first of 7, 8, 9 digits that suffices is.
        string[] texts = [.. s_formats.Select(format => value.ToString(format, CultureInfo.InvariantCulture))];
        return texts.FirstOrDefault(text =>
            float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float back) && back.Equals(value)) ?? texts[2];
    }

    /// <summary>"0.25" for a number as it was written in an attribute.</summary>
    public static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A float32 literal of C# (and of CUDA C): "0.25f".</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite: no literal stands for it.</exception>
    public static string Literal(float value) => float.IsNaN(value) || float.IsInfinity(value)
        ? throw new ArgumentOutOfRangeException(nameof(value), "Only finite numbers have a literal.")
        : Plain(value) + "f";
}
