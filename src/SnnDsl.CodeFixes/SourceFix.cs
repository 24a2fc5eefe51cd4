using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Names a layer that can be read: the one whose name was misspelt, or one like the one that comes too late.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SourceFix))]
public sealed class SourceFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ProblemIds.UnknownSource, ProblemIds.LaterSource);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (network is { Layer: >= 0 and var reader, Argument: { } argument } && network.Model.GetConstantValue(argument.Expression).Value is string name
            && (diagnostic.Id == ProblemIds.UnknownSource ? Spelt(network, reader, argument, name) : Alike(network, reader, argument, name)) is { } meant)
        {
            string text = SyntaxFactory.Literal(meant).Text;
            yield return new($"Write {text}", nameof(SourceFix), new TextChange(argument.Expression.Span, text));
        }
    }

    private static string? Spelt(DeclaredNetwork network, int reader, AttributeArgumentSyntax argument, string name) =>
        Spelling.Nearest(name, Earlier(network, reader, argument).Select(layer => network.Parsed.Names[layer]));

    // What does the same to values of the same shape.
    private static string? Alike(DeclaredNetwork network, int reader, AttributeArgumentSyntax argument, string name)
    {
        int late = network.Parsed.Names.ToList().IndexOf(name);
        return late >= network.Outputs.Count
            ? null
            : Earlier(network, reader, argument)
                .Where(layer => network.Attributes.Layers[layer].Role == network.Attributes.Layers[late].Role && network.Outputs[layer] == network.Outputs[late])
                .Select(layer => network.Parsed.Names[layer]).FirstOrDefault();
    }

    // The nearest first: not what is read already, nor a map that a normalisation folds into.
    private static IEnumerable<int> Earlier(DeclaredNetwork network, int reader, AttributeArgumentSyntax argument) => network.Before(reader).Where(layer =>
        !network.Parsed.Sources[reader].Skip(AttributeText.NameOf(argument) == "From" ? 1 : 0).Contains(layer)
        && (network.Attributes.Layers[layer + 1].Role != LayerRole.Normalising || layer + 1 == reader));
}
