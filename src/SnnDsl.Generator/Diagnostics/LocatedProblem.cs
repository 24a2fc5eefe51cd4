using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Diagnostics;

/// <summary>Finds where in the source a problem of a declaration lies.</summary>
internal static class LocatedProblem
{
    /// <summary>The problem as the compiler shows it.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="symbol">The class.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="compilation">What it stands in.</param>
    public static Diagnostic ToDiagnostic(Problem problem, INamedTypeSymbol symbol, DeclaredAttributes attributes, Compilation compilation)
    {
        var place = problem.Place.Code is { } code
            ? Location.Create(compilation.SyntaxTrees.ElementAt(code.Tree), new(code.Start, code.Length))
            : Locate(symbol, attributes, problem);
        return Diagnostic.Create(Descriptors.Get(problem.Id), place, [.. problem.Arguments.Items]);
    }

    private static Location Locate(INamedTypeSymbol symbol, DeclaredAttributes attributes, Problem problem)
    {
        var place = problem.Place;
        if (place.Part == DeclarationPart.Member)
        {
            return ClassRules.UserMembers(symbol).First(member => ClassRules.KeyOf(member) == place.Argument).Locations[0];
        }

        if (attributes.At(place.Part, place.Index) is not { } data || data.ApplicationSyntaxReference?.GetSyntax() is not AttributeSyntax syntax)
        {
            return ClassRules.NameLocation(symbol, lacksPartial: problem.Id == ProblemIds.NotPartial);
        }

        // An argument that there is not is wrong by its name, any other by its value.
        if (problem.Id == ProblemIds.NoArgument)
        {
            var unknown = syntax.ArgumentList!.Arguments.First(argument => UnknownArguments.Written(argument) == place.Argument);
            return ((SyntaxNode?)unknown.NameEquals?.Name ?? unknown.NameColon!.Name).GetLocation();
        }

        return place.Argument?.Split('|').Select(argument => FindArgument(data, syntax, argument)).FirstOrDefault(argument => argument is not null) is { } found
            ? found.Expression.GetLocation()
            : syntax.GetLocation();
    }

    // By property (Kernel = 3), by constructor parameter (features: 3), or by position.
    private static AttributeArgumentSyntax? FindArgument(AttributeData data, AttributeSyntax syntax, string name)
    {
        if (syntax.ArgumentList is not { Arguments: var arguments })
        {
            return null;
        }

        // sources[1]: the second argument that belongs to a params array.
        int bracket = name.IndexOf('['), element = bracket < 0 ? 0 : int.Parse(name.Substring(bracket + 1, name.Length - bracket - 2), CultureInfo.InvariantCulture);
        if (bracket >= 0 && data.AttributeConstructor?.Parameters.FirstOrDefault(parameter => parameter.Name == name.Substring(0, bracket)) is { } list)
        {
            return arguments.Where(argument => argument.NameEquals is null).ElementAtOrDefault(list.Ordinal + element);
        }

        for (int i = 0; i < arguments.Count; i++)
        {
            string? written = (arguments[i].NameEquals?.Name ?? arguments[i].NameColon?.Name)?.Identifier.ValueText;
            if (written is null && data.AttributeConstructor is { } constructor && i < constructor.Parameters.Length)
            {
                written = constructor.Parameters[i].Name;
            }

            if (written == name)
            {
                return arguments[i];
            }
        }

        return null;
    }
}
