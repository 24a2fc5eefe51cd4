using Microsoft.CodeAnalysis;

namespace SnnDsl.Generator.Parsing;

/// <summary>The names of the types that users write declarations with.</summary>
internal static class OwnNames
{
    /// <summary>Their namespace.</summary>
    public const string Namespace = "SnnDsl";

    /// <summary>The generator's, which stands in the paths of what it emits.</summary>
    public const string Generator = $"{Namespace}.Generator.SpikingNetworkGenerator";

    /// <summary>Whether a name that is not found there may be one of ours, misspelt: it stands alone, or behind our namespace.</summary>
    public static bool MayHold(INamespaceSymbol? space) => space is null or { IsGlobalNamespace: true } or { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>The full name of a type that stands in our namespace; null for others.</summary>
    public static string? Of(INamedTypeSymbol? type)
    {
        bool own = type is
            { ContainingType: null, ContainingNamespace: { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true } };
        return own ? $"{Namespace}.{type!.MetadataName}" : null;
    }
}
