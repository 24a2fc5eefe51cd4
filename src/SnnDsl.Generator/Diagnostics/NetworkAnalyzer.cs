using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
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
            context.ReportDiagnostic(LocatedProblem.ToDiagnostic(problem, symbol, attributes, context.Compilation));
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
}
