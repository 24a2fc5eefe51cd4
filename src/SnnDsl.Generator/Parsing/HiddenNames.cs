using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Emission;

namespace SnnDsl.Generator.Parsing;

/// <summary>Names that mean something of the user's own where an emitted file stands, so that it must do without them.</summary>
internal static class HiddenNames
{
    private static readonly string[] s_keywords = ["var", "nint"];
    private static readonly HashSet<string> s_aliases = [.. RuntimeNames.Aliases];

    // Asked for every network at every keystroke: a namespace, which lives as long as its compilation, is looked through once.
    private static readonly ConditionalWeakTable<INamespaceSymbol, StrongBox<bool>> s_namespaces = new();

    /// <summary>Emitted locals are declared by var, and addressed by nint, unless a type of the user's own stands for one of them there.</summary>
    /// <param name="symbol">The network.</param>
    /// <param name="compilation">The compilation; kernels stand in a namespace of the runtime's.</param>
    public static bool HideKeywords(INamedTypeSymbol symbol, Compilation compilation)
    {
        var place = ClassRules.UserDeclarations(symbol).First();
        var model = compilation.GetSemanticModel(place.SyntaxTree);
        var own = compilation.GlobalNamespace.GetMembers(nameof(SnnDsl)).OfType<INamespaceSymbol>().FirstOrDefault();
        return s_keywords.Any(name => !symbol.GetTypeMembers(name).IsEmpty
            || !model.LookupNamespacesAndTypes(place.Span.Start, name: name).IsEmpty
            || own?.GetTypeMembers(name).IsEmpty == false);
    }

    /// <summary>Emitted files have aliases for the types that they name: members come before them, and a namespace has no other type of that name.</summary>
    /// <param name="symbol">The network.</param>
    /// <param name="layers">The names of its layers, of which members are made.</param>
    public static bool HideAliases(INamedTypeSymbol symbol, IEnumerable<string> layers) =>
        s_namespaces.GetValue(symbol.ContainingNamespace, static space => new(s_aliases.Any(name => space.GetMembers(name).Any()))).Value
        || NetworkParser.Containers(symbol).Prepend(symbol).SelectMany(WithBases).Any(type =>
            type.MemberNames.Any(s_aliases.Contains) || type.GetTypeMembers().Any(nested => s_aliases.Contains(nested.Name)))
        || layers.Any(layer => s_aliases.Any(name => name.StartsWith(layer, StringComparison.Ordinal)) && EmittedMembers.OfLayer(layer).Any(s_aliases.Contains));

    private static IEnumerable<INamedTypeSymbol> WithBases(INamedTypeSymbol symbol)
    {
        for (var type = symbol; type is { SpecialType: not SpecialType.System_Object }; type = type.BaseType)
        {
            yield return type;
        }
    }
}
