using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var attribute = root?.FindNode(context.Span).FirstAncestorOrSelf<AttributeSyntax>();
        if (attribute?.Parent is AttributeListSyntax list)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Insert [Flatten] before [Linear]",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(Insert(root!, list, attribute))),
                    nameof(InsertFlattenFix)),
                context.Diagnostics);
        }
    }

    private static SyntaxNode Insert(SyntaxNode root, AttributeListSyntax list, AttributeSyntax attribute)
    {
        var flatten = SyntaxFactory.Attribute(FlattenNextTo(attribute.Name));
        if (list.Attributes.Count > 1)
        {
            // [Conv2d(8), Linear(10)]: within the list, between its neighbours.
            var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            int index = list.Attributes.IndexOf(attribute);
            var nodes = list.Attributes.Insert(index, flatten);
            var commas = nodes.GetSeparators().Select((old, i) => i == index ? comma : old);
            return root.ReplaceNode(list, list.WithAttributes(SyntaxFactory.SeparatedList(nodes, commas)));
        }

        // A line of its own: what stands before [Linear] (a comment, the indentation) goes to it, the indentation to both.
        var lead = list.GetLeadingTrivia();
        var indent = lead.Count > 0 && lead.Last().IsKind(SyntaxKind.WhitespaceTrivia)
            ? SyntaxFactory.TriviaList(lead.Last())
            : SyntaxFactory.TriviaList();
        var line = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(flatten))
            .WithLeadingTrivia(lead).WithTrailingTrivia(EndOfLine(list));
        return root.ReplaceNode(list, new[] { line, list.WithLeadingTrivia(indent) });
    }

    // The line's end alone: a comment after [Linear] stays there.
    private static SyntaxTriviaList EndOfLine(AttributeListSyntax list) =>
        SyntaxFactory.TriviaList(list.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));

    // Written as Linear is: with the namespace or alias where that one has it.
    private static NameSyntax FlattenNextTo(NameSyntax linear)
    {
        var name = SyntaxFactory.IdentifierName("Flatten");
        return linear switch
        {
            QualifiedNameSyntax qualified => qualified.WithRight(name).WithoutTrivia(),
            AliasQualifiedNameSyntax alias => alias.WithName(name).WithoutTrivia(),
            _ => name,
        };
    }
}
