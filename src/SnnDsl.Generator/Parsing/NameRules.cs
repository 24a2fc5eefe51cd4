using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>Rules for the names of layers, which become members of the class and prefixes of parameters.</summary>
internal static class NameRules
{
    /// <summary>Checks all layers' names.</summary>
    public static void Check(
        INamedTypeSymbol symbol, Compilation compilation, DeclaredAttributes attributes, IReadOnlyList<string> names,
        ProblemReporter problems)
    {
        HashSet<string> taken = new(ClassRules.UserMembers(symbol).Select(member => member.Name))
        {
            symbol.Name,
        };
        var ancestors = BaseTypes(compilation).ToList();
        for (int i = 0; i < names.Count; i++)
        {
            var place = problems.At(new Place(DeclarationPart.Layer, i));
            string name = names[i];
            int earlier = names.Take(i).ToList().IndexOf(name);
            if (!IsIdentifier(name))
            {
                place.ReportAt("Name", ProblemIds.NameNotIdentifier, name);
            }
            else if (EmittedMembers.Names.Contains(name) || taken.Contains(name) || ancestors.Any(type => HasVisible(type, name)))
            {
                place.ReportAt("Name", ProblemIds.NameReserved, name, symbol.Name);
            }
            else if (earlier >= 0)
            {
                place.ReportAt("Name", ProblemIds.NameDuplicate, name, Numbers.Plain(earlier + 1), attributes.Layers[earlier].Title);
            }
        }
    }

    // The class does not have its base class yet, so that is looked up where it comes from.
    private static IEnumerable<INamedTypeSymbol> BaseTypes(Compilation compilation)
    {
        for (var type = compilation.GetTypeByMetadataName(EmittedMembers.BaseClass); type is not null; type = type.BaseType)
        {
            yield return type;
        }
    }

    private static bool HasVisible(INamedTypeSymbol type, string name) => type.GetMembers(name).Any(member => member.DeclaredAccessibility
        is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal);

    /// <summary>Whether a name can be written in C# as it is: letters, digits and underscores, and no keyword.</summary>
    /// <remarks>Stricter than the language: characters that C# ignores in identifiers would make two names one.</remarks>
    public static bool IsIdentifier(string name) =>
        name.Length > 0
        && (char.IsLetter(name[0]) || name[0] == '_')
        && name.All(letter => char.IsLetterOrDigit(letter) || letter == '_')
        && SyntaxFacts.IsValidIdentifier(name)
        && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None
        && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None;
}
