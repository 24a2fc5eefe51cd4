using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Puts [Flatten] before a [Linear] that gets an image.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InsertFlattenFix))]
public sealed class InsertFlattenFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ProblemIds.NeedsVector);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var text = await context.Document.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        var attribute = root?.FindNode(context.Span).FirstAncestorOrSelf<AttributeSyntax>();
        if (model is not null && attribute?.Parent is AttributeListSyntax list)
        {
            // As text, where everything else of the file stays as it is: its indentation, its ends of lines.
            var change = Insert(text, list, attribute, NameOfFlatten(model, attribute));
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Insert [Flatten] before [Linear]",
                    _ => Task.FromResult(context.Document.WithText(text.WithChanges(change))),
                    nameof(InsertFlattenFix)),
                context.Diagnostics);
        }
    }

    private static TextChange Insert(SourceText text, AttributeListSyntax list, AttributeSyntax attribute, string flatten)
    {
        bool shared = list.Attributes.Count > 1;
        int start = shared ? attribute.SpanStart : list.SpanStart;
        string written = shared ? $"{flatten}," : $"[{flatten}]";
        var line = text.Lines.GetLineFromPosition(start);
        string lead = text.ToString(TextSpan.FromBounds(line.Start, start));
        // A line of its own where Linear has one, ended and indented as that one is.
        string gap = lead.Trim().Length == 0 ? EndOfLine(text, line) + lead : " ";
        return new TextChange(new TextSpan(start, 0), written + gap);
    }

    private static string EndOfLine(SourceText text, TextLine line)
    {
        string end = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        return end.Length > 0 ? end : "\n";
    }

    // The shortest name that means our Flatten where Linear stands: written as Linear is, alone, by an alias of the namespace, in full.
    private static string NameOfFlatten(SemanticModel model, AttributeSyntax linear)
    {
        string qualifier = linear.Name switch
        {
            QualifiedNameSyntax qualified => $"{qualified.Left.WithoutTrivia()}.",
            AliasQualifiedNameSyntax alias => $"{alias.Alias.WithoutTrivia()}::",
            _ => "",
        };
        var aliases = linear.Ancestors().SelectMany(node => node switch
            {
                BaseNamespaceDeclarationSyntax space => space.Usings,
                CompilationUnitSyntax unit => unit.Usings,
                _ => default,
            })
            .Where(@using => @using.Alias is not null).Select(@using => $"{@using.Alias!.Name.Identifier.ValueText}.");
        const string InFull = "global::SnnDsl.Flatten";
        return new[] { qualifier, "" }.Concat(aliases).Select(prefix => $"{prefix}Flatten")
            .FirstOrDefault(name => IsOurs(model, linear.SpanStart, name)) ?? InFull;
    }

    private static bool IsOurs(SemanticModel model, int position, string name)
    {
        var attribute = SyntaxFactory.Attribute(SyntaxFactory.ParseName(name));
        return model.TryGetSpeculativeSemanticModel(position, attribute, out var speculative)
            && speculative!.GetSymbolInfo(attribute).Symbol?.ContainingType?.ToDisplayString() == "SnnDsl.FlattenAttribute";
    }
}
