using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>A declaration for which no network is emitted: an outline of its class, where there can be one, and what is wrong.</summary>
/// <remarks>Equality: every value below.</remarks>
/// <param name="FullMetadataName">Namespace.Outer+Class.</param>
/// <param name="Outlined">Where the outline belongs; null where the class cannot have another half, or has a base class of its own.</param>
/// <param name="Problems">What was found; empty where the compiler says all that there is to say.</param>
internal sealed record Refusal(string FullMetadataName, DeclaredClass? Outlined, EquatableArray<Problem> Problems);
