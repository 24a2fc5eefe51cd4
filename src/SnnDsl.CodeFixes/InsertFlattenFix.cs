using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Puts [Flatten] before a [Linear] that gets an image.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InsertFlattenFix))]
public sealed class InsertFlattenFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ProblemIds.NeedsVector);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (network.Attribute is { } linear)
        {
            yield return new(
                "Insert [Flatten] before [Linear]", nameof(InsertFlattenFix),
                AttributeText.Before(network.Text, linear, network.NameOf("Flatten", linear)));
        }
    }
}
