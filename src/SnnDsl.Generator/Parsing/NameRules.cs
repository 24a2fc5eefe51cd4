using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>Rules for the names of layers, which become members of the class and prefixes of parameters.</summary>
internal static class NameRules
{
    /// <summary>Checks all layers' names; some read the input as it is.</summary>
    public static void Check(
        INamedTypeSymbol symbol, Compilation compilation, DeclaredAttributes attributes, IReadOnlyList<string> names,
        IReadOnlyList<bool> readInput, ProblemReporter problems)
    {
        Dictionary<string, int> owners = new(8 * names.Count, StringComparer.Ordinal);
        HashSet<string> taken = [.. ClassRules.UserMembers(symbol).Select(member => member.Name), symbol.Name, .. EmittedMembers.Names, .. EmittedMembers.Enumerations];
        for (int i = 0; i < names.Count; i++)
        {
            var place = problems.At(new Place(DeclarationPart.Layer, i));
            string name = names[i];
            if (!IsIdentifier(name))
            {
                place.ReportAt("Name", ProblemIds.NameNotIdentifier, name);
                continue;
            }

            if (owners.TryGetValue(name, out int owner) && names[owner] == name)
            {
                place.ReportAt("Name", ProblemIds.NameDuplicate, name, Numbers.Plain(owner + 1), attributes.Layers[owner].Title);
                continue;
            }

            string[] own = [.. attributes.Layers[i].NamesOf(name, readInput[i]).SelectMany(EmittedMembers.OfLayer)];
            string? clash = EmittedMembers.Locals.Contains(name)
                ? name
                : own.FirstOrDefault(member =>
                    taken.Contains(member) || owners.ContainsKey(member) || ClassRules.IsInherited(compilation, member));
            if (clash is not null)
            {
                place.ReportAt("Name", ProblemIds.NameReserved, name, clash, symbol.Name);
            }

            foreach (string member in own.Where(member => !owners.ContainsKey(member)))
            {
                owners.Add(member, i);
            }
        }
    }

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
