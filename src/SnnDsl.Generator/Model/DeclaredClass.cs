namespace SnnDsl.Generator.Model;

/// <summary>Where a class's other half belongs.</summary>
/// <remarks>Equality: every value below.</remarks>
/// <param name="Namespace">The namespace as C# writes it, or "" for the global one.</param>
/// <param name="Name">The class's name as C# writes it, with an @ where it needs one.</param>
/// <param name="ContainingTypes">The types around a nested class, outermost first.</param>
/// <param name="FullMetadataName">Namespace.Outer+Class.</param>
/// <param name="FileName">
/// What the emitted files' names start with: the full metadata name, and a number where types differ in nothing but case, since Roslyn
/// compares files without it.
/// </param>
internal sealed record DeclaredClass(
    string Namespace, string Name, EquatableArray<ContainingType> ContainingTypes, string FullMetadataName, string FileName)
{
    /// <summary>The class's name without an @.</summary>
    public string PlainName => Name.TrimStart('@');
}
