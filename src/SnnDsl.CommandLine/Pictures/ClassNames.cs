using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>What classes are called: by their number, and by a name where the data has one.</summary>
/// <param name="names">The names in the classes' order; null for numbers alone.</param>
internal sealed class ClassNames(IReadOnlyList<string>? names)
{
    /// <summary>Numbers alone.</summary>
    public static ClassNames None { get; } = new(null);

    /// <summary>A class in a sentence: "class 4" or "class 4 (Coat)".</summary>
    /// <param name="label">The class.</param>
    /// <param name="mark">How its name is written; null: as it is.</param>
    public string Of(long label, Func<string, string>? mark = null) => NameOf(label) is { } name ? Invariant($"class {label} ({mark?.Invoke(name) ?? name})") : Invariant($"class {label}");

    /// <summary>A class in a table: "4" or "4 Coat".</summary>
    /// <param name="label">The class.</param>
    /// <param name="mark">How its name is written; null: as it is.</param>
    public string Short(long label, Func<string, string>? mark = null) => NameOf(label) is { } name ? Invariant($"{label} {mark?.Invoke(name) ?? name}") : Invariant($"{label}");

    private string? NameOf(long label) => label >= 0 && label < names?.Count ? names[(int)label] : null;
}
