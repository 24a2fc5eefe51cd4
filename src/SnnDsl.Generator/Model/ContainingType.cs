namespace SnnDsl.Generator.Model;

/// <summary>A type around a nested network, which the emitted half has to open again.</summary>
/// <remarks>Equality: keyword and name.</remarks>
/// <param name="Keyword">"class", "struct", "interface", "record" or "record struct".</param>
/// <param name="Name">The type's name as C# writes it, with an @ where it needs one.</param>
internal sealed record ContainingType(string Keyword, string Name);
