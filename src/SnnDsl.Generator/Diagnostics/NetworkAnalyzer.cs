using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Diagnostics;

/// <summary>Says what is wrong with a declared network, on the exact argument, while it is typed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NetworkAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = Descriptors.All.ToImmutableArray();

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        // A network may stand in a file that looks generated, and is emitted there too; of our own files nothing is reported.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var symbol = (INamedTypeSymbol)context.Symbol;
        if (symbol.TypeKind != TypeKind.Class || NetworkParser.IsUnnamed(symbol))
        {
            return;
        }

        var attributes = new DeclaredAttributes(symbol);
        if (attributes.All.Count == 0)
        {
            return;
        }

        IReadOnlyList<Problem> problems;
        try
        {
            problems = Find(symbol, context.Compilation, attributes, context.CancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return; // the generator, which parses the same, tells it of this class (SNN009)
        }

        foreach (var problem in problems)
        {
            var descriptor = Descriptors.Get(problem.Id);
            var place = problem.Place.Code is { } code
                ? Location.Create(context.Compilation.SyntaxTrees.ElementAt(code.Tree), new(code.Start, code.Length))
                : Locate(symbol, attributes, problem.Place);
            context.ReportDiagnostic(Diagnostic.Create(descriptor, place, [.. problem.Arguments.Items]));
        }
    }

    private static IReadOnlyList<Problem> Find(
        INamedTypeSymbol symbol, Compilation compilation, DeclaredAttributes attributes, CancellationToken cancellation)
    {
        if (attributes.Count(DeclarationPart.Network) == 0)
        {
            var (first, place) = attributes.All[0];
            string title = first.AttributeClass!.Name.Replace("Attribute", "");
            return [new Problem(ProblemIds.NoSpikingNetwork, place, [symbol.Name, title])];
        }

        var parsed = NetworkParser.Parse(symbol, compilation, cancellation);
        if (parsed.Input is { } input)
        {
            var outputs = ShapeInference.Walk(input, parsed.Layers, parsed.Sources, parsed.Problems);
            if (parsed.Spec is { } spec && outputs.Count == spec.Layers.Count && !parsed.Problems.Any(problem => Descriptors.IsError(problem.Id)))
            {
                Hints.Check(spec, outputs, new ProblemReporter(parsed.Problems, new Place(DeclarationPart.Class)));
            }
        }

        return parsed.Problems;
    }

    private static Location Locate(INamedTypeSymbol symbol, DeclaredAttributes attributes, Place place)
    {
        if (place.Part == DeclarationPart.Member)
        {
            return ClassRules.UserMembers(symbol).First(member => ClassRules.KeyOf(member) == place.Argument).Locations[0];
        }

        if (attributes.At(place.Part, place.Index) is not { } data || data.ApplicationSyntaxReference?.GetSyntax() is not AttributeSyntax syntax)
        {
            return ClassRules.NameLocation(symbol);
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
