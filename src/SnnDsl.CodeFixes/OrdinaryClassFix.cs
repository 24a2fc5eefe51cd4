using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Makes a class one that a network can be: neither abstract nor static, and without a base class.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OrdinaryClassFix))]
public sealed class OrdinaryClassFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ProblemIds.NotAnOrdinaryClass, ProblemIds.BaseClass);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (diagnostic.Id == ProblemIds.BaseClass)
        {
            return network.Type.BaseList?.Types.FirstOrDefault(type => network.Model.GetTypeInfo(type.Type).Type is { TypeKind: TypeKind.Class }) is { } ancestor
                ? [new($"Remove '{ancestor.Type}'", nameof(ProblemIds.BaseClass), Without(network.Type.BaseList, ancestor))]
                : [];
        }

        return network.Type.Modifiers
            .Where(modifier => modifier.Kind() is SyntaxKind.AbstractKeyword or SyntaxKind.StaticKeyword or SyntaxKind.FileKeyword)
            .Select(modifier => new Mend(
                $"Remove '{modifier.ValueText}'", modifier.ValueText, new TextChange(TextSpan.FromBounds(modifier.SpanStart, modifier.GetNextToken().SpanStart), "")));
    }

    // Interfaces behind it stay.
    private static TextChange Without(BaseListSyntax list, BaseTypeSyntax ancestor)
    {
        var span = list.Types.Count > 1
            ? TextSpan.FromBounds(ancestor.SpanStart, list.Types[1].SpanStart)
            : TextSpan.FromBounds(list.ColonToken.GetPreviousToken().Span.End, ancestor.Span.End);
        return new TextChange(span, "");
    }
}
