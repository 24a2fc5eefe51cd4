namespace SnnDsl.Certification;

/// <summary>The precision modes' names in commands and reports, the default first.</summary>
public static class PrecisionNames
{
    private static readonly (string Name, Precision Precision)[] Names =
    [
        ("rounding-safe", Precision.RoundingSafe),
        ("float32", Precision.Float32),
        ("float64", Precision.Float64),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All => [.. Names.Select(entry => entry.Name)];

    /// <summary>A mode's name.</summary>
    /// <param name="precision">The mode.</param>
    public static string Of(Precision precision) => Names.First(entry => entry.Precision == precision).Name;

    /// <summary>The mode of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is no such mode.</exception>
    public static Precision Parse(string name) =>
        Names.Where(entry => entry.Name == name).Select(entry => (Precision?)entry.Precision).FirstOrDefault()
        ?? throw new ArgumentException($"There is no precision '{name}'; choose one of {string.Join(", ", All)}.", nameof(name));
}
