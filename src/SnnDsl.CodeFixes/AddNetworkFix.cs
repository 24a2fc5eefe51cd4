using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Puts [SpikingNetwork] on a class of layers.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddNetworkFix))]
public sealed class AddNetworkFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ProblemIds.NoSpikingNetwork);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (network.Attribute is { } first)
        {
            yield return new("Add [SpikingNetwork]", nameof(AddNetworkFix), AttributeText.Before(network.Text, first, network.NameOf("SpikingNetwork", first)));
        }
    }
}
