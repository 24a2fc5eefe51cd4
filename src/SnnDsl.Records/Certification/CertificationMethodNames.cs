namespace SnnDsl.Certification;

/// <summary>The methods' names in commands and reports.</summary>
public static class CertificationMethodNames
{
    private static readonly (string Name, CertificationMethod Method)[] Names =
    [
        ("s-ibp", CertificationMethod.SIbp),
        ("s-crown-paper", CertificationMethod.SCrownPaper),
        ("s-crown", CertificationMethod.SCrown),
        ("alpha", CertificationMethod.Alpha),
        ("bab", CertificationMethod.Bab),
        ("auto", CertificationMethod.Auto),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All => [.. Names.Select(entry => entry.Name)];

    /// <summary>A method's name.</summary>
    /// <param name="method">The method.</param>
    public static string Of(CertificationMethod method) => Names.First(entry => entry.Method == method).Name;

    /// <summary>A name of where intermediate bounds come from.</summary>
    /// <param name="bounds">Where.</param>
    public static string Of(IntermediateBounds bounds) => bounds == IntermediateBounds.SIbp ? "s-ibp" : "s-crown";

    /// <summary>The method of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static CertificationMethod Parse(string name) =>
        Names.Where(entry => entry.Name == name).Select(entry => (CertificationMethod?)entry.Method).FirstOrDefault()
        ?? throw new ArgumentException($"There is no method '{name}'; choose one of {string.Join(", ", All)}.", nameof(name));
}
