using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Gives the second of two layers with the same name the next free one.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RenameDuplicateFix))]
public sealed class RenameDuplicateFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ProblemIds.NameDuplicate);

    /// <summary>None: fixed at once, two duplicates would both take the same free name.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var attribute = root?.FindNode(context.Span).FirstAncestorOrSelf<AttributeSyntax>();
        if (attribute?.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type
            || model?.GetDeclaredSymbol(type, context.CancellationToken) is not INamedTypeSymbol symbol)
        {
            return;
        }

        var names = NetworkParser.Parse(symbol, model.Compilation, context.CancellationToken).Names;
        var attributes = new DeclaredAttributes(symbol);
        var own = attributes.All.Where(item => item.Place.Part == DeclarationPart.Layer)
            .FirstOrDefault(item => item.Data.ApplicationSyntaxReference is { } place
                && place.SyntaxTree == attribute.SyntaxTree && place.Span == attribute.Span);
        if (own.Data is null)
        {
            return;
        }

        string free = NextFree(symbol, model.Compilation, attributes, names, own.Place.Index);
        context.RegisterCodeFix(
            CodeAction.Create(
                $"Rename to '{free}'",
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root!.ReplaceNode(attribute, WithName(attribute, free)))),
                nameof(RenameDuplicateFix)),
            context.Diagnostics);
    }

    // fc1 becomes fc2, or fc3 if that is taken; name becomes name2. Taken is what the rule of the diagnostics refuses, here or at another layer.
    private static string NextFree(
        INamedTypeSymbol symbol, Compilation compilation, DeclaredAttributes attributes, IReadOnlyList<string> names, int index)
    {
        var before = new HashSet<Place>(Refused(names));
        before.RemoveWhere(place => place.Index == index);
        string stem = names[index].TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return Enumerable.Range(2, int.MaxValue - 2).Select(number => stem + number.ToString(CultureInfo.InvariantCulture))
            .First(candidate => Refused(names.Select((name, i) => i == index ? candidate : name).ToList()).All(before.Contains));

        IEnumerable<Place> Refused(IReadOnlyList<string> tried)
        {
            List<Problem> found = [];
            // As if all neurons could bring the name of a map with them.
            NameRules.Check(symbol, compilation, attributes, tried, [.. tried.Select(_ => true)], new ProblemReporter(found, new Place(DeclarationPart.Class)));
            return found.Select(problem => problem.Place);
        }
    }

    private static AttributeSyntax WithName(AttributeSyntax attribute, string name)
    {
        var text = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(name));
        if (attribute.ArgumentList?.Arguments.FirstOrDefault(item => item.NameEquals?.Name.Identifier.ValueText == "Name") is { } written)
        {
            return attribute.ReplaceNode(written.Expression, text.WithTriviaFrom(written.Expression));
        }

        var argument = SyntaxFactory.AttributeArgument(
            SyntaxFactory.NameEquals(SyntaxFactory.IdentifierName("Name").WithTrailingTrivia(SyntaxFactory.Space))
                .WithTrailingTrivia(SyntaxFactory.Space),
            nameColon: null,
            text);
        var list = attribute.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        var arguments = list.Arguments.Add(argument);
        var separators = arguments.GetSeparators().Select(comma => comma.HasTrailingTrivia ? comma : comma.WithTrailingTrivia(SyntaxFactory.Space));
        return attribute.WithArgumentList(list.WithArguments(SyntaxFactory.SeparatedList(arguments, separators)));
    }
}
