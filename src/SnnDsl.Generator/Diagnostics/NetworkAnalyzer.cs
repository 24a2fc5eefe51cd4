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

        foreach (var found in Find(symbol, context.Compilation, attributes, context.CancellationToken))
        {
            context.ReportDiagnostic(found);
        }
    }

    /// <summary>What is wrong with a class that has attributes of a declaration.</summary>
    /// <param name="symbol">The class.</param>
    /// <param name="compilation">What it stands in.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="cancellation">Stops the search.</param>
    internal static IReadOnlyList<Diagnostic> Find(
        INamedTypeSymbol symbol, Compilation compilation, DeclaredAttributes attributes, CancellationToken cancellation)
    {
        try
        {
            return [.. ProblemsOf(symbol, compilation, attributes, cancellation).Select(problem => LocatedProblem.ToDiagnostic(problem, symbol, attributes, compilation))];
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return []; // the generator, which parses the same, tells it of this class (SNN009)
        }
    }

    private static IReadOnlyList<Problem> ProblemsOf(
        INamedTypeSymbol symbol, Compilation compilation, DeclaredAttributes attributes, CancellationToken cancellation)
    {
        if (attributes.Count(DeclarationPart.Network) == 0)
        {
            if (!attributes.IsWhole)
            {
                return [];
            }

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
