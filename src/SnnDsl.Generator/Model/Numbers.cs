using System.Globalization;

namespace SnnDsl.Generator.Model;

/// <summary>Numbers as text that is the same under every culture.</summary>
internal static class Numbers
{
    /// <summary>"-12544".</summary>
    public static string Plain(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>"535,818", for reading.</summary>
    public static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"0.25": the shortest text that gives this float32 again.</summary>
    public static string Plain(float value) => SnnDsl.Model.Coefficients.Text(value);

    /// <summary>"0.25" for a number as it was written in an attribute.</summary>
    public static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A float32 literal of C# (and of CUDA C): "0.25f".</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite: no literal stands for it.</exception>
    public static string Literal(float value) => float.IsNaN(value) || float.IsInfinity(value)
        ? throw new ArgumentOutOfRangeException(nameof(value), "Only finite numbers have a literal.")
        : Plain(value) + "f";
}
